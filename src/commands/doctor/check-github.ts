/** What `doctor` finds on GitHub: the repository of the index, its workflow, its Pages, and who may be built. */
import type { Config } from "../../config/config.ts";
import type { PkgIndexError } from "../../errors.ts";
import type { GithubAnswer, GithubClient } from "../../github/client.ts";
import { UPDATE_EVENT } from "../../github/dispatch.ts";
import { explainRefusal } from "../../github/explain-refusal.ts";
import {
  formatRepositoryName,
  parseRepositoryName,
  type RepositoryName,
} from "../../github/repository-name.ts";
import type { Token } from "../../github/token.ts";
import { INDEX_WORKFLOW } from "../../github/workflow-files.ts";
import { ok, problem, warning, type Finding } from "./finding.ts";

/** Each name on the allow-list costs a request. */
const MOST_NAMES = 30;

type JsonRecord = Readonly<Record<string, unknown>>;

/** Who asks, for whom. */
export interface Patient {
  readonly client: GithubClient;
  readonly token: Token | undefined;
  readonly index: RepositoryName;
  readonly config: Config | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** All of them. Throws a `PkgIndexError` where GitHub cannot be reached. */
export async function checkGithub(patient: Patient): Promise<readonly Finding[]> {
  const repository = await ask(patient, "");
  if (repository.status !== 200) {
    const { path, message, hint } = explain(patient, repository, "look at it", "Metadata: read");
    const check = repository.status === 401 ? "token-rights" : "index-repository";
    return [problem(check, `${path}: ${message}`, hint)];
  }
  const data = toRecord(repository.data);
  const name =
    typeof data["full_name"] === "string" ? data["full_name"] : formatRepositoryName(patient.index);
  const parts = await Promise.all([
    checkRights(patient, repository, data),
    checkWorkflow(patient, name),
    checkPages(patient),
    checkAllowed(patient),
  ]);
  return [checkName(patient, repository, name, data), ...parts.flat()];
}

function ask({ client, index }: Patient, path: string): Promise<GithubAnswer> {
  return client.send(client.prepare(`GET /repos/{owner}/{repo}${path}`, { ...index }));
}

function explain(patient: Patient, answer: GithubAnswer, what: string, permission: string): PkgIndexError {
  return explainRefusal(answer, { repository: patient.index, what, permission }, patient.token);
}

function toRecord(value: unknown): JsonRecord {
  return typeof value === "object" && value !== null ? (value as JsonRecord) : {};
}

function checkName(patient: Patient, answer: GithubAnswer, name: string, data: JsonRecord): Finding {
  const given = formatRepositoryName(patient.index);
  if (answer.redirected)
    return warning(
      "index-repository",
      `${given} is called ${name} now`,
      "write its new name where the old one stands",
    );
  if (data["archived"] === true)
    return problem(
      "index-repository",
      `${name} is archived: nothing can be added`,
      "unarchive it under Settings",
    );
  return ok("index-repository", `${name} is there`);
}

/** https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/ */
const APP_PREFIX = "ghs_";

/** The role of the token's owner, the scopes of a classic token, and its end: GitHub tells no more. */
function checkRights({ token, now }: Patient, { headers }: GithubAnswer, data: JsonRecord): Finding[] {
  if (token === undefined) return [];
  const lacks = "a dispatch and a push need more";
  const hint =
    "give the token the right Contents: write for this repository (of a classic token: the scope repo)";
  const end = checkEnd(headers["github-authentication-token-expiration"], now);
  if (token.value.startsWith(APP_PREFIX)) {
    const message = `the token from ${token.source} is that of an App or a workflow, and GitHub does not say what it may do`;
    return [
      warning("token-rights", message, "see to it that the App has Contents: write for this repository"),
      ...end,
    ];
  }
  if (toRecord(data["permissions"])["push"] !== true)
    return [
      problem("token-rights", `the token from ${token.source} may only read the repository; ${lacks}`, hint),
    ];
  const scopes = headers["x-oauth-scopes"];
  if (scopes === undefined)
    return [
      ok(
        "token-rights",
        `whoever made the token from ${token.source} may write; the token's own rights GitHub does not tell`,
      ),
      ...end,
    ];
  const needed = data["private"] === true ? ["repo"] : ["repo", "public_repo"];
  const has = new Set(scopes.split(",").map((scope) => scope.trim()));
  if (!needed.some((scope) => has.has(scope)))
    return [
      problem("token-rights", `the scopes of the token are ${scopes || "none"}; ${lacks}`, hint),
      ...end,
    ];
  const tooMuch = "it is a classic token, which reaches every repository of its owner";
  const better = "use a fine-grained token for this repository alone, with Contents: write";
  return [ok("token-rights", "the token may write"), warning("token-kind", tooMuch, better), ...end];
}

const DAY_MS = 86_400_000;
const SOON_DAYS = 14;

/** When the token ends, as GitHub writes it: `2026-12-24 00:00:00 UTC`. */
function checkEnd(text: string | undefined, now: number): Finding[] {
  const end = Date.parse(text ?? "");
  const days = Math.floor((end - now) / DAY_MS);
  if (Number.isNaN(end) || days >= SOON_DAYS) return [];
  const when = days < 1 ? "within a day" : `in ${days} days`;
  return [warning("token-end", `the token ends ${when}: ${text}`, "make a new one in time")];
}

async function checkWorkflow(patient: Patient, name: string): Promise<Finding[]> {
  const [file, list] = await Promise.all([
    ask(patient, `/contents/${INDEX_WORKFLOW}`),
    ask(patient, "/actions/workflows?per_page=100"),
  ]);
  if (file.status === 404) {
    const message = `${INDEX_WORKFLOW} is not on the default branch: no dispatch will do anything`;
    return [
      problem(
        "workflow",
        message,
        "run pkgindex init, commit what it writes, and push it to the default branch",
      ),
    ];
  }
  if (file.status !== 200) {
    const { message, hint } = explain(patient, file, "read the workflow", "Contents: read");
    return [warning("workflow", message, hint)];
  }
  const text = Buffer.from(String(toRecord(file.data)["content"] ?? ""), "base64").toString("utf8");
  if (!text.includes("repository_dispatch") || !text.includes(UPDATE_EVENT)) {
    const message = `${INDEX_WORKFLOW} does not listen to repository_dispatch with the type ${UPDATE_EVENT}`;
    return [problem("workflow", message, "run pkgindex init in a clone: it shows what is different")];
  }
  const state = stateOf(list);
  if (state === undefined || state === "active")
    return [
      ok(
        "workflow",
        `${INDEX_WORKFLOW} is on the default branch${state === undefined ? "" : " and enabled"}`,
      ),
    ];
  const message = `${INDEX_WORKFLOW} is disabled (${state.replaceAll("_", " ")}): no dispatch will do anything`;
  return [problem("workflow", message, `enable it under Actions, or with gh workflow enable --repo ${name}`)];
}

function stateOf({ data }: GithubAnswer): string | undefined {
  const all: unknown = toRecord(data)["workflows"];
  const own = (Array.isArray(all) ? all : []).map(toRecord).find(({ path }) => path === INDEX_WORKFLOW);
  return typeof own?.["state"] === "string" ? own["state"] : undefined;
}

async function checkPages(patient: Patient): Promise<Finding[]> {
  const { config } = patient;
  if (config?.host !== "github-pages") return [];
  const answer = await ask(patient, "/pages");
  const hint = 'choose "GitHub Actions" under Settings, Pages, Build and deployment of the repository';
  // To those who may not know, 404 says as much as 403.
  if (answer.status === 404 && patient.token !== undefined)
    return [
      problem("pages", "GitHub Pages is off, or the token may not see it: nobody gets the index", hint),
    ];
  if (answer.status !== 200)
    return [
      warning("pages", "without the right Pages: read it cannot be looked at", `look yourself: ${hint}`),
    ];
  const { build_type: type, html_url: address } = toRecord(answer.data);
  if (type !== "workflow") {
    const message =
      "GitHub Pages is published from a branch; the workflow publishes without a commit of the site";
    return [problem("pages", message, hint)];
  }
  const url = typeof address === "string" ? address : undefined;
  if (url !== undefined && config.url !== undefined && !config.url.startsWith(url))
    return [
      warning(
        "pages",
        `the site is at ${url}, and [index] url is ${config.url}`,
        "write the address of the site",
      ),
    ];
  return [ok("pages", `published by the workflow${url === undefined ? "" : ` at ${url}`}`)];
}

async function checkAllowed({ client, config }: Patient): Promise<Finding[]> {
  const names = config?.automation.allow.slice(0, MOST_NAMES).map(parseRepositoryName) ?? [];
  return Promise.all(
    names.map(async (name) => {
      const answer = await client.send(client.prepare("GET /repos/{owner}/{repo}", { ...name }));
      const text = formatRepositoryName(name);
      if (answer.status === 404) {
        const message = `${text} does not exist, or the token cannot see it`;
        return warning("allow-list", message, "see to the spelling in [automation] allow");
      }
      if (answer.redirected) {
        const now = String(toRecord(answer.data)["full_name"] ?? "another name");
        return warning(
          "allow-list",
          `${text} is called ${now} now; its dispatches are refused`,
          "allow the new name",
        );
      }
      if (answer.status === 200) return ok("allow-list", `${text} may be built`);
      return warning("allow-list", `${text} could not be looked at (${answer.status})`, "try again later");
    }),
  );
}
