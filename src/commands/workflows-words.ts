/** What `pkgindex workflows install` tells a person: what is left to do, and what is not as it should be. */
import type { Problem } from "../errors.ts";
import { formatRepositoryName, type RepositoryName } from "../github/repository-name.ts";
import { SOURCE_WORKFLOW, type WorkflowMode } from "../github/workflow-files.ts";

/** What only a person can do; `source`: the repository, where its git remote says which it is. */
export function formatNextSteps(
  mode: WorkflowMode,
  index: string,
  indexUrl: string | undefined,
  source: RepositoryName | undefined,
): readonly string[] {
  const name = source === undefined ? "OWNER/REPOSITORY" : formatRepositoryName(source);
  return [
    ...(indexUrl === undefined
      ? []
      : [`see that ${indexUrl} is what pip is given for the index: wheels are tried out with what is there`]),
    `make a token for ${index} alone: Settings, Developer settings, Fine-grained tokens; only that repository, permission ` +
      'Contents "Read and write", nothing else; or a GitHub App with that permission, installed there',
    "put it into this repository as the secret PKG_UPDATE_TOKEN: gh secret set PKG_UPDATE_TOKEN",
    `commit ${SOURCE_WORKFLOW} and bring it to the default branch; for a tag, the commit under the tag must have it, too`,
    ...(mode === "pull"
      ? [
          `name this repository in ${index}: [automation] allow = [${JSON.stringify(name)}] in its pkgindex.toml`,
        ]
      : []),
  ];
}

/** A file that stays. */
export function keptProblem(path: string): Problem {
  return {
    code: "stranger-in-the-way",
    severity: "error",
    path,
    message: "was written or changed by another hand, and is as it was",
    hint: "take over by hand what you need, or overwrite it with --force",
  };
}

/** In push mode, an index whose address nobody knows. */
export function noIndexUrl(path: string): Problem {
  return {
    code: "no-index-url",
    severity: "note",
    path,
    message:
      "does not say where the index is served, so that a wheel that needs another one from there fails its test",
    hint: "give what pip is given: --index-url https://packages.example.org/simple/",
  };
}

/** A folder that GitHub does not look into. */
export function noRepository(path: string): Problem {
  return {
    code: "no-repository",
    severity: "note",
    path,
    message: "is not the top of a git repository, and GitHub reads workflows from there alone",
    hint: "name the top folder of the source repository",
  };
}
