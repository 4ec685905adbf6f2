/** `pkgindex serve` as a process of its own, ended when the test is. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";
import { MAIN } from "../support/run-cli.ts";

export interface ServeProcess {
  /** The address of the root, from the line on stdout. */
  readonly url: string;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Reads no more of what it says. */
  readonly stopReading: () => void;
  /** Sends a signal and waits for the end: exit code, and milliseconds that it took. */
  readonly end: (signal: NodeJS.Signals) => Promise<{ readonly code: number | null; readonly ms: number }>;
}

/** Starts it on a free port of 127.0.0.1 and waits until it has said where it serves. `path` goes before `PATH`. */
export async function startServe(
  root: string,
  { args = [], path = "" }: { readonly args?: readonly string[]; readonly path?: string } = {},
): Promise<ServeProcess> {
  const child = spawn(process.execPath, [MAIN, "serve", "--root", root, "--port", "0", ...args], {
    env: {
      PATH: `${path}:${process.env["PATH"] ?? ""}`,
      HOME: "/nonexistent",
      GIT_CONFIG_GLOBAL: "/dev/null",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (bytes: Buffer) => (stdout += bytes.toString()));
  child.stderr.on("data", (bytes: Buffer) => (stderr += bytes.toString()));
  const closed = once(child, "close");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await closed;
  });
  const findUrl = (): string | undefined => /https?:\/\/[^\s"]+/.exec(stdout)?.[0];
  while (findUrl() === undefined || !stdout.endsWith("\n") || !stderr.includes("Ctrl-C")) {
    if (child.exitCode !== null) throw new Error(`serve ended with ${child.exitCode}: ${stdout}${stderr}`);
    await Promise.race([once(child.stdout, "data"), once(child.stderr, "data"), closed]);
  }
  return {
    url: findUrl() ?? "",
    stdout: () => stdout,
    stderr: () => stderr,
    stopReading: () => {
      child.stdout.destroy();
      child.stderr.destroy();
    },
    end: async (signal) => {
      const begun = performance.now();
      child.kill(signal);
      await closed;
      return { code: child.exitCode, ms: performance.now() - begun };
    },
  };
}
