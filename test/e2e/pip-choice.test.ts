/** What pip takes and what it refuses: yanked, quarantined and too new releases, changed bytes, upload times. */
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { makeTemporaryDirectory, makeTree, removeDirectory } from "../support/make-tree.ts";
import { makeWheel } from "../support/make-wheel.ts";
import { addRecord, copyDemoFiles, generateWell, makeDemoIndex } from "./support/demo-index.ts";
import { startNegotiatingServer } from "./support/negotiating-server.ts";
import { NEEDS_PYTHON, e2ePython, pipDownload, runPip } from "./support/pip.ts";
import { get, startPythonServer, type TestServer } from "./support/python-server.ts";

const NEW_WHEEL = "pkgindex_demo_hello-1.1.0-py3-none-any.whl";
const OLD_WHEEL = "pkgindex_demo_hello-1.0.0-py3-none-any.whl";
const SDIST = "pkgindex_demo_hello-1.1.0.tar.gz";
const REASON = 'broken "build" & <b>, see note';

const SERVERS = [
  { form: "HTML", start: startPythonServer },
  { form: "JSON", start: startNegotiatingServer },
] as const;

describe.skipIf(e2ePython === undefined).each(SERVERS)(
  `pip and the $form pages of an index with records${NEEDS_PYTHON}`,
  { timeout: 120_000 },
  ({ form, start }) => {
    let folder: string;
    let root: string;
    let server: TestServer;

    beforeAll(async () => {
      folder = makeTemporaryDirectory();
      root = join(folder, "index");
      copyDemoFiles(root);
      for (const [version, requiresPython] of [
        ["1.0", ">=3.6"],
        ["2.0", ">=3.99"],
      ] as const) {
        const wheel = makeWheel({ name: "pkgindex-demo-range", version, metadata: { requiresPython } });
        makeTree(root, { [`range/${wheel.filename}`]: wheel.bytes });
      }
      await generateWell(root);
      for (const file of [NEW_WHEEL, SDIST]) {
        addRecord(root, "pkgindex-demo-hello", {
          event: "yanked",
          file,
          time: "2026-02-01T00:00:00Z",
          reason: REASON,
        });
      }
      // Without a reason.
      const local = { event: "yanked", file: "pkgindex_demo_local-1.0+cpu-py3-none-any.whl" };
      addRecord(root, "pkgindex-demo-local", { ...local, time: "2026-02-01T00:00:00Z" });
      const status = { event: "status", status: "quarantined", time: "2026-02-01T00:00:00Z" };
      addRecord(root, "pkgindex-demo-epoch", status);
      await generateWell(root);
      server = await start(root);
    });
    afterAll(async () => {
      await server?.stop();
      removeDirectory(folder);
    });

    it("passes over a yanked release, with or without a reason", async () => {
      const { code, folder: downloads } = await pipDownload(`${server.url}/simple/`, [
        "pkgindex-demo-hello",
        "pkgindex-demo-local",
      ]);
      expect(code).toBe(0);
      expect(readdirSync(downloads)).toEqual([OLD_WHEEL, "pkgindex_demo_local-1.0-py3-none-any.whl"]);
    });

    it("takes a yanked release that is pinned, and warns with the reason as it was written", async () => {
      const {
        code,
        all,
        folder: downloads,
      } = await pipDownload(`${server.url}/simple/`, ["pkgindex-demo-hello==1.1.0"]);
      expect(code).toBe(0);
      expect(readdirSync(downloads)).toEqual([NEW_WHEEL]);
      expect(all).toContain("yanked");
      expect(all).toContain(REASON);
    });

    it("does not list a yanked version", async () => {
      const args = ["index", "versions", "--json", "--index-url", `${server.url}/simple/`];
      const { stdout } = await runPip([...args, "pkgindex-demo-hello"]);
      expect(JSON.parse(stdout)).toMatchObject({ versions: ["1.0.0"] });
    });

    it("passes over a release that needs another Python", async () => {
      const {
        code,
        all,
        folder: downloads,
      } = await pipDownload(`${server.url}/simple/`, ["pkgindex-demo-range"], ["-v"]);
      expect(code).toBe(0);
      expect(readdirSync(downloads)).toEqual(["pkgindex_demo_range-1.0-py3-none-any.whl"]);
      expect(all).toContain("requires a different Python");
    });

    it("gets a page without files for a quarantined project", async () => {
      const accept = form === "JSON" ? { Accept: "application/vnd.pypi.simple.v1+json" } : undefined;
      const { status, body } = await get(`${server.url}/simple/pkgindex-demo-epoch/`, accept);
      expect(status).toBe(200);
      if (form === "JSON") {
        const page = JSON.parse(body.toString()) as Record<string, unknown>;
        expect(page).toMatchObject({ "project-status": { status: "quarantined" }, files: [] });
      } else {
        expect(body.toString()).not.toMatch(/<a[\s>]/i);
        expect(body.toString()).toMatch(/name="pypi:project-status" content="quarantined"/);
      }
      const { code, all } = await pipDownload(`${server.url}/simple/`, ["pkgindex-demo-epoch"]);
      expect(code).toBe(1);
      expect(all).toContain("No matching distribution found for pkgindex-demo-epoch");
    });

    it("knows upload times from JSON, and says that HTML has none", async () => {
      const before = ["--uploaded-prior-to", "2025-12-31T00:00:00Z"];
      const after = ["--uploaded-prior-to", "2026-01-02T00:00:00Z"];
      const early = await pipDownload(`${server.url}/simple/`, ["pkgindex-demo-mixed"], before);
      const late = await pipDownload(`${server.url}/simple/`, ["pkgindex-demo-mixed"], after);
      expect(early.code).toBe(1);
      if (form === "JSON") {
        expect(early.all).toContain("No matching distribution found");
        expect(late.code).toBe(0);
      } else {
        expect(early.all).toContain("does not provide upload-time metadata");
        expect(late.code).toBe(1);
      }
    });
  },
);

/** Flips one bit in the middle of a file while `run` runs. */
async function withFlippedBit<Result>(path: string, run: () => Promise<Result>): Promise<Result> {
  const bytes = readFileSync(path);
  const changed = Buffer.from(bytes);
  const middle = Math.floor(changed.length / 2);
  changed.writeUInt8(changed.readUInt8(middle) ^ 1, middle);
  writeFileSync(path, changed);
  try {
    return await run();
  } finally {
    writeFileSync(path, bytes);
  }
}

describe.skipIf(e2ePython === undefined)(`pip and changed bytes${NEEDS_PYTHON}`, { timeout: 120_000 }, () => {
  let folder: string;
  let root: string;
  let server: TestServer;

  beforeAll(async () => {
    folder = makeTemporaryDirectory();
    root = join(folder, "index");
    await makeDemoIndex(root);
    server = await startPythonServer(root);
  });
  afterAll(async () => {
    await server?.stop();
    removeDirectory(folder);
  });

  it("refuses a wheel whose bytes are not the index's", async () => {
    const { code, all } = await withFlippedBit(join(root, "hello", NEW_WHEEL), () =>
      pipDownload(`${server.url}/simple/`, ["pkgindex-demo-hello"]),
    );
    expect(code).toBe(1);
    expect(all).toContain("DO NOT MATCH THE HASHES");
  });

  it("refuses a sidecar whose bytes are not the index's", async () => {
    const { code, all } = await withFlippedBit(join(root, "hello", `${NEW_WHEEL}.metadata`), () =>
      pipDownload(`${server.url}/simple/`, ["pkgindex-demo-hello"]),
    );
    expect(code).toBe(1);
    expect(all).toContain("DO NOT MATCH THE HASHES");
  });

  it("accepts the index's hashes under --require-hashes", async () => {
    const page = (await get(`${server.url}/simple/pkgindex-demo-hello/`)).body.toString();
    const sha256 = new RegExp(`${NEW_WHEEL}#sha256=([0-9a-f]{64})`).exec(page)?.[1];
    const requirements = join(folder, "requirements.txt");
    writeFileSync(requirements, `pkgindex-demo-hello==1.1.0 --hash=sha256:${sha256}\n`);
    const { code, all } = await pipDownload(`${server.url}/simple/`, ["-r", requirements]);
    rmSync(requirements);
    expect(all).not.toContain("ERROR");
    expect(code).toBe(0);
  });
});
