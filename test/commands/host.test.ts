/** `pkgindex host`: lists, prints, writes, and leaves alone what is a person's own. */
import { appendFileSync, existsSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";

import { ALL_HOSTS } from "../../src/hosts/all-hosts.ts";
import { IndexFolder, runHere, type Outcome } from "../catalog/index-folder.ts";

vi.setConfig({ testTimeout: 60_000 });

async function startIndex(config = ""): Promise<IndexFolder> {
  const index = new IndexFolder();
  index.git("init", "--quiet");
  index.write("../pkgindex.toml", config);
  index.addWheel({ name: "a", version: "1.0" });
  await index.generate();
  return index;
}

function host(index: IndexFolder, ...args: readonly string[]): Promise<Outcome> {
  return runHere(index.directory, ["host", ...args]);
}

test("without a target it lists them, a line each", async () => {
  const { code, stdout } = await runHere("/", ["host"]);
  expect(code).toBe(0);
  expect(
    stdout
      .trim()
      .split("\n")
      .map((line) => line.split(" ")[0]),
  ).toEqual(ALL_HOSTS.map(({ name }) => name));
  const json = await runHere("/", ["host", "--json"]);
  expect(JSON.parse(json.stdout)).toMatchObject({ targets: ALL_HOSTS.map(({ name }) => ({ target: name })) });
});

test("a target that is not known ends with exit code 2 and the nearest name", async () => {
  const index = await startIndex();
  expect(await host(index, "ngnix")).toMatchObject({
    code: 2,
    stdout: "",
    stderr: "error: ngnix: is no host that pkgindex knows (hint: did you mean nginx?)\n",
  });
  expect((await host(index, "zzzzzz")).stderr).toContain("the hosts are github-pages, ");
});

test("what is printed can be used as it is: one file, its path in a comment, talk on stderr", async () => {
  const index = await startIndex('[index]\nurl = "https://packages.example.org/x/"\n');
  const { code, stdout, stderr } = await host(index, "nginx");
  expect(code).toBe(0);
  expect(stdout.split("\n")[0]).toBe("# ---- hosting/nginx.conf ----");
  expect(stdout).toContain("server_name packages.example.org;");
  expect(stdout).toContain(`root "${index.root}";`);
  expect(stderr).toMatch(/^next: include/);
  expect(existsSync(join(index.directory, "hosting"))).toBe(false);
  expect((await host(index, "nginx", "--serve-from", "/srv/www")).stdout).toContain('root "/srv/www";');
});

test("what cannot negotiate says so, and offers the second root", async () => {
  const index = await startIndex();
  expect((await host(index, "github-pages")).stderr).toMatch(/cannot negotiate.*json-root = true/);
  expect((await host(index, "nginx")).stderr).not.toContain("cannot negotiate");
});

describe.each(ALL_HOSTS.map(({ name }) => name))("%s --write", (name) => {
  test("writes every file, then finds all of them unchanged, and generate has nothing against them", async () => {
    const index = await startIndex('[index]\nurl = "https://packages.example.org/"\n');
    const printed = JSON.parse((await host(index, name, "--json")).stdout) as {
      files: { place: string; path: string; text: string }[];
    };
    const first = await host(index, name, "--write");
    expect(first.code).toBe(0);
    for (const { place, path, text } of printed.files) {
      const at = join(place === "root" ? index.root : index.directory, path);
      expect(readFileSync(at, "utf8"), path).toBe(text);
      if (path.endsWith(".sh")) expect(statSync(at).mode & 0o111).not.toBe(0);
    }
    const second = await host(index, name, "--write");
    expect(second.code).toBe(0);
    expect(
      second.stdout
        .trim()
        .split("\n")
        .every((line) => line.startsWith("unchanged ")),
    ).toBe(true);
    const { pages, problems, ignored } = await index.generate();
    expect({ pages, problems, ignored }).toEqual({
      pages: { written: 0, unchanged: 18, deleted: 0 },
      problems: [],
      ignored: [],
    });
    for (const { place, path } of printed.files)
      expect(existsSync(join(place === "root" ? index.root : index.directory, path)), path).toBe(true);
  });
});

test("a file of its own is brought up to date when the configuration changed", async () => {
  const index = await startIndex();
  await host(index, "nginx", "--write");
  index.write("../pkgindex.toml", '[index]\nlayout = "flat"\n');
  expect(await host(index, "nginx", "--write")).toMatchObject({
    code: 0,
    stdout: "updated hosting/nginx.conf\n",
  });
});

test("a file that was changed by hand, or is a stranger's, stays; the difference is shown and nothing is written", async () => {
  const index = await startIndex();
  await host(index, "s3", "--write");
  const path = join(index.directory, "hosting/s3/main.tf");
  appendFileSync(path, "# mine\n");
  index.remove("../hosting/s3/upload.sh");
  const { code, stdout, stderr } = await host(index, "s3", "--write");
  expect(code).toBe(1);
  expect(stdout).toContain("--- hosting/s3/main.tf\n+++ hosting/s3/main.tf (as pkgindex would write it)\n");
  expect(stdout).toContain("\n-# mine\n");
  expect(stderr).toMatch(/^error: hosting\/s3\/main\.tf: stands where a file of the host goes/);
  expect(stderr).toContain("nothing was written");
  expect(readFileSync(path, "utf8")).toContain("# mine");
  expect(existsSync(join(index.directory, "hosting/s3/upload.sh"))).toBe(false);
  const report = JSON.parse((await host(index, "s3", "--write", "--json")).stdout) as { problems: object[] };
  expect(report.problems).toMatchObject([{ code: "stranger-in-the-way", path: "hosting/s3/main.tf" }]);
});

test("nothing is written through a symbolic link", async () => {
  const index = await startIndex();
  index.write("../elsewhere/keep", "");
  symlinkSync(join(index.directory, "elsewhere"), join(index.directory, "hosting"));
  expect((await host(index, "nginx", "--write")).code).toBe(1);
  expect(existsSync(join(index.directory, "elsewhere/nginx.conf"))).toBe(false);
});

test("an address that no server could be told is refused with exit code 2", async () => {
  const index = await startIndex('[index]\nurl = "https://example.org/a%0Ab/"\n');
  expect(await host(index, "nginx")).toMatchObject({ code: 2, stdout: "" });
});

test("where the root is the repository itself, its own files are no package's", async () => {
  const index = new IndexFolder();
  index.git("init", "--quiet");
  index.write("../pkgindex.toml", '[index]\nroot = "."\n');
  index.write("../a/x", "");
  await index.generate(["--allow-empty"]);
  expect((await host(index, "cloudflare-pages", "--write")).stdout).toContain("written _headers\n");
  expect((await index.generate()).problems).toEqual([]);
});
