/** Servers that are processes of their own: they are waited for, and ended by their id. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import type { AddressInfo } from "node:net";

/** What the pattern's group holds, as soon as the process has printed it. Throws where it ends before. */
export function firstWords(child: ChildProcess, pattern: RegExp): Promise<string> {
  let said = "";
  return new Promise((resolve, reject) => {
    const listen = (bytes: Buffer): void => {
      said += bytes.toString();
      const found = pattern.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout?.on("data", listen);
    child.stderr?.on("data", listen);
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`the server ended with exit code ${code}: ${said.trim()}`)));
  });
}

/** Ends a process by its id and waits until it is gone. */
export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
  await ended;
  clearTimeout(timer);
}

/** A port that was free a moment ago: for servers that cannot be told to take any. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Waits until something listens on the port. Throws where the process ends before, with what it said. */
export async function waitForPort(port: number, child: ChildProcess, seconds = 20): Promise<void> {
  let said = "";
  child.stdout?.on("data", (bytes: Buffer) => (said += bytes.toString()));
  child.stderr?.on("data", (bytes: Buffer) => (said += bytes.toString()));
  for (const begun = performance.now(); performance.now() - begun < seconds * 1000; await sleep(50)) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the server ended: ${said.trim()}`);
    if (await accepts(port)) return;
  }
  throw new Error(`nothing listens after ${seconds} s: ${said.trim()}`);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new Socket();
    const end = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.on("connect", end(true)).on("error", end(false)).connect(port, "127.0.0.1");
  });
}
