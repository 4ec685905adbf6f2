/** An HTTP server of Node with limits: nobody holds a connection for nothing. */
import { createServer, type RequestListener } from "node:http";
import { once } from "node:events";

export interface HttpServer {
  readonly port: number;
  /** Ends all connections, whatever is on their way. */
  readonly close: () => void;
}

/** How long a client may take for the head of a request, and for the whole of it. */
const HEAD_MS = 15_000;
const REQUEST_MS = 30_000;
/** How long a connection waits for the next request, and for a client that takes nothing of an answer. */
const KEEP_ALIVE_MS = 30_000;
const STALLED_MS = 120_000;

/** Starts to listen. Throws the system's error where the address cannot be had; later errors go to `onError`. */
export async function startHttpServer(
  listener: RequestListener,
  { host, port }: { readonly host: string; readonly port: number },
  onError: (error: Error) => void,
): Promise<HttpServer> {
  const server = createServer(
    {
      headersTimeout: HEAD_MS,
      requestTimeout: REQUEST_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: 5000,
      noDelay: true,
    },
    listener,
  );
  server.setTimeout(STALLED_MS);
  server.listen({ host, port, backlog: 1024 });
  await once(server, "listening");
  // Such as no descriptor being left for one more connection: it is closed, the others go on.
  server.on("error", onError);
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
