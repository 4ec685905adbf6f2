/** Where an index is published to: the address for git, and how git proves who it is there. */
import { PkgIndexError } from "../errors.ts";
import { realPathIfExists, statIfExists } from "../io/files.ts";
import type { GitSettings } from "../io/run-git.ts";
import { pathToFileURL } from "node:url";
import { resolve } from "node:path";
import { quoteText } from "../packaging/quote-text.ts";
import { tryParseRemote, type GithubAddresses } from "./addresses.ts";
import { formatRepositoryName, parseRepositoryName } from "./repository-name.ts";
import type { Token } from "./token.ts";

export interface PublishTarget {
  /** What git is given. */
  readonly url: string;
  /** What a person is told: `owner/repo` on GitHub, else the address. */
  readonly display: string;
  readonly isGithub: boolean;
}

/** The target of `--git`: an address, or the folder of a repository. Throws a `PkgIndexError` with exit code 2. */
export function toGitTarget(
  text: string,
  cwd: string,
  { server }: GithubAddresses,
  option = "--git",
): PublishTarget {
  const refuse = (message: string, hint: string): PkgIndexError =>
    new PkgIndexError({ code: "usage", path: option, message, hint });
  const hint = "give an address such as https://github.com/octo-org/packages.git, or a folder";
  if (text === "" || text.startsWith("-") || /[\0-\x1f\x7f]/.test(text))
    throw refuse(`${quoteText(text)} is no address of a repository`, hint);
  const isAddress = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  if (!isAddress && statIfExists(resolve(cwd, text))?.isDirectory() === true) {
    // Without a protocol git would copy all of it, whatever it is asked for.
    const folder = realPathIfExists(resolve(cwd, text)) ?? resolve(cwd, text);
    return { url: pathToFileURL(folder).href, display: text, isGithub: false };
  }
  if (!isAddress && !/^[\w.-]+@[\w.-]+:[^:]/.test(text))
    throw refuse(`${quoteText(text)} is no address and no folder`, hint);
  if (isAddress) {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || !/^(?:https?|ssh|git|file):$/.test(url.protocol))
      throw refuse(
        `${quoteText(text.replace(/\/\/[^/]*@/, "//…@"))} is no address that git may use here`,
        hint,
      );
    if (url.password !== "" || (url.username !== "" && url.protocol.startsWith("http")))
      throw refuse(
        "a user or a password in an address can be seen by everyone on this machine",
        "put the token into PKG_UPDATE_TOKEN, or into a file and name that with --token-file",
      );
  }
  const repository = tryParseRemote(text, server);
  const display = repository === undefined ? text : formatRepositoryName(repository);
  return { url: text, display, isGithub: repository !== undefined };
}

/** The target of `--index OWNER/REPO`. Throws `InvalidInput`. */
export function toIndexTarget(text: string, { server }: GithubAddresses): PublishTarget {
  const display = formatRepositoryName(parseRepositoryName(text));
  return { url: `${server}/${display}.git`, display, isGithub: true };
}

/**
 * How git proves who it is: by a header that neither its arguments nor the repository show
 * (https://docs.github.com/en/get-started/git-basics/about-remote-repositories). A token is for one server alone: only that gets
 * it, and over plain http only on this machine. Empty where the address takes no token.
 */
export function toCredentials(
  { url }: Pick<PublishTarget, "url">,
  token: Token | undefined,
  { server }: GithubAddresses,
): GitSettings {
  if (token === undefined || !/^https?:\/\//i.test(url)) return [];
  const { origin, protocol, hostname } = new URL(url);
  if (origin !== new URL(server).origin) return [];
  const isHere = ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
  if (protocol === "http:" && !isHere) return [];
  const header = Buffer.from(`x-access-token:${token.value}`).toString("base64");
  const name = `http.${origin}/.extraHeader`;
  return [
    // An empty value takes away what the user's settings have.
    [name, ""],
    [name, `Authorization: Basic ${header}`],
    ["credential.helper", ""],
  ];
}
