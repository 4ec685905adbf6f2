/** What is to be built: three values, from the command line or from the event that started a workflow. */
import { InvalidInput, PkgIndexError } from "../errors.ts";
import { readLimited, systemErrorCode } from "../io/files.ts";
import { checkRef } from "./git-ref.ts";
import { checkOwner, checkRepository, type RepositoryName } from "./repository-name.ts";

export interface BuildRequest extends RepositoryName {
  /** A full commit id, or the name of a branch or a tag. */
  readonly ref: string;
}

/** GitHub's webhooks have at most 25 MB. */
const LARGEST_EVENT = 25 * 1024 * 1024;

/** Checks the three values. `names`: how the person knows them. Throws a `PkgIndexError` with exit code 2. */
export function checkBuildRequest(
  values: { readonly owner: unknown; readonly repo: unknown; readonly ref: unknown },
  names: { readonly owner: string; readonly repo: string; readonly ref: string },
): BuildRequest {
  const check = (value: unknown, name: string, parse: (text: string) => string): string => {
    if (typeof value !== "string") {
      const what = value === undefined ? "is missing" : `is ${describe(value)}, and must be text`;
      throw refuse(name, what, "give owner, repository and ref, each as text");
    }
    try {
      return parse(value);
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      throw refuse(name, error.message, error.hint);
    }
  };
  return {
    owner: check(values.owner, names.owner, checkOwner),
    repo: check(values.repo, names.repo, checkRepository),
    ref: check(values.ref, names.ref, checkRef),
  };
}

function describe(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "a list" : `of the type ${typeof value}`;
}

/**
 * Reads the file that `GITHUB_EVENT_PATH` names in a workflow: the `client_payload` of a repository_dispatch or the `inputs` of
 * a workflow_dispatch (https://docs.github.com/en/webhooks/webhook-events-and-payloads). All in it is a stranger's text.
 * Throws a `PkgIndexError` with exit code 2.
 */
export function readBuildEvent(path: string, display: string): BuildRequest {
  let bytes: Buffer | "no file";
  try {
    bytes = readLimited(path, LARGEST_EVENT);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    throw refuse(display, `cannot be read (${code})`, "name the file that GITHUB_EVENT_PATH names");
  }
  if (bytes === "no file" || bytes.length > LARGEST_EVENT)
    throw refuse(display, "is no file with an event", "name the file that GITHUB_EVENT_PATH names");
  const event = asObject(tryParseJson(bytes.toString("utf8")));
  const payload = asObject(event?.["client_payload"]);
  const inputs = asObject(event?.["inputs"]);
  const values = payload ?? inputs;
  if (values === undefined) {
    throw refuse(
      display,
      "is no event of repository_dispatch or workflow_dispatch: it has neither client_payload nor inputs",
      "start the workflow with pkgindex issue-update, or by hand with its three inputs",
    );
  }
  const part = payload === undefined ? "inputs" : "client_payload";
  return checkBuildRequest(
    { owner: values["source_org"], repo: values["source_repo"], ref: values["dependency_ref"] },
    { owner: `${part}.source_org`, repo: `${part}.source_repo`, ref: `${part}.dependency_ref` },
  );
}

function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function refuse(path: string, message: string, hint: string): PkgIndexError {
  return new PkgIndexError({ code: "usage", path, message, hint });
}
