/** All hosts of the matrix. */
import { pathToFileURL } from "node:url";

import { startStaticHost } from "../support/static-host.ts";
import type { Host } from "./host.ts";
import { startServe } from "./serve.ts";

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

/** Each server at the root of a host, below a path, and with the flat layout. */
function rowsOf(server: Server): Host[] {
  const plain = { ...server, layout: "simple", basePath: "", name: server.server } as const;
  return [
    plain,
    ...(server.formats === "file" ? [] : [{ ...plain, basePath: "/a/b", name: `${server.server} /a/b/` }]),
    { ...plain, layout: "flat", name: `${server.server} flat` },
  ];
}

export const HOSTS: readonly Host[] = [SERVE, STATIC, FILE].flatMap(rowsOf);
