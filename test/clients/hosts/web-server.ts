/** nginx, Caddy and Apache with the configuration that `pkgindex host` writes for them. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { findFreePort, WEB_SERVERS } from "../../e2e/hosts/support/web-servers.ts";
import { runPkgindex, type PublishedTree } from "../published-tree.ts";
import type { RunningHost } from "./host.ts";

export type WebServerName = "nginx" | "caddy" | "apache";

/** Why the server cannot run here, or undefined. */
export function whyMissing(name: WebServerName): Promise<string | undefined> {
  const isThere = WEB_SERVERS.some((server) => server.name === name && server.program !== undefined);
  return Promise.resolve(isThere ? undefined : `${name} is not installed`);
}

/** Writes the configuration, lets the server itself check it, and starts the server on a free port. */
export async function startWebServer(
  name: WebServerName,
  tree: PublishedTree,
  basePath: string,
): Promise<RunningHost> {
  const server = WEB_SERVERS.find((candidate) => candidate.name === name);
  if (server === undefined) throw new Error(`no web server is called ${name}`);
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}${basePath}`;
  const written = await runPkgindex(tree.repository, ["host", name], undefined, { PKGINDEX_URL: `${url}/` });
  const folder = join(tree.repository, `${name}-${port}`);
  mkdirSync(folder);
  const configuration = join(folder, "site.conf");
  writeFileSync(configuration, written);
  const { code, output } = server.check(folder, configuration);
  if (code !== 0) throw new Error(`the configuration is refused: ${output.trim()}`);
  const { stop } = await server.start(folder, configuration, port);
  return { url, stop };
}
