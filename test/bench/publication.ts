/** The row of `pkgindex publish`: one wheel into a large repository, over HTTP on loopback; its bytes are counted. */
import { execFileSync } from "node:child_process";
import { randomFillSync } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { serveGit, type GitTraffic } from "../support/github/git-backend.ts";
import { makeWheel } from "../support/make-wheel.ts";
import type { Bench } from "./contestants.ts";
import { runInTurn, samplesOf, spreadOf, type Contestant } from "./measure.ts";

const MEGABYTE = 1e6;
/** Wheels of each project. */
const EACH = 10;

/** Runs the row: each round publishes another wheel, and clones once for comparison. */
export async function publishOneWheel(bench: Bench): Promise<void> {
  const { report, options, folders, launcher } = bench;
  const { wheels, bytes } = options.sizes.repository;
  const size = ((wheels * bytes) / 1e9).toFixed(1);
  report.open(
    "publish",
    `pkgindex publish of one wheel into ${wheels} wheels, ${size} GB, over HTTP on loopback`,
  );
  const traffic: GitTraffic = { received: 0, sent: 0 };
  const root = mkdtempSync(join(folders.disk, "publish-"));
  makeRepository(bench, root);
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    void serveGit(
      request,
      response,
      { root, path: url.pathname, query: url.search.slice(1), user: "bench" },
      traffic,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/index/.git`;
  let moved = 0;
  const counted = (name: string, command: (round: number) => string[]): Contestant => ({
    name,
    run: async (round) => {
      Object.assign(traffic, { received: 0, sent: 0 });
      const sample = await launcher.measure({ commands: [command(round)], folder: root });
      const both = traffic.received + traffic.sent;
      if (name === PUBLISH) moved = Math.max(moved, both);
      else report.note(`${name}: ${(both / MEGABYTE).toFixed(1)} MB moved`);
      return sample;
    },
  });
  try {
    const publish = counted(PUBLISH, (round) => {
      const wheel = join(root, `project1-${900 + round}-py3-none-any.whl`);
      writeFileSync(wheel, makeLarge("project1", `${900 + round}`, bytes));
      return [process.execPath, options.program, "publish", wheel, "--git", address];
    });
    const results = await runInTurn([publish], options.rounds);
    const clone = counted("git clone", () => [
      "git",
      "clone",
      "--quiet",
      "--no-checkout",
      address,
      join(root, "clone"),
    ]);
    results.push({ name: clone.name, samples: [await clone.run(0)] });
    report.table(results);
    const wall = spreadOf(samplesOf(results, PUBLISH), "wall").median;
    report.limit({ what: PUBLISH, value: wall, unit: "s", rule: "at most", limit: 15 });
    const most = { value: moved / MEGABYTE, unit: "MB", rule: "at most", limit: 20, noisy: false } as const;
    report.limit({ what: "moved by it, the wheel included", ...most });
  } finally {
    await new Promise((resolve) => server.close(resolve));
    rmSync(root, { recursive: true, force: true });
  }
}

const PUBLISH = "pkgindex publish";

function makeLarge(project: string, version: string, bytes: number): Buffer {
  const data = randomFillSync(Buffer.allocUnsafe(bytes));
  return makeWheel({
    name: project,
    version,
    files: { [`${project}/__init__.py`]: "", [`${project}/data`]: data },
  }).bytes;
}

/** An index in git with its pages, whose wheels are gone from the work tree again: the room is for its objects. */
function makeRepository({ options }: Bench, root: string): void {
  const { wheels, bytes } = options.sizes.repository;
  const folder = join(root, "index");
  const index = join(folder, "index");
  const git = (...args: string[]): void => {
    const settings = [
      "user.name=bench",
      "user.email=bench@example.org",
      "core.compression=0",
      "core.bigFileThreshold=1k",
    ];
    const config = [...settings, "gc.auto=0", "core.looseCompression=0"].flatMap((setting) => [
      "-c",
      setting,
    ]);
    execFileSync("git", ["-C", folder, ...config, ...args], { stdio: ["ignore", "ignore", "inherit"] });
  };
  for (let number = 0; number < wheels; number += 1) {
    const project = `project${Math.floor(number / EACH)}`;
    const version = `1.${number % EACH}`;
    const path = join(index, project, `${project}-${version}-py3-none-any.whl`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, makeLarge(project, version, bytes));
  }
  writeFileSync(join(folder, "pkgindex.toml"), "");
  git("init", "--quiet", "--initial-branch=main");
  for (const setting of ["uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant", "http.receivepack"])
    git("config", setting, "true");
  git("config", "receive.denyCurrentBranch", "ignore");
  execFileSync(process.execPath, [options.program, "generate", "--quiet"], { cwd: folder, stdio: "inherit" });
  git("add", "--all");
  git("commit", "--quiet", "--message=index");
  rmSync(index, { recursive: true });
}
