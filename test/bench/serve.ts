/** The row `serve`: a project page of 20 links and a large file from `pkgindex serve`, and the page from its peers. */
import { spawnSync } from "node:child_process";
import { get } from "node:http";
import { join } from "node:path";
import { generateCommand, knownTree, type Bench } from "./contestants.ts";
import { makeSingleCorpus } from "./corpora.ts";
import { startServer, type RunningServer } from "./server-process.ts";
import { pageServers, SERVER_PEERS, type PageServer } from "./serve-peers.ts";

const CONNECTIONS = 8;
const DOWNLOADS = 10;
const MEGABYTE = 1e6;
/** What loads the servers; fetched by `npx`, so that nobody else has to install it. */
const LOAD = "autocannon@8.0.0";

/** What `autocannon --json` prints, as far as it is looked at. */
interface LoadResult {
  readonly requests: { readonly average: number; readonly total: number };
  readonly latency: { readonly p50: number; readonly p99: number };
  readonly non2xx: number;
  readonly errors: number;
}

/** Runs the row. */
export async function serveIndex(bench: Bench): Promise<void> {
  const { report, options } = bench;
  report.open("serve", `a project page with 20 links, ${CONNECTIONS} connections; a large file`);
  const seconds = options.short ? 3 : 10;
  const failure = load("http://127.0.0.1:1/", 1, "text/html");
  if (typeof failure === "string") report.leaveOut("requests per second", failure);
  else await comparePages(bench, seconds);
  await downloadAtOnce(bench);
}

async function comparePages(bench: Bench, seconds: number): Promise<void> {
  const { report, options, folders } = bench;
  const corpus = bench.synthetic([20, 1]);
  const tree = await knownTree(
    bench,
    corpus,
    join(folders.memory, "served"),
    generateCommand(bench, join(folders.memory, "served")),
  );
  const project = /^[^/]+/.exec(corpus.files[0]?.path ?? "")?.[0] ?? "";
  const servers: PageServer[] = [];
  for (const server of pageServers(bench, tree)) {
    if (typeof server.command === "string") report.leaveOut(server.name, server.command);
    else servers.push({ ...server, command: server.command });
  }
  report.note(
    `peers: ${Object.entries(SERVER_PEERS)
      .map((pair) => pair.join(" "))
      .join(", ")}`,
  );
  report.note(`${"".padEnd(38)} requests/s    p50 ms    p99 ms   peak MB`);
  for (const server of servers) {
    let running: RunningServer | undefined;
    try {
      running = await startServer(server.command, folders.disk, bench.environment, `simple/${project}/`);
      const url = `${running.url}simple/${project}/`;
      load(url, 1, server.accept);
      const result = load(url, seconds, server.accept);
      if (typeof result === "string") throw new Error(result);
      if (result.non2xx + result.errors > 0)
        throw new Error(`${result.non2xx} bad answers, ${result.errors} errors`);
      const { requests, latency } = result;
      const row = [
        requests.average.toFixed(0).padStart(10),
        String(latency.p50).padStart(9),
        String(latency.p99).padStart(9),
        (running.peak() / MEGABYTE).toFixed(0).padStart(9),
      ];
      report.note(`${server.name.padEnd(38)} ${row.join(" ")}`);
      if (!server.isOurs) continue;
      const what = server.name;
      report.limit({ what, value: requests.average, unit: "requests/s", rule: "at least", limit: 5000 });
      report.limit({ what: `${what}, p99`, value: latency.p99, unit: "ms", rule: "at most", limit: 20 });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (server.isOurs) report.fail(server.name, reason);
      else report.leaveOut(server.name, reason);
    } finally {
      await running?.stop();
    }
  }
  if (options.short) report.note("a short run leaves the peers out");
}

/** Ten clients take a large file at once; what they get is counted and thrown away. */
async function downloadAtOnce(bench: Bench): Promise<void> {
  const { report, options, folders } = bench;
  const size = (options.short ? 0.25 : 2) * 2 ** 30;
  const corpus = makeSingleCorpus(folders.memory, "served wheel", size);
  const tree = join(folders.memory, "served-large");
  await knownTree(bench, corpus, tree, generateCommand(bench, tree));
  const serve = [process.execPath, options.program, "serve", "--root", tree, "--quiet", "--port"];
  const running = await startServer(
    (port) => [...serve, String(port)],
    folders.disk,
    bench.environment,
    "simple/",
  );
  try {
    const path = corpus.files[0]?.path ?? "";
    const begun = performance.now();
    const sizes = await Promise.all(
      Array.from({ length: DOWNLOADS }, () => download(`${running.url}${path}`)),
    );
    const rate = (size * DOWNLOADS) / MEGABYTE / ((performance.now() - begun) / 1000);
    if (sizes.some((got) => got < size))
      throw new Error(`a download ended after ${Math.min(...sizes)} bytes`);
    report.note(
      `${DOWNLOADS} clients, each ${(size / 2 ** 30).toString()} GiB: ${rate.toFixed(0)} MB/s together`,
    );
    report.limit({
      what: "peak memory, large file",
      value: running.peak() / MEGABYTE,
      unit: "MB",
      rule: "at most",
      limit: 150,
      noisy: false,
    });
  } finally {
    await running.stop();
  }
}

function download(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, (response) => {
      let size = 0;
      response.on("data", (chunk: Buffer) => (size += chunk.length));
      response.on("end", () => resolve(size));
      response.on("error", reject);
    }).on("error", reject);
  });
}

/** Loads an address for some seconds; returns the reason where that is not possible. */
function load(url: string, seconds: number, accept: string): LoadResult | string {
  const words = ["-y", LOAD, "--json", "-c", String(CONNECTIONS), "-d", String(seconds)];
  const { status, stdout, stderr, error } = spawnSync("npx", [...words, "-H", `Accept: ${accept}`, url], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (status !== 0 || !stdout.startsWith("{")) {
    return error?.message ?? `${LOAD} is not to be had: ${stderr.trim().split("\n").at(-1) ?? ""}`;
  }
  return JSON.parse(stdout) as LoadResult;
}
