/** An HTTP server of Node with limits: nobody holds a connection for nothing. */
import { createServer, type RequestListener } from "node:http";
import { once } from "node:events";
import type { Duplex } from "node:stream";
import { systemErrorCode } from "./files.ts";

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

/** How long a refused client may take to read why. */
const REFUSAL_MS = 1000;

const REFUSALS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  HPE_CHUNK_EXTENSIONS_OVERFLOW: "413 Payload Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
};

/**
 * Refuses what is no HTTP request. Node's own way is to answer and to end the connection in the same moment: a client that is
 * still sending would get a reset, and no answer.
 */
function refuse(error: Error, socket: Duplex): void {
  if (socket.writableEnded || socket.destroyed) return;
  const status = REFUSALS[systemErrorCode(error) ?? ""] ?? "400 Bad Request";
  socket.on("error", () => socket.destroy());
  if (!socket.writable) socket.destroy();
  else {
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    setTimeout(() => socket.destroy(), REFUSAL_MS).unref();
  }
}

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
  server.on("clientError", refuse);
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
