/** Why GitHub refused, and what to do: one sentence for each of its ways to say no. */
import { PkgIndexError } from "../errors.ts";
import type { GithubAnswer } from "./client.ts";
import { formatRepositoryName, type RepositoryName } from "./repository-name.ts";
import type { Token } from "./token.ts";

/** What was asked for, in words that follow "may not" ("send a dispatch"), and the right that it takes. */
export interface Wish {
  readonly repository: RepositoryName;
  readonly what: string;
  /** The permission as GitHub's forms for tokens call it: `Contents: write`. */
  readonly permission: string;
}

/** A refusal as an error with exit code 1 that names the repository, or the token's source where the token is at fault. */
export function explainRefusal(answer: GithubAnswer, wish: Wish, token: Token | undefined): PkgIndexError {
  const name = formatRepositoryName(wish.repository);
  const said = answer.message === "" ? String(answer.status) : `${answer.status}: ${answer.message}`;
  const refuse = (path: string, message: string, hint: string): PkgIndexError =>
    new PkgIndexError({ code: "github-refused", path, message, hint });
  const { status } = answer;
  if (status === 401) {
    return token === undefined
      ? refuse(name, `GitHub wants a token for this (${said})`, `give one with the right ${wish.permission}`)
      : refuse(
          token.source,
          `GitHub does not know this token (${said})`,
          "it has expired, was revoked, or is not whole: make a new one",
        );
  }
  if (status === 403) return refuse(name, ...explainForbidden(answer, wish, token, said));
  if (status === 404) {
    const who = token === undefined ? "nobody without a token can see it" : "the token cannot see it";
    return refuse(
      name,
      `there is no such repository, or ${who} (${said})`,
      `see to the spelling, and whether the token is for this repository with the right ${wish.permission}`,
    );
  }
  if (status >= 300 && status < 400) {
    return refuse(
      name,
      `GitHub sends the request on to where the token must not go (${status})`,
      "the repository may have moved: give the name that it has now, and the server's own GITHUB_API_URL",
    );
  }
  if (status === 422)
    return refuse(name, `GitHub does not take the request (${said})`, "what is wrong stands in its message");
  if (status >= 500)
    return refuse(
      name,
      `GitHub is out of order (${said})`,
      "try again later; see https://www.githubstatus.com",
    );
  return refuse(name, `GitHub refused to ${wish.what} (${said})`, "what is wrong stands in its message");
}

function explainForbidden(
  { headers, message }: GithubAnswer,
  { what, permission }: Wish,
  token: Token | undefined,
  said: string,
): [message: string, hint: string] {
  const signOn = /\burl=(\S+)/.exec(headers["x-github-sso"] ?? "")?.[1];
  if (signOn !== undefined)
    return [
      `the organization wants single sign-on for this token (${said})`,
      `authorize the token at ${signOn}`,
    ];
  if (/archived/i.test(message))
    return [
      `the repository is archived, and takes nothing (${said})`,
      "unarchive it under Settings, or give another",
    ];
  const accepted = headers["x-accepted-github-permissions"];
  const lacks = accepted === undefined || accepted === "" ? permission : formatPermissions(accepted);
  const scopes = headers["x-oauth-scopes"];
  const has = scopes === undefined ? "" : `; its scopes are ${scopes === "" ? "none" : scopes}`;
  const which = token === undefined ? "without a token one" : `the token from ${token.source}`;
  const hint = message.endsWith("by integration")
    ? `the GITHUB_TOKEN of a workflow reaches its own repository alone: give a token of the index repository with ${lacks}`
    : `give the token the right ${lacks} for this repository (of a classic token: the scope repo)`;
  return [`${which} may not ${what}: it lacks ${lacks}${has} (${said})`, hint];
}

/**
 * `contents=write,workflows=write; metadata=read` as `Contents: write and Workflows: write, or Metadata: read`
 * (https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#resource-not-accessible).
 */
export function formatPermissions(header: string): string {
  return header
    .split(";")
    .map((set) => set.split(",").map(formatPermission).join(" and "))
    .join(", or ");
}

function formatPermission(text: string): string {
  const [name = "", level = ""] = text.trim().split("=");
  const words = name.replaceAll("_", " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}: ${level}`;
}
