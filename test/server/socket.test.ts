/** The server on a real port, over real files: hostile requests, clients that go away, links. */
import { execFileSync } from "node:child_process";
import { readdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openFolderFiles } from "../../src/io/folder-files.ts";
import type { HttpServer } from "../../src/io/http-server.ts";
import { serveIndex } from "../../src/server/serve-index.ts";
import { LAYOUTS } from "../../src/simple/layout.ts";
import { makeTemporaryDirectory, makeTree, removeDirectory } from "../support/make-tree.ts";
import { htmlPage, jsonPage } from "./memory-files.ts";
import { openSocket, rawGet, sendRaw } from "./raw-request.ts";

const BIG = "big-1.0-py3-none-any.whl";
const BIG_SIZE = 64 * 1024 * 1024;
const LINKS = ["outside", "token", "inside", "fifo", "folder"].map((name) => `${name}-1.0-py3-none-any.whl`);

describe("a server", () => {
  let folder: string;
  let server: HttpServer;
  let url: string;
  const failures: unknown[] = [];

  beforeAll(async () => {
    folder = makeTemporaryDirectory();
    const root = join(folder, "index");
    makeTree(folder, { "secret.txt": "secret" });
    makeTree(root, {
      "404.html": htmlPage("missing"),
      "simple/index.html": htmlPage("list"),
      ".token": "secret",
      "target/x": "inside",
      [`tools/${BIG}`]: "",
      "tools/other-1.0-py3-none-any.whl": "other",
      ...Object.fromEntries(
        [BIG, "other-1.0-py3-none-any.whl", ...LINKS].map((name) => {
          const project = name.slice(0, name.indexOf("-"));
          return [`simple/${project}/index.v1.json`, jsonPage([{ url: `../../tools/${name}` }])];
        }),
      ),
    });
    truncateSync(join(root, "tools", BIG), BIG_SIZE);
    symlinkSync("../../secret.txt", join(root, "tools", LINKS[0]!));
    symlinkSync("../.token", join(root, "tools", LINKS[1]!));
    symlinkSync("../target/x", join(root, "tools", LINKS[2]!));
    execFileSync("mkfifo", [join(root, "tools", LINKS[3]!)]);
    symlinkSync("../target", join(root, "tools", LINKS[4]!));
    symlinkSync("../../../secret.txt", join(root, "simple/outside/index.html"));
    symlinkSync("..", join(root, "-"));
    server = await serveIndex({
      files: openFolderFiles(root),
      layout: LAYOUTS.simple,
      basePath: "/",
      pageCaching: "no-cache",
      host: "127.0.0.1",
      port: 0,
      onAnswer: () => undefined,
      onFailure: (_, error) => void failures.push(error),
      onServerError: (error) => void failures.push(error),
    });
    url = `http://127.0.0.1:${server.port}`;
  });

  afterAll(() => {
    server.close();
    removeDirectory(folder);
    expect(failures).toEqual([]);
  });

  const expectAlive = async (): Promise<void> => {
    expect((await fetch(`${url}/simple/`)).status).toBe(200);
  };

  it.each([
    "/../secret.txt",
    "/simple/../../secret.txt",
    "/tools/../.token",
    "/./.token",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/..%5csecret.txt",
    "/..\\secret.txt",
    "/%252e%252e%252fsecret.txt",
    "/%c0%ae%c0%ae/secret.txt",
    "/\xc0\xae\xc0\xae/secret.txt",
    "/tools/%00",
    "/.token%00.whl",
    "//.token",
    "///secret.txt",
    "/-/.token",
    "/-/secret.txt",
    "/.token?x=.html",
    "/.token#.html",
    "/simple/%0d%0aX-Injected:%20yes/",
    "http://other.example/.token",
    "http://other.example/../secret.txt",
    "https://[::1/.token",
    "file:///etc/passwd",
    "other.example:443",
    "*",
    ".token",
    "?",
    "/%",
    "/%zz",
    "/\x7f",
    "/a b",
    `/${"a/".repeat(3000)}`,
    `/${"../".repeat(3000)}secret.txt`,
  ])("refuses %j", async (target) => {
    const answer = await sendRaw(server.port, rawGet(target));
    expect(answer).toMatch(/^HTTP\/1\.1 (?:400|404) /);
    expect(answer).not.toContain("secret");
    expect(answer).not.toMatch(/^x-injected/im);
    await expectAlive();
  });

  it.each([
    ["a target of 100 KB", rawGet(`/${"a".repeat(100_000)}`), /^HTTP\/1\.1 (?:414|431) /],
    ["headers of 100 KB", rawGet("/", `X: ${"a".repeat(100_000)}`), /^HTTP\/1\.1 431 /],
    ["no HTTP", "hello\r\n\r\n", /^HTTP\/1\.1 400 /],
    ["bytes of TLS", Buffer.from("16030100a5010000a10303", "hex"), /^(?:HTTP\/1\.1 400 |$)/],
    [
      "two lengths",
      "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      /^HTTP\/1\.1 400 /,
    ],
    ["no host", "GET /simple/ HTTP/1.1\r\nConnection: close\r\n\r\n", /^HTTP\/1\.1 400 /],
    ["an evil host", "GET /simple/ HTTP/1.1\r\nHost: a/b@c\r\nConnection: close\r\n\r\n", /^HTTP\/1\.1 400 /],
    ["a method that nobody knows", "BREW / HTTP/1.1\r\nHost: x\r\n\r\n", /^HTTP\/1\.1 400 /],
    ["CONNECT", "CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", /^(?:HTTP\/1\.1 4|$)/],
    ["HTTP/1.0 without a host", "GET /simple/ HTTP/1.0\r\n\r\n", /^HTTP\/1\.1 200 /],
    ["an absolute target, as proxies send it", rawGet("http://other.example/simple/"), /^HTTP\/1\.1 200 /],
    ["a body with GET", rawGet("/simple/", "Content-Length: 4") + "body", /^HTTP\/1\.1 200 /],
    [
      "a body that is refused",
      "POST /simple/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody",
      /^HTTP\/1\.1 405 /,
    ],
  ])("answers %s", async (_, bytes, expected) => {
    expect(await sendRaw(server.port, bytes)).toMatch(expected);
    await expectAlive();
  });

  it("never redirects to another host", async () => {
    for (const target of [
      "//simple",
      "//other.example/..//simple",
      "/\\other.example",
      "/simple//..//simple",
    ]) {
      const answer = await sendRaw(server.port, rawGet(target));
      expect(/^location: (.*)\r$/im.exec(answer)?.[1] ?? "/simple/").toMatch(/^\/(?!\/)/);
    }
  });

  it("follows links inside the root alone, to files that are not hidden", async () => {
    const texts = await Promise.all(
      LINKS.map(async (name) => {
        const response = await fetch(`${url}/tools/${name}`);
        return response.status === 200 ? response.text() : String(response.status);
      }),
    );
    expect(texts).toEqual(["404", "404", "inside", "404", "404"]);
    expect((await fetch(`${url}/simple/outside/`, { headers: { Accept: "text/html" } })).status).toBe(406);
  });

  it("sends a large file whole, and resumes", async () => {
    const response = await fetch(`${url}/tools/${BIG}`);
    let size = 0;
    for await (const chunk of response.body!) size += (chunk as Uint8Array).length;
    expect(size).toBe(BIG_SIZE);
    const rest = await fetch(`${url}/tools/${BIG}`, { headers: { Range: `bytes=${BIG_SIZE - 5}-` } });
    expect([rest.status, (await rest.arrayBuffer()).byteLength]).toEqual([206, 5]);
  });

  it("leaves no file open when clients go away in the middle", async () => {
    const openFiles = (): number => readdirSync("/proc/self/fd").length;
    await expectAlive();
    const before = openFiles();
    for (let round = 0; round < 5; round += 1) {
      const sockets = await Promise.all(
        Array.from({ length: 20 }, async () => {
          const socket = await openSocket(server.port);
          socket.on("error", () => undefined);
          socket.write(rawGet(`/tools/${BIG}`));
          return socket;
        }),
      );
      await delay(50);
      for (const socket of sockets) socket.resetAndDestroy();
    }
    await expect.poll(openFiles, { timeout: 10_000 }).toBeLessThanOrEqual(before + 2);
    await expectAlive();
  });

  it("serves others while hundreds of connections say nothing", async () => {
    const sockets = await Promise.all(Array.from({ length: 500 }, () => openSocket(server.port)));
    for (const socket of sockets) socket.write("GET /simple/ HT");
    await expectAlive();
    for (const socket of sockets) socket.destroy();
    await expectAlive();
  });

  it("does not take a file that became shorter for whole", async () => {
    const path = join(folder, "index/tools/shrinking-1.0-py3-none-any.whl");
    writeFileSync(path, "");
    truncateSync(path, BIG_SIZE);
    makeTree(join(folder, "index"), {
      "simple/shrinking/index.v1.json": jsonPage([{ url: "../../tools/shrinking-1.0-py3-none-any.whl" }]),
    });
    const socket = await openSocket(server.port);
    socket.pause();
    socket.write(rawGet("/tools/shrinking-1.0-py3-none-any.whl"));
    await delay(200);
    truncateSync(path, 1000);
    let size = 0;
    socket.on("data", (chunk: Buffer) => (size += chunk.length));
    socket.on("error", () => undefined);
    socket.resume();
    await new Promise((resolve) => socket.on("close", resolve));
    expect(size).toBeLessThan(BIG_SIZE);
    await expectAlive();
  });
});
