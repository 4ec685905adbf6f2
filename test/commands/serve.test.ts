/** `pkgindex serve` as a user runs it: start, requests, mistakes, `--watch`, the end. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { makeTree, readTree, temporaryDirectory } from "../support/make-tree.ts";
import { makeWheel } from "../support/make-wheel.ts";
import { runCli } from "../support/run-cli.ts";
import { FRESH, GOOD, useStartedIndex } from "../support/started-index.ts";
import { openSocket } from "../server/raw-request.ts";
import { startServe, type ServeProcess } from "./serve-process.ts";

const start = useStartedIndex();
const JSON_TYPE = "application/vnd.pypi.simple.v1+json";

async function statusOf(url: string): Promise<number> {
  const response = await fetch(url, { redirect: "manual" });
  await response.arrayBuffer();
  return response.status;
}

/** The files that the project's page offers, or none where there is no page. */
async function filesOf({ url }: ServeProcess, project: string): Promise<string[]> {
  const response = await fetch(`${url}simple/${project}/`, { headers: { Accept: JSON_TYPE } });
  const body = await response.text();
  if (response.status !== 200) return [];
  return (JSON.parse(body) as { files: { filename: string }[] }).files.map(({ filename }) => filename);
}

describe("serve", () => {
  it("says where it serves and how to install from it, and logs requests", async () => {
    const { root } = start();
    const before = readTree(root);
    const server = await startServe(root);
    expect(server.stdout()).toMatch(/^serving \S+ at http:\/\/127\.0\.0\.1:\d+\/\n$/);
    const page = await fetch(`${server.url}simple/good/`, { headers: { Accept: JSON_TYPE } });
    expect(page.headers.get("content-type")).toBe(JSON_TYPE);
    expect(await page.text()).toBe(readFileSync(join(root, "simple/good/index.v1.json"), "utf8"));
    const file = await fetch(`${server.url}tools/${GOOD.filename}`);
    expect(Buffer.from(await file.arrayBuffer()).equals(GOOD.bytes)).toBe(true);
    await fetch(`${server.url}simple/%1b%5b31mred/`, { headers: { "User-Agent": "evil\x9b31m x" } });
    expect(await statusOf(`${server.url}.pkgindex/records/good.jsonl`)).toBe(404);
    expect(await server.end("SIGTERM")).toMatchObject({ code: 0 });
    expect(server.stderr()).toContain(`  pip install --index-url ${server.url}simple/ NAME\n`);
    expect(server.stderr()).toContain(`200 GET /simple/good/ ${JSON_TYPE} node\n`);
    expect(server.stderr()).toContain("404 GET /.pkgindex/records/good.jsonl text/html node\n");
    expect(server.stderr().replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
    expect(readTree(root)).toEqual(before);
  });

  it("prints its address as JSON, below a base path, and is quiet if asked", async () => {
    const server = await startServe(start().root, { args: ["--json", "--quiet", "--base-path", "a/b"] });
    const { url, indexUrl } = JSON.parse(server.stdout()) as { url: string; indexUrl: string };
    expect([url.endsWith("/a/b/"), indexUrl]).toEqual([true, `${url}simple/`]);
    const talk = server.stderr();
    expect(await statusOf(`${url}simple/good/`)).toBe(200);
    expect(await statusOf(new URL("/simple/good/", url).href)).toBe(404);
    expect(await server.end("SIGINT")).toMatchObject({ code: 0 });
    expect(server.stderr()).toBe(talk);
  });

  it("goes on when nobody reads its log any more", async () => {
    const server = await startServe(start().root);
    server.stopReading();
    for (let count = 0; count < 5; count += 1) expect(await statusOf(`${server.url}simple/`)).toBe(200);
  });

  it("serves the flat layout", async () => {
    const { root } = start();
    expect((await runCli(["generate", "--root", root, "--layout", "flat"])).code).toBe(0);
    const server = await startServe(root, { args: ["--layout", "flat"] });
    expect(server.stderr()).toContain(`--index-url ${server.url} NAME`);
    expect(await statusOf(`${server.url}good/`)).toBe(200);
    expect(await statusOf(`${server.url}tools/${GOOD.filename}`)).toBe(200);
  });

  it.each(["SIGINT", "SIGTERM"] as const)("ends at once at %s, whoever is connected", async (signal) => {
    const server = await startServe(start().root);
    const socket = await openSocket(Number(new URL(server.url).port));
    socket.on("error", () => undefined);
    socket.write("GET /simple/ HTTP/1.1\r\n");
    expect(await statusOf(`${server.url}simple/`)).toBe(200);
    const { code, ms } = await server.end(signal);
    expect(code).toBe(0);
    expect(ms).toBeLessThan(5000);
  });

  it("says in a sentence that the port is taken", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as { port: number };
    const result = await runCli(["serve", "--root", start().root, "--port", String(port)]);
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr).toBe(
      `error: 127.0.0.1:${port}: the port is taken by another program (hint: choose another with --port, or --port 0 for any free one)\n`,
    );
  });

  it.each([
    ["an address of another machine", ["--host", "192.0.2.1"], 1, /does not have the address/],
    ["a host that does not exist", ["--host", "nowhere.invalid"], 1, /host/],
    ["no host", ["--host", ""], 2, /--host/],
    ["a host with a path", ["--host", "a/b"], 2, /--host/],
    ["a port that is none", ["--port", "http"], 2, /--port/],
    ["a port out of range", ["--port", "65536"], 2, /--port/],
    ["a base path with dots", ["--base-path", "/a/../b"], 2, /--base-path/],
    ["an address as base path", ["--base-path", "http://x/a/"], 2, /--base-path/],
    ["a root that is not there", ["--root", "nothing"], 2, /no such folder/],
    ["a root without an index", ["--root", "."], 1, /pkgindex generate/],
    ["an argument", ["index"], 2, /too many arguments/],
  ] as const)("refuses %s", async (_, args, code, words) => {
    const cwd = temporaryDirectory();
    const root = args.includes("--root" as never) ? [] : ["--root", start().root];
    const result = await runCli(["serve", "--port", "0", ...root, ...args], { cwd, timeoutSeconds: 30 });
    expect(result).toMatchObject({ code, stdout: "" });
    expect(result.stderr).toMatch(words);
    expect(result.stderr.trim().split("\n")).toHaveLength(1);
  });
});

describe("serve --watch", () => {
  it("publishes what comes and takes away what goes, a line for each", async () => {
    const root = join(temporaryDirectory(), "index");
    mkdirSync(root);
    const server = await startServe(root, { args: ["--watch"] });
    expect(await statusOf(`${server.url}simple/`)).toBe(200);
    makeTree(root, { [`new/deep/${FRESH.filename}`]: FRESH.bytes });
    await expect.poll(() => filesOf(server, "fresh"), { timeout: 20_000 }).toEqual([FRESH.filename]);
    expect(await statusOf(`${server.url}new/deep/${FRESH.filename}.metadata`)).toBe(200);
    makeTree(root, { [`new/deep/${GOOD.filename}`]: GOOD.bytes });
    await expect.poll(() => filesOf(server, "good"), { timeout: 20_000 }).toEqual([GOOD.filename]);
    rmSync(join(root, "new/deep", FRESH.filename));
    await expect.poll(() => filesOf(server, "fresh"), { timeout: 20_000 }).toEqual([]);
    expect(await server.end("SIGINT")).toMatchObject({ code: 0 });
    const lines = server.stderr().split("\n");
    expect(lines.filter((line) => /^(?:added|removed|error)/.test(line))).toEqual([
      `added new/deep/${FRESH.filename}`,
      `added new/deep/${GOOD.filename}`,
      `removed new/deep/${FRESH.filename}`,
    ]);
    expect((await runCli(["generate", "--check", "--root", root])).code).toBe(0);
  });

  it("waits for the rest of a wheel that is half copied, and says so once", async () => {
    const { root } = start();
    const server = await startServe(root, { args: ["--watch"] });
    const path = join(root, "tools", FRESH.filename);
    writeFileSync(path, FRESH.bytes.subarray(0, 500));
    await expect.poll(server.stderr, { timeout: 20_000 }).toContain("error: ");
    expect(await filesOf(server, "fresh")).toEqual([]);
    expect(await statusOf(`${server.url}tools/${FRESH.filename}`)).toBe(404);
    expect(await filesOf(server, "good")).toEqual([GOOD.filename]);
    appendFileSync(path, FRESH.bytes.subarray(500));
    await expect.poll(() => filesOf(server, "fresh"), { timeout: 20_000 }).toEqual([FRESH.filename]);
    const lines = server.stderr().split("\n");
    expect(lines.filter((line) => line.startsWith("error: "))).toHaveLength(1);
    expect(lines).toContain(`added tools/${FRESH.filename}`);
  });

  it("brings the index up to date before it serves, and is not woken by its own pages", async () => {
    const { root } = start();
    const other = makeWheel({ name: "good", version: "2.0" });
    makeTree(root, { [`tools/${other.filename}`]: other.bytes });
    const server = await startServe(root, { args: ["--watch"] });
    expect(await filesOf(server, "good")).toEqual([GOOD.filename, other.filename]);
    const page = await fetch(`${server.url}simple/good/`);
    expect(page.headers.get("cache-control")).toBe("no-cache");
    const quiet = server.stderr();
    const tree = readTree(root);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(readTree(root)).toEqual(tree);
    expect(server.stderr().replace(quiet, "")).toMatch(/^(?:200 GET [^\n]*\n)*$/);
  });
});

describe("serve --open", () => {
  /** A desktop whose opener notes what it is asked to show, and ends with this exit code. */
  function makeDesktop(code: number): { readonly path: string; readonly shown: () => string } {
    const folder = temporaryDirectory();
    const note = join(folder, "shown");
    for (const name of ["xdg-open", "open"]) {
      writeFileSync(join(folder, name), `#!/bin/sh\nprintf %s "$1" > '${note}'\nexit ${code}\n`, {
        mode: 0o755,
      });
    }
    return { path: folder, shown: () => (existsSync(note) ? readFileSync(note, "utf8") : "") };
  }

  it("shows the index in the browser", async () => {
    const desktop = makeDesktop(0);
    const server = await startServe(start().root, { args: ["--open"], path: desktop.path });
    await expect.poll(desktop.shown, { timeout: 20_000 }).toBe(server.url);
  });

  it("says so and goes on where there is no browser", async () => {
    const desktop = makeDesktop(3);
    const server = await startServe(start().root, { args: ["--open"], path: desktop.path });
    await expect.poll(server.stderr, { timeout: 20_000 }).toMatch(/^note: (?:xdg-)?open: cannot show/m);
    expect(await statusOf(`${server.url}simple/`)).toBe(200);
  });
});
