/** A server as a process of its own on a free port, ended by its id. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** A server that answers. */
export interface RunningServer {
  /** Ends with a slash. */
  readonly url: string;
  /** The largest resident set of its process, in bytes, as the kernel counts it. */
  readonly peak: () => number;
  readonly stop: () => Promise<void>;
}

const START_SECONDS = 60;

/** Starts a server and waits until it answers for `path`; throws with the end of what it said where it does not. */
export async function startServer(
  command: (port: number) => readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>>,
  path: string,
): Promise<RunningServer> {
  const port = await findFreePort();
  const [program = "", ...words] = command(port);
  const child = spawn(program, words, { cwd: folder, env: environment, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (bytes: Buffer) => (said = (said + bytes.toString()).slice(-500)));
  child.on("error", (error) => (said = error.message));
  const closed = once(child, "close").catch(() => undefined);
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
    await closed;
    clearTimeout(timer);
  };
  const url = `http://127.0.0.1:${port}/`;
  for (let waited = 0; waited < START_SECONDS * 10; waited += 1) {
    if (child.exitCode !== null || child.pid === undefined) break;
    if (await answers(url + path)) return { url, peak: () => peakOf(child.pid ?? 0), stop };
    await delay(100);
  }
  await stop();
  throw new Error(`it did not start: ${said.trim().split("\n").at(-1) ?? ""}`);
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function peakOf(processId: number): number {
  const status = readFileSync(`/proc/${processId}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) * 1024;
}
