/** Where GitHub is: github.com, or the server of an enterprise. */
import { PkgIndexError } from "../errors.ts";
import { quoteText } from "../packaging/quote-text.ts";
import { parseRepositoryName, type RepositoryName } from "./repository-name.ts";

export interface GithubAddresses {
  /** The REST API, without a slash at its end. */
  readonly api: string;
  /** What people and git use, without a slash at its end. */
  readonly server: string;
}

/**
 * The addresses that `GITHUB_API_URL` and `GITHUB_SERVER_URL` give, as Actions sets them
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/variables); one of them is enough. Throws a
 * `PkgIndexError` with exit code 2 where one is no address.
 */
export function readGithubAddresses(
  environment: Readonly<Record<string, string | undefined>>,
): GithubAddresses {
  const api = readAddress("GITHUB_API_URL", environment);
  const server = readAddress("GITHUB_SERVER_URL", environment);
  const known = server ?? (api === undefined ? new URL("https://github.com") : toServer(api));
  return { api: format(api ?? toApi(known)), server: format(known) };
}

function readAddress(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): URL | undefined {
  const text = environment[name]?.trim();
  if (text === undefined || text === "") return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHttp = url?.protocol === "https:" || url?.protocol === "http:";
  // What follows the name of the machine before an @ may be a password: it is not repeated.
  const hasMore = url !== undefined && `${url.username}${url.password}${url.search}${url.hash}` !== "";
  if (url !== undefined && isHttp && !hasMore) return url;
  throw new PkgIndexError({
    code: "usage",
    path: name,
    message: hasMore
      ? "the address has a user, a query or a fragment"
      : `${quoteText(text)} is no address of a server`,
    hint: "write an address such as https://api.github.com or https://github.example.org/api/v3",
  });
}

/** GitHub Enterprise Server has its API below `/api/v3`, data residency at `api.` before its name. */
function toServer(api: URL): URL {
  const server = new URL(api.origin);
  if (/^api\./i.test(server.hostname)) server.hostname = server.hostname.slice("api.".length);
  return server;
}

function toApi(server: URL): URL {
  const { host, hostname } = server;
  if (hostname === "github.com" || hostname.endsWith(".ghe.com"))
    return new URL(`${server.protocol}//api.${host}`);
  return new URL(`${format(server)}/api/v3`);
}

function format(url: URL): string {
  return url.href.replace(/\/+$/, "");
}

/** Ways to write a remote: an address with a protocol, or `user@machine:path`. */
const SCP_LIKE = /^(?:[^@/:]+@)?([^@/:]+):(?!\/\/)\/?(.*)$/;

/** The repository that a git remote means; undefined where it is another machine's, or no repository's address. */
export function tryParseRemote(address: string, server: string): RepositoryName | undefined {
  const scp = SCP_LIKE.exec(address);
  let machine: string;
  let path: string;
  if (scp !== null && !address.includes("://")) [, machine = "", path = ""] = scp;
  else {
    if (!URL.canParse(address)) return undefined;
    const url = new URL(address);
    // Over HTTP the port belongs to the server's name; SSH and git's own protocol have ports of their own.
    machine = /^https?:$/.test(url.protocol) ? url.host : url.hostname;
    path = url.pathname.slice(1);
  }
  const { host, hostname } = new URL(server);
  const known = [host, hostname, `ssh.${hostname}`, `www.${hostname}`];
  if (!known.includes(machine.toLowerCase())) return undefined;
  try {
    return parseRepositoryName(path.replace(/\/+$/, "").replace(/\.git$/i, ""));
  } catch {
    return undefined;
  }
}
