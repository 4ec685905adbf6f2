/** The index application on Node's HTTP server. */
import { getRequestListener } from "@hono/node-server";
import { startHttpServer, type HttpServer } from "../io/http-server.ts";
import { createIndexApp, type IndexAppOptions } from "./index-app.ts";

export interface ServeOptions extends IndexAppOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly onServerError: (error: Error) => void;
}

/** Serves the index until it is closed. Throws the system's error where the address cannot be had. */
export function serveIndex(options: ServeOptions): Promise<HttpServer> {
  const app = createIndexApp(options);
  // A client of HTTP/1.0 need not name the host; the name is not used for anything.
  const listener = getRequestListener((request) => app.fetch(request), { hostname: "localhost" });
  return startHttpServer(
    (request, response) => void listener(request, response),
    options,
    options.onServerError,
  );
}
