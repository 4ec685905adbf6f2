/** All hosts of the matrix. */
import { pathToFileURL } from "node:url";

import { startStaticHost } from "../support/static-host.ts";
import type { Host } from "./host.ts";
import { startServe } from "./serve.ts";
import { startWebServer, whyMissing, type WebServerName } from "./web-server.ts";

type Server = Pick<Host, "server" | "formats" | "missing" | "start">;

const isThere = (): Promise<undefined> => Promise.resolve(undefined);

const SERVE: Server = { server: "serve", formats: "negotiated", missing: isThere, start: startServe };

const STATIC: Server = {
  server: "static",
  formats: "html",
  missing: isThere,
  start: ({ root }, basePath) => startStaticHost(root, { basePath }),
};

const FILE: Server = {
  server: "file",
  formats: "file",
  missing: isThere,
  start: ({ root }) => Promise.resolve({ url: pathToFileURL(root).href, stop: () => Promise.resolve() }),
};

/** The second root, on a host that types it as its `_headers` file says. */
const JSON_ROOT: Host = {
  name: "json root",
  server: "json root",
  layout: "simple",
  basePath: "",
  formats: "json",
  simplePath: "simple-json/",
  // HTML is all that this one reads.
  without: ["pip-20.3.4"],
  missing: isThere,
  start: ({ root }, basePath) => startStaticHost(root, { basePath, typesJsonRoot: true }),
};

function webServer(name: WebServerName): Server {
  return {
    server: name,
    formats: "negotiated",
    missing: () => whyMissing(name),
    start: (tree, basePath) => startWebServer(name, tree, basePath),
  };
}

function plain(server: Server): Host {
  return { ...server, layout: "simple", basePath: "", name: server.server };
}

function below(server: Server): Host {
  return { ...server, layout: "simple", basePath: "/a/b", name: `${server.server} /a/b/` };
}

function flat(server: Server): Host {
  return { ...server, layout: "flat", basePath: "", name: `${server.server} flat` };
}

function flatBelow(server: Server): Host {
  return { ...server, layout: "flat", basePath: "/a/b", name: `${server.server} flat /a/b/` };
}

export const HOSTS: readonly Host[] = [
  ...[SERVE, STATIC].flatMap((server) => [plain(server), below(server), flat(server)]),
  ...(["nginx", "caddy", "apache"] as const)
    .map(webServer)
    .flatMap((server) => [plain(server), flatBelow(server)]),
  JSON_ROOT,
  plain(FILE),
  flat(FILE),
];
