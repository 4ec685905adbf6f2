/** What `serve` says: its address, its requests, and why it cannot listen. */
import type { Config } from "../config/config.ts";
import { PkgIndexError } from "../errors.ts";
import { systemErrorCode } from "../io/files.ts";
import { toVisible, type Terminal } from "../io/terminal.ts";
import type { Answer } from "../server/respond.ts";
import { joinPath, LAYOUTS } from "../simple/layout.ts";

/** Hosts that stand for every address of the machine; a client on it reaches them by the loopback address. */
const EVERY_ADDRESS: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "[::1]" };

/** The address of the root, for a client on this machine. */
export function formatAddress(host: string, port: number, basePath: string): string {
  // The zone of a link-local address would have to be encoded; clients do not take it in any form.
  const shown = EVERY_ADDRESS[host] ?? (host.includes(":") ? `[${host}]` : host);
  return `http://${shown}${port === 80 ? "" : `:${port}`}${basePath}`;
}

/** Says where the index is, on stdout for scripts, and how to install from it. */
export function announce(
  url: string,
  config: Config,
  { host, json }: { readonly host: string; readonly json?: true },
  terminal: Terminal,
): void {
  const indexUrl = url + joinPath(LAYOUTS[config.layout].listDirectory, "");
  if (json) terminal.print(JSON.stringify({ url, indexUrl }));
  else terminal.print(toVisible(`serving ${config.rootDisplay} at ${url}`));
  const isLocal = /^https?:\/\/(?:127\.|localhost[:/]|\[::1\])/.test(url);
  const trust = isLocal ? "" : ` --trusted-host ${new URL(url).hostname}`;
  terminal.talk(`  pip install --index-url ${indexUrl}${trust} NAME`);
  if (host in EVERY_ADDRESS) terminal.talk("  other machines reach it by the addresses of this one");
  terminal.talk("Ctrl-C ends it");
}

/** What tells of requests: a line for each answer unless `isQuiet`, and one for each failure. */
export function createRequestLog(
  terminal: Terminal,
  isQuiet: boolean,
): {
  readonly logAnswer: (request: Request, answer: Answer) => void;
  readonly logFailure: (request: Request, error: unknown) => void;
} {
  return {
    logAnswer: (request, { status, headers }) => {
      if (isQuiet) return;
      const type = headers["Content-Type"]?.split(";", 1)[0] ?? "";
      const client = request.headers.get("User-Agent")?.split(" ", 1)[0] ?? "";
      const what = [status, request.method, formatTarget(request.url), type, shorten(client)];
      terminal.talk(toVisible(what.filter((part) => part !== "").join(" ")));
    },
    logFailure: (request, error) => {
      const reason = systemErrorCode(error) ?? (error instanceof Error ? error.stack : undefined);
      terminal.talk(
        toVisible(`error: ${formatTarget(request.url)}: cannot be served (${reason ?? String(error)})`),
      );
    },
  };
}

function formatTarget(url: string): string {
  return shorten(url.slice(url.indexOf("/", url.indexOf("://") + 3)));
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
}

const LISTEN_ERRORS: Readonly<Record<string, readonly [message: string, hint: string]>> = {
  EADDRINUSE: [
    "the port is taken by another program",
    "choose another with --port, or --port 0 for any free one",
  ],
  EACCES: ["permission denied: ports below 1024 are for root", "choose another with --port, such as 8000"],
  EADDRNOTAVAIL: ["this machine does not have the address", "choose another with --host, such as 127.0.0.1"],
  ENOTFOUND: ["there is no host of this name", "choose another with --host, such as 127.0.0.1"],
  EAI_AGAIN: ["the name of the host cannot be looked up", "choose an address with --host, such as 127.0.0.1"],
  EAFNOSUPPORT: ["this machine has no such kind of address", "choose another with --host, such as 127.0.0.1"],
  EINVAL: ["this is no address that one can listen at", "choose another with --host, such as 127.0.0.1"],
};

/** Why the server could not be started, as a failure that a person can mend; undefined for a bug. */
export function toListenError(error: unknown, host: string, port: number): PkgIndexError | undefined {
  const [message, hint] = LISTEN_ERRORS[systemErrorCode(error) ?? ""] ?? [];
  if (message === undefined || hint === undefined) return undefined;
  const path = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  return new PkgIndexError({ code: "cannot-listen", path, message, hint, cause: error });
}
