/**
 * A tap between a client and a host: it passes bytes on as they are and writes down what was asked and what was
 * answered. Every check has its own, so hosts are not restarted and checks do not see each other's requests.
 */
import { createServer, request, type IncomingMessage, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

/** One request and its answer. `path` is as it was asked for, still percent-encoded. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly accept: string;
  readonly range: string;
  readonly conditional: boolean;
  readonly status: number;
  readonly type: string;
}

/** A running tap. */
export interface Tap {
  /** The address without a trailing slash. */
  readonly origin: string;
  readonly requests: () => readonly LoggedRequest[];
  readonly forget: () => void;
  readonly stop: () => Promise<void>;
}

/** Names that belong to one connection and not to the message: https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 */
const HOP_BY_HOP = /^(?:connection|keep-alive|transfer-encoding|proxy-connection)$/i;

/** Opens a tap in front of the server at `upstream` (`http://127.0.0.1:PORT`). `accept` stands in for the client's own. */
export async function openTap(upstream: string, force: { readonly accept?: string } = {}): Promise<Tap> {
  const log: LoggedRequest[] = [];
  const { hostname, port } = new URL(upstream);
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? "/";
    const { accept = "", range = "" } = incoming.headers;
    const conditional = ["if-none-match", "if-modified-since"].some((name) => name in incoming.headers);
    const note = (status: number, type: string): void =>
      void log.push({ method: incoming.method ?? "", path, accept, range, conditional, status, type });
    const passed = request(
      {
        hostname,
        port,
        method: incoming.method,
        path,
        headers: ownHeaders(incoming, force.accept),
        agent: false,
      },
      (answer) => {
        note(answer.statusCode ?? 0, answer.headers["content-type"] ?? "");
        outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage, ownHeaders(answer));
        answer.on("error", () => outgoing.destroy());
        answer.pipe(outgoing);
      },
    );
    passed.on("error", () => {
      note(502, "");
      outgoing.destroy();
    });
    outgoing.on("close", () => passed.destroy());
    incoming.pipe(passed);
  });
  const address = await listen(server);
  return {
    origin: `http://127.0.0.1:${address.port}`,
    requests: () => [...log],
    forget: () => void (log.length = 0),
    stop: () => close(server),
  };
}

/** The header lines in their order and spelling, as `writeHead` and `request` take them. */
function ownHeaders({ rawHeaders }: IncomingMessage, accept?: string): string[] {
  const kept: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = "", value = ""] = rawHeaders.slice(index, index + 2);
    const isForced = accept !== undefined && name.toLowerCase() === "accept";
    if (!HOP_BY_HOP.test(name)) kept.push(name, isForced ? accept : value);
  }
  return kept;
}

/** Listens on a free port of 127.0.0.1. */
export async function listen(server: Server): Promise<AddressInfo> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server.address() as AddressInfo;
}

/** Ends a server and every connection to it. */
export async function close(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
