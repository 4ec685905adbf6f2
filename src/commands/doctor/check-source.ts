/** What `doctor` finds in a source repository that `pkgindex workflows install` connected with an index. */
import { join } from "node:path";
import { findRepository } from "../../config/repository.ts";
import type { GithubClient } from "../../github/client.ts";
import { formatRepositoryName, type RepositoryName } from "../../github/repository-name.ts";
import { SOURCE_WORKFLOW } from "../../github/workflow-files.ts";
import { readFileIfExists } from "../../io/files.ts";
import { ok, problem, warning, type Finding } from "./finding.ts";

const SECRET = "PKG_UPDATE_TOKEN";

/** The index that the workflow of a source repository names; undefined where there is no such workflow. */
export function readIndexOfSource(folder: string): string | undefined {
  const text = readFileIfExists(join(findRepository(folder), SOURCE_WORKFLOW))?.toString("utf8");
  return /^ {2}INDEX: "?([\w./-]+)"?$/m.exec(text ?? "")?.[1];
}

/** Whether the workflow is where GitHub looks for it, and has its token. */
export async function checkSource(client: GithubClient, source: RepositoryName): Promise<readonly Finding[]> {
  const ask = (path: string) =>
    client.send(client.prepare(`GET /repos/{owner}/{repo}${path}`, { ...source }));
  const [file, secrets] = await Promise.all([
    ask(`/contents/${SOURCE_WORKFLOW}`),
    ask("/actions/secrets?per_page=100"),
  ]);
  const name = formatRepositoryName(source);
  return [checkFile(name, file.status), checkSecret(name, secrets.status, secrets.data)];
}

function checkFile(name: string, status: number): Finding {
  if (status === 200) return ok("source-workflow", `${SOURCE_WORKFLOW} is on the default branch of ${name}`);
  if (status === 404) {
    const message = `${SOURCE_WORKFLOW} is not on the default branch of ${name}, or the token cannot see it`;
    return problem("source-workflow", message, "commit it, and bring it to the default branch");
  }
  const message = `whether ${SOURCE_WORKFLOW} is on the default branch of ${name} could not be asked (${status})`;
  return warning("source-workflow", message, "look at the repository on GitHub");
}

/** Names alone: nobody gets to see a secret. */
function checkSecret(name: string, status: number, data: unknown): Finding {
  const hint = `run gh secret set ${SECRET} --repo ${name}`;
  if (status !== 200) {
    const message = `without the right Secrets: read it cannot be seen whether ${name} has the secret ${SECRET}`;
    return warning("source-secret", message, `if it has none: ${hint}`);
  }
  const { secrets } = (data ?? {}) as { readonly secrets?: unknown };
  const names = (Array.isArray(secrets) ? secrets : []).map(
    (secret: { readonly name?: unknown } | null) => secret?.name,
  );
  if (names.includes(SECRET)) return ok("source-secret", `${name} has the secret ${SECRET}`);
  const message = `${name} has no secret ${SECRET} of its own; without one of its organization, the index refuses it`;
  return warning("source-secret", message, hint);
}
