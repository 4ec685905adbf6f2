/**
 * A host that negotiates: the smallest server that gives `index.v1.json` to a client that asks for JSON.
 * https://packaging.python.org/en/latest/specifications/simple-repository-api/#version-format-selection
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { once } from "node:events";

import type { LoggedRequest, TestServer } from "./python-server.ts";

const JSON_TYPE = "application/vnd.pypi.simple.v1+json";

/** Starts the server for the published tree at `root` on a free port of 127.0.0.1. */
export async function startNegotiatingServer(root: string): Promise<TestServer> {
  const log: LoggedRequest[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    const wantsJson = request.headers.accept?.includes(JSON_TYPE) ?? false;
    const isPage = path.endsWith("/");
    const file = decodeURIComponent(isPage ? path + (wantsJson ? "index.v1.json" : "index.html") : path);
    let body: Buffer | undefined;
    try {
      body = readFileSync(join(root, file));
    } catch {
      // Whatever cannot be read is not there, for a client.
    }
    const status = body === undefined ? 404 : 200;
    const type = !isPage ? "application/octet-stream" : wantsJson ? JSON_TYPE : "text/html; charset=utf-8";
    log.push({ method: request.method ?? "", path, status });
    response.writeHead(status, { "Content-Type": body === undefined ? "text/plain" : type, Vary: "Accept" });
    response.end(body ?? "not found");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");

  return {
    url: `http://127.0.0.1:${address.port}`,
    requests: () => Promise.resolve([...log]),
    forget() {
      log.length = 0;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
