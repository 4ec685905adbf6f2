/** Which source repositories an index takes wheels from without a person's doing. */
import type { Config } from "../config/config.ts";
import { PkgIndexError } from "../errors.ts";
import {
  formatRepositoryName,
  parseRepositoryName,
  sameRepository,
  type RepositoryName,
} from "../github/repository-name.ts";

/** Throws a `PkgIndexError` where `[automation] allow` does not have a repository; GitHub's names have no case. */
export function checkAllowed(repository: RepositoryName, { automation }: Config, display: string): void {
  if (automation.allow.some((name) => sameRepository(parseRepositoryName(name), repository))) return;
  const name = formatRepositoryName(repository);
  throw new PkgIndexError({
    code: "problems",
    path: name,
    message: `is not among the repositories that ${display} takes wheels from`,
    hint: `whoever owns the index writes "${name}" into [automation] allow of its pkgindex.toml`,
  });
}
