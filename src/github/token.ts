/** The token for GitHub: from a file or the environment, never from the command line, and never printed. */
import { join, resolve } from "node:path";
import { PkgIndexError } from "../errors.ts";
import { readLimited, systemErrorCode } from "../io/files.ts";

/** A token, and in words where it was found. */
export interface Token {
  readonly value: string;
  readonly source: string;
}

export interface TokenSources {
  /** `--token-file`, relative to `cwd`. */
  readonly tokenFile: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The folder of `pkgindex.toml`, where there is one. */
  readonly configFolder: string | undefined;
}

/** The variables that may hold it, the more special one first. */
const VARIABLES = ["PKG_UPDATE_TOKEN", "GH_TOKEN", "GITHUB_TOKEN"] as const;

/** The name of a file with a token, in the current folder or beside `pkgindex.toml`. */
export const TOKEN_FILE_NAME = ".token";

/** GitHub's own have 40 to 255 characters, but for those of Apps, which are signed and longer. */
const LARGEST_TOKEN_FILE = 16 * 1024;

/**
 * The token of `--token-file`, else of `PKG_UPDATE_TOKEN`, `GH_TOKEN` or `GITHUB_TOKEN`, else of `.token` in the current
 * folder or beside `pkgindex.toml`; undefined where there is none. An empty variable is none: Actions writes so where a
 * secret is missing. Throws a `PkgIndexError` with exit code 2 for what can be no token.
 */
export function readToken(sources: TokenSources): Token | undefined {
  const { tokenFile, environment, cwd, configFolder } = sources;
  if (tokenFile !== undefined) {
    const token = readTokenFile(resolve(cwd, tokenFile), tokenFile);
    if (token !== undefined) return token;
    throw refuse(tokenFile, "there is no such file", "name the file that holds the token");
  }
  for (const name of VARIABLES) {
    const value = environment[name]?.trim();
    if (value) return { value: checkToken(value, name), source: name };
  }
  for (const folder of new Set([cwd, configFolder ?? cwd])) {
    const path = join(folder, TOKEN_FILE_NAME);
    const token = readTokenFile(path, folder === cwd ? TOKEN_FILE_NAME : path);
    if (token !== undefined) return token;
  }
  return undefined;
}

/** The same, where there must be one. */
export function requireToken(sources: TokenSources): Token {
  const token = readToken(sources);
  if (token !== undefined) return token;
  throw refuse(
    "token",
    "there is none, and GitHub lets nobody in without",
    sources.environment["GITHUB_ACTIONS"] === "true"
      ? `make it a secret of this repository: gh secret set ${VARIABLES[0]}`
      : `put it into the variable ${VARIABLES[0]}, or into a file and name that with --token-file`,
  );
}

function readTokenFile(path: string, display: string): Token | undefined {
  let bytes: Buffer | "no file";
  try {
    bytes = readLimited(path, LARGEST_TOKEN_FILE);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw refuse(display, `cannot be read (${code})`, "see to it that it is a file that this user may read");
  }
  if (bytes === "no file") throw refuse(display, "is not a file", "name a file that holds the token alone");
  if (bytes.length > LARGEST_TOKEN_FILE)
    throw refuse(display, "is too large to be a token", "put the token alone into the file");
  const text = bytes
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .trim();
  if (text === "") throw refuse(display, "is empty", "put the token into the file, in one line");
  return { value: checkToken(text, display), source: display };
}

/** A header takes one line of plain characters; what is wrong with it is said without repeating any of it. */
function checkToken(text: string, path: string): string {
  if (/^[!-~]+$/.test(text)) return text;
  throw refuse(
    path,
    "what it holds is no token: a token is one word of plain characters",
    "put the token alone into it, in one line",
  );
}

function refuse(path: string, message: string, hint: string): PkgIndexError {
  return new PkgIndexError({ code: "usage", path, message, hint });
}
