/** What hosts refuse to take, and who hears of it. */
import { truncateSync, writeFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";

import { findLimitBreaks, HOST_LIMITS, type PublishedSizes } from "../../src/hosts/limits.ts";
import {
  measureTree,
  mayMatterToHosts,
  sizesOfFile,
  type FolderSizes,
} from "../../src/catalog/tree-sizes.ts";
import { HOST_NAMES } from "../../src/config/rules/host.ts";
import { IndexFolder } from "../catalog/index-folder.ts";
import { makeSdist } from "../support/make-sdist.ts";

vi.setConfig({ testTimeout: 60_000 });

const MIB = 1024 * 1024;
const SMALL: PublishedSizes = { isWhole: true, files: 10, bytes: 1000, large: [], fullestFolder: undefined };

function messages(host: string, sizes: Partial<PublishedSizes>): string[] {
  return findLimitBreaks(host, { ...SMALL, ...sizes }).map(({ path, message }) => `${path}: ${message}`);
}

test("every host with limits is one that can be configured, and says where they are written", () => {
  for (const [host, { source }] of Object.entries(HOST_LIMITS)) {
    expect(HOST_NAMES).toContain(host);
    expect(source).toMatch(/^https:\/\//);
  }
});

test("what fits is not spoken of", () => {
  for (const host of HOST_NAMES) expect(messages(host, {})).toEqual([]);
  expect(
    messages("github-pages", { large: [{ path: "a.whl", size: 100 * MIB }], bytes: 900_000_000 }),
  ).toEqual([]);
  expect(messages("cloudflare-pages", { large: [{ path: "a.whl", size: 25 * MIB }], files: 18_000 })).toEqual(
    [],
  );
});

test("GitHub: 100 MiB a file, 1 GB a site", () => {
  const large = [
    { path: "a/b.whl", size: 200 * MIB },
    { path: "a/a.whl", size: 101 * MIB },
    { path: "a/c.whl", size: 99 * MIB },
  ];
  expect(messages("github-pages", { large })).toEqual([
    "a/b.whl: has 200 MiB, and GitHub Pages takes files of up to 100 MiB; 1 more are too large",
  ]);
  expect(messages("github-pages", { bytes: 950_000_000 })).toEqual([
    ": has 0.95 GB, and GitHub Pages takes sites of up to 1 GB",
  ]);
});

test("Cloudflare: 25 MiB a file, 20,000 files, from nine tenths on", () => {
  expect(messages("cloudflare-pages", { large: [{ path: "a.whl", size: 25 * MIB + 1 }] })).toEqual([
    "a.whl: has 25.01 MiB, and Cloudflare Pages takes files of up to 25 MiB",
  ]);
  expect(messages("cloudflare-pages", { files: 18_001 })).toEqual([
    ": has 18,001 files, and Cloudflare Pages takes up to 20,000",
  ]);
});

test("Netlify: 54,000 files a folder; CloudFront: 50 GB a file", () => {
  expect(messages("netlify", { fullestFolder: { path: "a", files: 50_000 } })).toEqual([
    "a/: has 50,000 files, and Netlify takes up to 54,000 in one folder",
  ]);
  expect(messages("s3", { large: [{ path: "a.whl", size: 51_000_000_000 }] })).toHaveLength(1);
});

test("of a part of the tree only the single files are judged", () => {
  expect(messages("github-pages", { isWhole: false, bytes: 9_000_000_000 })).toEqual([]);
});

test("sizes are those of files and sidecars", () => {
  const file = (path: string, size: number, sidecar?: number): FolderSizes =>
    sizesOfFile({
      path,
      size,
      sidecar: sidecar === undefined ? undefined : { size: sidecar },
    });
  const sizes = measureTree(
    [file("a/x.whl", 26 * MIB, 10), file("a/y.tar.gz", 5), file("b/z.whl", 30 * MIB, 1)],
    true,
  );
  expect(sizes).toEqual({
    isWhole: true,
    files: 5,
    bytes: 56 * MIB + 16,
    large: [
      { path: "b/z.whl", size: 30 * MIB },
      { path: "a/x.whl", size: 26 * MIB },
    ],
    fullestFolder: undefined,
  });
  expect(mayMatterToHosts(sizes, 1)).toBe(true);
  expect(mayMatterToHosts({ ...sizes, large: [] }, 1)).toBe(false);
  const many = Array.from({ length: 26_000 }, (_, index) =>
    file(`${index < 100 ? "a" : "b"}/${index}.whl`, 1),
  );
  expect(measureTree(many, true).fullestFolder).toEqual({ path: "b", files: 25_900 });
});

describe("generate", () => {
  /** An index with one wheel-sized hole: an sdist whose tail is empty, 26 MiB on disk that take no room. */
  async function makeLargeIndex(config: string): Promise<IndexFolder> {
    const index = new IndexFolder();
    index.write("../pkgindex.toml", config);
    const { filename, bytes } = makeSdist({ name: "big", version: "1.0" });
    index.write(`big/${filename}`, bytes);
    await index.generate();
    return index;
  }

  async function limitsOf(config: string, prepare?: (index: IndexFolder) => void): Promise<string[]> {
    const index = await makeLargeIndex(config);
    index.addRecord("big", {
      event: "removed",
      file: "big-1.0.tar.gz",
      time: "2027-01-01T00:00:00Z",
    });
    const path = index.path("big/big-2.0.zip");
    writeFileSync(path, "");
    truncateSync(path, 101 * MIB);
    prepare?.(index);
    // The file itself is no archive: what is said of the host is said all the same.
    const { problems } = await index.generate(["--allow-empty"], { code: 1 });
    return problems
      .filter(({ code }) => code === "host-limit")
      .map(({ severity, path: at, message, hint }) => `${severity} ${at} ${message} (${hint})`);
  }

  test("the configured host counts", async () => {
    const [note, ...others] = await limitsOf('[index]\nhost = "github-pages"\n');
    expect(others).toEqual([]);
    expect(note).toMatch(
      /^note index\/big\/big-2\.0\.zip has 101 MiB, and GitHub Pages takes files of up to 100 MiB/,
    );
    expect(note).toContain("https://docs.github.com/");
    expect(await limitsOf('[index]\nhost = "other"\n')).toEqual([]);
    expect(await limitsOf('[index]\nhost = "nginx"\n')).toEqual([]);
  });

  test("the address shows the host, and so do the files that were written for it", async () => {
    expect(await limitsOf('[index]\nurl = "https://team.github.io/index/"\n')).toMatchObject([
      expect.stringContaining("GitHub Pages"),
    ]);
    expect(await limitsOf("", (index) => index.write("_routes.json", "{}"))).toMatchObject([
      expect.stringContaining("Cloudflare Pages takes files of up to 25 MiB"),
    ]);
    expect(await limitsOf("", (index) => index.write("../hosting/nginx.conf", ""))).toEqual([]);
  });

  test("where the host is not known, one note names all that would refuse it", async () => {
    const notes = await limitsOf("");
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain("GitHub Pages takes files of up to 100 MiB");
    expect(notes[0]).toContain("Cloudflare Pages takes files of up to 25 MiB");
    expect(notes[0]).toContain("[index] host");
  });
});
