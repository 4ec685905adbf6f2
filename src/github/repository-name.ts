/** The names of accounts and repositories on GitHub, checked before they get into an address, a payload or a command. */
import { InvalidInput } from "../errors.ts";
import { quoteText } from "../packaging/quote-text.ts";

/** A repository as GitHub writes it in an address: `owner/repo`. Spelled as it was given; see {@link sameRepository}. */
export interface RepositoryName {
  readonly owner: string;
  readonly repo: string;
}

const LONGEST_OWNER = 39;
const LONGEST_REPOSITORY = 100;

/**
 * New names have single hyphens inside. Names from before that rule may end in one, and accounts that an enterprise
 * manages end in `_` and its short code.
 * https://docs.github.com/en/enterprise-cloud@latest/admin/managing-iam/iam-configuration-reference/username-considerations-for-external-authentication
 */
const OWNER = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:-|_[a-z0-9]+)?$/i;

const REPOSITORY = /^[\w.-]+$/;

/** The name of a user or an organization, as it was given. Throws `InvalidInput` for what GitHub cannot have. */
export function checkOwner(text: string): string {
  if (text.length <= LONGEST_OWNER && OWNER.test(text)) return text;
  throw new InvalidInput(
    "repository-owner",
    `${quoteText(text)} is no name of a GitHub account: it has 1 to ${LONGEST_OWNER} letters, digits and single ` +
      "hyphens, and begins with a letter or a digit",
    "give the user or the organization as it stands in the repository's address",
  );
}

/**
 * The name of a repository without its owner, as it was given. Throws `InvalidInput` for what GitHub cannot have
 * (https://docs.github.com/en/repositories/creating-and-managing-repositories/creating-a-new-repository).
 */
export function checkRepository(text: string): string {
  const isReserved = text === "." || text === ".." || /\.git$/i.test(text);
  if (text.length <= LONGEST_REPOSITORY && REPOSITORY.test(text) && !isReserved) return text;
  throw new InvalidInput(
    "repository-name",
    `${quoteText(text)} is no name of a GitHub repository: it has 1 to ${LONGEST_REPOSITORY} letters, digits, hyphens, ` +
      'underscores and dots, is not "." or "..", and does not end in .git',
    "give the repository as it stands in its address, without the owner",
  );
}

/** `owner/repo` in its two parts. Throws `InvalidInput` for anything else. */
export function parseRepositoryName(text: string): RepositoryName {
  const [owner, repo, ...rest] = text.split("/", 3);
  if (owner === undefined || repo === undefined || rest.length > 0) {
    throw new InvalidInput(
      "repository",
      `${quoteText(text)} is not of the form owner/repo`,
      "write the owner, one slash and the repository, such as octo-org/packages",
    );
  }
  return { owner: checkOwner(owner), repo: checkRepository(repo) };
}

/** `owner/repo`. */
export function formatRepositoryName({ owner, repo }: RepositoryName): string {
  return `${owner}/${repo}`;
}

/** Whether two names mean one repository: GitHub ignores case in both parts. */
export function sameRepository(left: RepositoryName, right: RepositoryName): boolean {
  return formatRepositoryName(left).toLowerCase() === formatRepositoryName(right).toLowerCase();
}
