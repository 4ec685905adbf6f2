/**
 * Cloudflare Pages as far as it can be had here: `wrangler pages dev`, which runs the Function in workerd and reads `_headers`
 * and `_routes.json`. `PKGINDEX_E2E_WRANGLER` is the path of its `wrangler.js`: it is too large to be a dependency.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";

import { makeTemporaryDirectory, removeDirectory } from "../../support/make-tree.ts";
import { runCli } from "../../support/run-cli.ts";
import { checksFor, type HostUnderTest, type Lack } from "./support/http-checks.ts";
import { isListening } from "./support/http-client.ts";
import { stagePublishedFiles } from "./support/staging.ts";
import { makeSampleTree } from "./support/sample-tree.ts";
import { findFreePort } from "./support/web-servers.ts";

const wrangler = process.env["PKGINDEX_E2E_WRANGLER"];
const reason = wrangler === undefined ? " (PKGINDEX_E2E_WRANGLER is not set)" : "";

/** Its own limits: no ranges; HEAD without a length; ETags are made by the host. */
const LACKS: readonly Lack[] = ["ranges", "head"];

describe.each(["simple", "flat"] as const)("layout %s", (layout) => {
  let directory: string;
  let host: HostUnderTest;
  let child: ChildProcess | undefined;

  beforeAll(async () => {
    if (wrangler === undefined) return;
    directory = makeTemporaryDirectory();
    const port = await findFreePort();
    const url = `http://127.0.0.1:${port}/`;
    const tree = await makeSampleTree(join(directory, "repository"), { layout, url });
    const written = await runCli(["host", "cloudflare-pages", "--write"], { cwd: tree.directory });
    if (written.code !== 0) throw new Error(written.stdout + written.stderr);
    const site = stagePublishedFiles(join(tree.directory, "hosting/cloudflare-pages.sh"), directory);
    child = await startWrangler(wrangler, { site, repository: tree.directory, home: directory, port });
    host = { url, tree, lacks: LACKS };
  }, 120_000);
  afterAll(async () => {
    if (child !== undefined) await endGroup(child);
    if (directory !== undefined) removeDirectory(directory);
  });

  for (const { name, run } of checksFor(LACKS)) {
    test.skipIf(reason !== "")(`${name}${reason}`, () => run(host));
  }
});

async function startWrangler(
  program: string,
  place: { site: string; repository: string; home: string; port: number },
): Promise<ChildProcess> {
  const state = join(place.home, "state");
  mkdirSync(state, { recursive: true });
  const inspector = await findFreePort();
  const started = spawn(
    process.execPath,
    [program, "pages", "dev", place.site, "--ip", "127.0.0.1", "--port", String(place.port)].concat([
      "--inspector-port",
      String(inspector),
      "--compatibility-date",
      "2026-01-01",
      "--persist-to",
      state,
    ]),
    {
      cwd: place.repository,
      // A group of its own: wrangler starts workerd.
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env["PATH"], HOME: place.home, CI: "1", WRANGLER_SEND_METRICS: "false" },
    },
  );
  let said = "";
  for (const stream of [started.stdout, started.stderr]) stream.on("data", (text) => (said += String(text)));
  for (let waited = 0; !(await isListening(place.port)); waited += 100) {
    if (started.exitCode !== null || waited > 90_000) {
      await endGroup(started);
      throw new Error(`wrangler did not start: ${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return started;
}

async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  process.kill(-child.pid, "SIGKILL");
  await ended;
}
