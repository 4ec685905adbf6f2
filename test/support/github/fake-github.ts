/**
 * A GitHub of one's own on 127.0.0.1: the REST API below `/api/v3`, as on GitHub Enterprise Server, and repositories by
 * `git http-backend` behind the same origin. Requests and answers are checked against GitHub's published description.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BAD_CREDENTIALS, NOT_FOUND, refusal, REQUIRES_AUTHENTICATION, type Answer } from "./answers.ts";
import { FakeRepository, type RepositoryOptions } from "./fake-repository.ts";
import { serveGit, type GitTraffic } from "./git-backend.ts";
import { findFaults, findOperation, sampleAnswer } from "./openapi.ts";
import { refuseAccess, rightsOf, tokenOf, type FakeToken } from "./rights.ts";
import { ROUTES } from "./rest-api.ts";

export interface RecordedRequest {
  readonly method: string;
  /** Below the API, with its query; `git:` before the path of a request of git. */
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** What is answered instead of the truth: an answer, or a connection that is cut. */
export type PlannedAnswer = Answer | "cut";

interface Plan {
  readonly method: string;
  readonly path: RegExp;
  readonly answers: PlannedAnswer[];
}

export interface FakeGithubOptions {
  /** The clock of rate limits and runs. */
  readonly now?: () => Date;
}

const API = "/api/v3";

export class FakeGithub {
  readonly requests: RecordedRequest[] = [];
  /** What the fake or its caller did against GitHub's description; {@link close} throws for it. */
  readonly faults: string[] = [];
  readonly traffic: GitTraffic = { received: 0, sent: 0 };
  remainingRequests = 4999;
  /** How many dispatches are taken within a window, and how long it is; beyond that GitHub's secondary limit answers. */
  dispatchLimit: { readonly count: number; readonly seconds: number } | undefined;
  /** Milliseconds by which each answer of the API is late. */
  delayMs = 0;
  readonly #dispatchTimes: number[] = [];
  readonly #now: () => Date;
  readonly #root = mkdtempSync(join(tmpdir(), "fake-github-"));
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #repositories: FakeRepository[] = [];
  readonly #formerNames = new Map<string, FakeRepository>();
  readonly #tokens = new Map<string, FakeToken>();
  readonly #plans: Plan[] = [];

  private constructor({ now }: FakeGithubOptions) {
    this.#now = now ?? (() => new Date());
  }

  /** Starts to listen on a free port. */
  static async start(options: FakeGithubOptions = {}): Promise<FakeGithub> {
    const github = new FakeGithub(options);
    await new Promise<void>((resolve) => github.#server.listen(0, "127.0.0.1", resolve));
    return github;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get api(): string {
    return `${this.url}${API}`;
  }

  /** What a program is told of it. */
  get environment(): { readonly GITHUB_API_URL: string; readonly GITHUB_SERVER_URL: string } {
    return { GITHUB_API_URL: this.api, GITHUB_SERVER_URL: this.url };
  }

  /** Ends it and removes its files. Throws where something broke GitHub's description. */
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    rmSync(this.#root, { recursive: true, force: true });
    if (this.faults.length > 0) throw new Error(`against GitHub's description:\n${this.faults.join("\n")}`);
  }

  addRepository(fullName: string, options: RepositoryOptions = {}): FakeRepository {
    const [owner = "", name = ""] = fullName.split("/");
    const repository = new FakeRepository(this.#repositories.length + 1, owner, name, this.#root, options);
    this.#repositories.push(repository);
    return repository;
  }

  /** Gives a repository another name; the old one redirects. */
  rename(repository: FakeRepository, name: string): void {
    this.#formerNames.set(repository.fullName.toLowerCase(), repository);
    repository.name = name;
  }

  addToken(value: string, token: FakeToken): void {
    this.#tokens.set(value, token);
  }

  /** The next requests of a method to a path get these answers, one each; of git, to `git:` and the path with its query. */
  plan(method: string, path: RegExp, answers: readonly PlannedAnswer[]): void {
    this.#plans.push({ method, path, answers: [...answers] });
  }

  /** The requests to the API of a method. */
  count(method: string): number {
    return this.requests.filter((request) => request.method === method && !request.path.startsWith("git:"))
      .length;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.url);
    try {
      if (url.pathname.startsWith(`${API}/`)) await this.#serveApi(request, response, url);
      else await this.#serveRepository(request, response, url);
    } catch (error) {
      this.faults.push(`${request.method} ${url.pathname}: ${String(error)}`);
      response.destroy();
    }
  }

  async #serveApi(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const method = request.method ?? "GET";
    const path = url.pathname.slice(API.length);
    this.requests.push({ method, path: `${path}${url.search}`, headers: request.headers, body });
    if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
    const answer =
      this.#takePlanned(method, path) ?? this.#answer(method, path, url.searchParams, request, body);
    if (answer === "cut") {
      response.destroy();
      return;
    }
    const text = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body);
    const token = tokenOf(request, this.#tokens);
    response.writeHead(answer.status, {
      date: this.#now().toUTCString(),
      "x-github-request-id": "FAKE:1",
      "x-github-media-type": "github.v3; format=json",
      "x-ratelimit-limit": "5000",
      "x-ratelimit-remaining": String(this.remainingRequests),
      "x-ratelimit-used": String(5000 - this.remainingRequests),
      "x-ratelimit-reset": String(Math.floor(this.#now().getTime() / 1000) + 3600),
      "x-ratelimit-resource": "core",
      ...(token?.scopes === undefined ? {} : { "x-oauth-scopes": token.scopes.join(", ") }),
      ...(token?.end === undefined ? {} : { "github-authentication-token-expiration": token.end }),
      ...(text === undefined ? {} : { "content-type": "application/json; charset=utf-8" }),
      ...answer.headers,
    });
    response.end(text);
  }

  #takePlanned(method: string, path: string): PlannedAnswer | undefined {
    const plan = this.#plans.find(
      (candidate) => candidate.method === method && candidate.path.test(path) && candidate.answers.length > 0,
    );
    return plan?.answers.shift();
  }

  #answer(
    method: string,
    path: string,
    query: URLSearchParams,
    request: IncomingMessage,
    body: string,
  ): Answer {
    const token = tokenOf(request, this.#tokens);
    if (request.headers.authorization !== undefined && token === undefined) return BAD_CREDENTIALS;
    const byId = /^\/repositories\/(\d+)(.*)$/.exec(path);
    const moved = this.#repositories.find(({ id }) => id === Number(byId?.[1]));
    const operationPath = moved === undefined ? path : `/repos/${moved.fullName}${byId?.[2] ?? ""}`;
    const found = findOperation(method, operationPath);
    if (found === undefined) {
      this.faults.push(`${method} ${path} is not in the extract`);
      return NOT_FOUND;
    }
    for (const name of query.keys())
      if (!(name in found.operation.query)) this.faults.push(`${found.key} has no parameter ${name}`);
    const answer = this.#answerOperation(found, query, token, method, body);
    this.#checkAnswer(found.key, found.operation.responses, answer);
    return answer;
  }

  #answerOperation(
    {
      key,
      operation,
      parameters: [owner, repo, ...parameters],
    }: NonNullable<ReturnType<typeof findOperation>>,
    query: URLSearchParams,
    token: FakeToken | undefined,
    method: string,
    body: string,
  ): Answer {
    if (!key.includes("{owner}")) return this.#answerAccount(key, token);
    const name = `${owner}/${repo}`.toLowerCase();
    const repository = this.#repositories.find(({ fullName }) => fullName.toLowerCase() === name);
    const former = this.#formerNames.get(name);
    if (repository === undefined && former !== undefined) {
      const rest = key.replace(/^\S+ \/repos\/\{owner\}\/\{repo\}/, "");
      const location = `${this.api}/repositories/${former.id}${fill(rest, parameters)}`;
      const status = method === "GET" ? 301 : 307;
      const message = status === 301 ? "Moved Permanently" : "Temporary Redirect";
      return { ...refusal(status, message, { location }), status };
    }
    const route = ROUTES[key];
    if (route === undefined) throw new Error(`${key} has no route`);
    if (repository === undefined) return NOT_FOUND;
    const rights = rightsOf(token, repository);
    const closed = refuseAccess(repository, route.permission, rights, token);
    if (closed !== undefined) return closed;
    const parsed = parseBody(body);
    const faults = operation.body === undefined ? [] : findFaults(operation.body, parsed);
    if (faults.length > 0) return describeFaults(parsed, faults);
    if (key.endsWith("/dispatches") && this.#isOverDispatchLimit())
      return refusal(
        403,
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
      );
    const canPush = rights["contents"] === "write";
    const [now, origin] = [this.#now(), this.url];
    const bodySize = Buffer.byteLength(body);
    return route.answer(repository, { key, parameters, query, body: parsed, bodySize, origin, now, canPush });
  }

  #isOverDispatchLimit(): boolean {
    if (this.dispatchLimit === undefined) return false;
    const now = this.#now().getTime();
    const { count, seconds } = this.dispatchLimit;
    if (this.#dispatchTimes.filter((time) => time > now - seconds * 1000).length >= count) return true;
    this.#dispatchTimes.push(now);
    return false;
  }

  #answerAccount(key: string, token: FakeToken | undefined): Answer {
    if (key === "GET /user") {
      if (token === undefined) return REQUIRES_AUTHENTICATION;
      return { status: 200, body: sampleAnswer(key, 200, { login: token.login ?? "octocat" }) };
    }
    return { status: 200, body: sampleAnswer(key, 200) };
  }

  #checkAnswer(
    key: string,
    responses: Readonly<Record<string, object | null>>,
    { status, body }: Answer,
  ): void {
    const schema =
      responses[status] ?? (status >= 400 ? { $ref: "#/components/schemas/basic-error" } : undefined);
    // GitHub redirects every path of a repository that was renamed, and describes it for few.
    if (status === 301 || status === 307) return;
    if (schema === undefined) {
      if (body !== undefined) this.faults.push(`${key} has no answer ${status} with a body`);
      return;
    }
    const faults = findFaults(schema as Parameters<typeof findFaults>[0], body);
    this.faults.push(...faults.map((fault) => `answer ${status} of ${key}: ${fault}`));
  }

  async #serveRepository(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const [method, asked] = [request.method ?? "GET", `git:${url.pathname}${url.search}`];
    this.requests.push({ method, path: asked, headers: request.headers, body: "" });
    const planned = this.#takePlanned(method, asked);
    if (planned === "cut") {
      response.destroy();
      return;
    }
    const [, owner = "", name = "", rest = ""] =
      /^\/([^/]+)\/([^/]+?)(?:\.git)?(\/.*)$/.exec(url.pathname) ?? [];
    const wanted = `${owner}/${name}`.toLowerCase();
    const repository =
      this.#repositories.find(({ fullName }) => fullName.toLowerCase() === wanted) ??
      this.#formerNames.get(wanted);
    const isPush = rest === "/git-receive-pack" || url.searchParams.get("service") === "git-receive-pack";
    const token = tokenOf(request, this.#tokens);
    const right = repository === undefined ? undefined : rightsOf(token, repository)["contents"];
    const say = (status: number, text: string, headers: Record<string, string> = {}): void => {
      request.resume();
      response.writeHead(status, { "content-type": "text/plain; charset=utf-8", ...headers }).end(text);
    };
    if (planned !== undefined) return say(planned.status, String(planned.body));
    const challenge = { "www-authenticate": 'Basic realm="GitHub"' };
    if (request.headers.authorization !== undefined && token === undefined)
      return say(401, "Invalid username or token.\n", challenge);
    const mayRead = repository !== undefined && (!repository.isPrivate || right !== undefined);
    if (token === undefined && (!mayRead || isPush)) return say(401, "Authentication required.\n", challenge);
    if (repository === undefined || !mayRead) return say(404, "Repository not found.\n");
    if (isPush && right !== "write") return say(403, "Write access to repository not granted.\n");
    const path = `/${repository.gitDirectory.slice(this.#root.length + 1)}${rest}`;
    const { search } = url;
    const user = token?.login ?? "octocat";
    return serveGit(
      request,
      response,
      { root: this.#root, path, query: search.slice(1), user },
      this.traffic,
    );
  }
}

function fill(path: string, parameters: readonly string[]): string {
  const rest = [...parameters];
  return path.replace(/\{\w+\}/g, () => rest.shift() ?? "");
}

function parseBody(text: string): unknown {
  try {
    return text === "" ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

/** GitHub's own words for what it says often; its general ones for the rest. */
function describeFaults(body: unknown, faults: readonly string[]): Answer {
  const count = Object.keys((body as { client_payload?: object } | undefined)?.client_payload ?? {}).length;
  if (count > 10)
    return refusal(
      422,
      `Invalid request.\n\nNo more than 10 properties are allowed; ${count} were supplied.`,
    );
  return refusal(422, `Invalid request.\n\n${faults.join("\n")}`);
}
