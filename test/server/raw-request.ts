/** Requests that no client would send, byte by byte. */
import { connect, type Socket } from "node:net";
import { once } from "node:events";

/** Sends these bytes and returns all that comes back until the server ends the connection, or nothing came for a while. */
export async function sendRaw(port: number, bytes: string | Buffer, idleMs = 2000): Promise<string> {
  const socket = await openSocket(port);
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.on("error", () => undefined);
  socket.setTimeout(idleMs, () => socket.destroy());
  socket.write(bytes);
  await new Promise((resolve) => socket.on("close", resolve));
  return Buffer.concat(chunks).toString("latin1");
}

export async function openSocket(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1" });
  await once(socket, "connect");
  return socket;
}

/** A GET request with this target, as it stands. */
export function rawGet(target: string, ...headers: string[]): Buffer {
  return Buffer.from(
    [`GET ${target} HTTP/1.1`, "Host: x", "Connection: close", ...headers, "", ""].join("\r\n"),
    "latin1",
  );
}
