/**
 * The proxy of every client: it lets nothing out and remembers who knocked. A request that leaves this computer is a
 * failure that the suite sees, and not an answer from another index.
 */
import { createServer } from "node:http";

import { close, listen } from "./tap.ts";

/** A running proxy that refuses. */
export interface ClosedDoor {
  readonly url: string;
  /** The addresses that were asked for. */
  readonly knocks: () => readonly string[];
  readonly stop: () => Promise<void>;
}

/** Starts the proxy on a free port of 127.0.0.1. */
export async function closeTheDoor(): Promise<ClosedDoor> {
  const knocks: string[] = [];
  const server = createServer((request, response) => {
    knocks.push(request.url ?? "");
    response.writeHead(403, { "Content-Type": "text/plain" }).end("nothing leaves this test\n");
  });
  server.on("connect", (request, socket) => {
    knocks.push(request.url ?? "");
    socket.on("error", () => socket.destroy());
    socket.end("HTTP/1.1 403 nothing leaves this test\r\nConnection: close\r\n\r\n");
  });
  const { port } = await listen(server);
  return { url: `http://127.0.0.1:${port}`, knocks: () => [...knocks], stop: () => close(server) };
}
