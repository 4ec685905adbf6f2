/** Serves a folder with `python -m http.server`, the plainest host there is, and keeps its request log. */
import { spawn } from "node:child_process";
import { request } from "node:http";
import { once } from "node:events";

import { e2ePython } from "./pip.ts";

/** One line of the server's log. `path` is as it was asked for, still percent-encoded. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** A running server. */
export interface TestServer {
  /** The address without a trailing slash. */
  readonly url: string;
  /** All requests that were answered since the last `forget`. */
  requests(): Promise<LoggedRequest[]>;
  /** Empties the log. */
  forget(): void;
  stop(): Promise<void>;
}

const SERVING = /Serving HTTP on \S+ port (\d+)/;
const LOG_LINE = /"([A-Z]+) (\S+) HTTP\/[\d.]+" (\d{3})/g;

/** GETs an address as it is written, without following redirects: its status, media type and body. */
export function get(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; type: string; body: Buffer }> {
  return new Promise((resolve, reject) => {
    request(url, { headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers["content-type"] ?? "",
          body: Buffer.concat(chunks),
        }),
      );
    })
      .on("error", reject)
      .end();
  });
}

/** `python -m http.server` that ends with the process that started it, also where that one is killed: its stdin closes. */
const SERVE_AS_LONG_AS_ASKED = `
import os, runpy, sys, threading
def wait():
    sys.stdin.buffer.read()
    os._exit(0)
threading.Thread(target=wait, daemon=True).start()
runpy.run_module("http.server", run_name="__main__", alter_sys=True)`;

/** Starts `python -m http.server` for `folder` on a free port of 127.0.0.1. Throws where it does not come up. */
export async function startPythonServer(folder: string): Promise<TestServer> {
  if (e2ePython === undefined) throw new Error("PKGINDEX_E2E_PYTHON is not set");
  const args = ["-u", "-c", SERVE_AS_LONG_AS_ASKED, "0", "--bind", "127.0.0.1", "--directory", folder];
  const child = spawn(e2ePython, args, {
    stdio: ["pipe", "pipe", "pipe"],
    env: { PATH: process.env["PATH"] },
  });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  const port = await new Promise<string>((resolve, reject) => {
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const match = SERVING.exec(said);
      if (match?.[1] !== undefined) resolve(match[1]);
    });
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`http.server ended with exit code ${code}: ${log}`)));
  });
  const url = `http://127.0.0.1:${port}`;
  let marks = 0;

  return {
    url,
    async requests() {
      // The log comes through a pipe: a request of our own that is in it proves that all earlier ones are, too.
      marks += 1;
      const mark = `/log-mark-${marks}`;
      await get(url + mark);
      while (!log.includes(`${mark} `)) await new Promise((resolve) => setTimeout(resolve, 5));
      return [...log.matchAll(LOG_LINE)]
        .map(([, method = "", path = "", status]) => ({ method, path, status: Number(status) }))
        .filter(({ path }) => !path.startsWith("/log-mark-"));
    },
    forget() {
      log = "";
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}
