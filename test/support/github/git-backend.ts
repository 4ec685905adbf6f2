/** `git http-backend` behind an HTTP server of Node: the protocol of CGI (RFC 3875), as far as git needs it. */
import { spawn } from "node:child_process";
import { NO_GIT_CONFIG } from "../git-environment.ts";
import type { IncomingMessage, ServerResponse } from "node:http";

export interface GitTraffic {
  /** Bytes of bodies, without headers. */
  received: number;
  sent: number;
}

/** Serves one request for a bare repository below `root`; `path` begins with a slash. Resolves when it is answered. */
export function serveGit(
  request: IncomingMessage,
  response: ServerResponse,
  { root, path, query, user }: Readonly<Record<"root" | "path" | "query" | "user", string>>,
  traffic: GitTraffic,
): Promise<void> {
  const { headers } = request;
  const child = spawn("git", ["http-backend"], {
    stdio: ["pipe", "pipe", "ignore"],
    env: {
      ...NO_GIT_CONFIG,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: path,
      QUERY_STRING: query,
      REQUEST_METHOD: request.method ?? "GET",
      REMOTE_USER: user,
      REMOTE_ADDR: "127.0.0.1",
      CONTENT_TYPE: headers["content-type"] ?? "",
      ...(headers["content-length"] === undefined ? {} : { CONTENT_LENGTH: headers["content-length"] }),
      ...(headers["content-encoding"] === undefined
        ? {}
        : { HTTP_CONTENT_ENCODING: headers["content-encoding"] }),
      ...(typeof headers["git-protocol"] === "string" ? { GIT_PROTOCOL: headers["git-protocol"] } : {}),
    },
  });
  request.on("data", (chunk: Buffer) => (traffic.received += chunk.length));
  request.pipe(child.stdin);
  // A client that goes, or a git that has read enough: the other side notices by itself.
  child.stdin.on("error", () => undefined);
  response.on("close", () => child.kill());
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    let headSent = false;
    child.on("error", reject);
    child.stdout.on("data", (chunk: Buffer) => {
      let body = chunk;
      if (!headSent) {
        head = Buffer.concat([head, chunk]);
        const end = head.indexOf("\r\n\r\n");
        if (end === -1) return;
        writeHead(response, head.subarray(0, end).toString());
        headSent = true;
        body = head.subarray(end + 4);
      }
      traffic.sent += body.length;
      if (!response.write(body)) {
        child.stdout.pause();
        response.once("drain", () => child.stdout.resume());
      }
    });
    child.on("close", () => {
      if (!headSent) response.statusCode = 500;
      response.end();
      resolve();
    });
  });
}

function writeHead(response: ServerResponse, text: string): void {
  for (const line of text.split("\r\n")) {
    const [, name = "", value = ""] = /^([^:]+): *(.*)$/.exec(line) ?? [];
    if (name.toLowerCase() === "status") response.statusCode = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
}
