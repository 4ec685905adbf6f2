import { execFileSync } from "node:child_process";
import { chmodSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { load, loadFaults, makeFolder } from "./scratch-folder.ts";

it("a folder in the place of the file is named", async () => {
  expect(await loadFaults(makeFolder({ "pkgindex.toml/": "" }))).toMatchInlineSnapshot(`
    [
      "pkgindex.toml: is not a file; name a TOML file, or put one in its place",
    ]
  `);
});

it("a named pipe is named, and nobody waits for it", async () => {
  const folder = makeFolder();
  execFileSync("mkfifo", [join(folder, "pkgindex.toml")]);
  expect(await loadFaults(folder)).toMatchInlineSnapshot(`
    [
      "pkgindex.toml: is not a file; name a TOML file, or put one in its place",
    ]
  `);
});

it("a device without an end is named", async () => {
  expect(await loadFaults(makeFolder(), { overrides: { config: "/dev/zero" } })).toMatchInlineSnapshot(`
    [
      "/dev/zero: is not a file; name a TOML file, or put one in its place",
    ]
  `);
});

it("a loop of links is named", async () => {
  const folder = makeFolder();
  symlinkSync("pkgindex.toml", join(folder, "pkgindex.toml"));
  expect(await loadFaults(folder)).toMatchInlineSnapshot(`
    [
      "pkgindex.toml: cannot be read (ELOOP); see to it that it is a readable file",
    ]
  `);
});

// Root reads everything.
it.skipIf(process.getuid?.() === 0)("a file that may not be read is named", async () => {
  const folder = makeFolder({ "pkgindex.toml": "" });
  chmodSync(join(folder, "pkgindex.toml"), 0o000);
  expect(await loadFaults(folder)).toStrictEqual([
    "pkgindex.toml: may not be read by this user; change its permissions",
  ]);
});

it("a file over 1 MiB is refused, one of exactly 1 MiB is read", async () => {
  const line = `${"#".repeat(1023)}\n`;
  expect(await load(makeFolder({ "pkgindex.toml": line.repeat(1024) }))).toMatchObject({
    file: "pkgindex.toml",
  });
  expect(await loadFaults(makeFolder({ "pkgindex.toml": `${line.repeat(1024)}\n` }))).toMatchInlineSnapshot(`
    [
      "pkgindex.toml: is larger than 1 MiB; see whether it is the right file",
    ]
  `);
});

it("bytes that are no UTF-8 are refused with their line", async () => {
  const latin1 = Buffer.from('[index]\n# ok: \u00e9\ntitle = "Caf\u00e9"\n', "latin1");
  expect(await loadFaults(makeFolder({ "pkgindex.toml": latin1 }))).toMatchInlineSnapshot(`
    [
      "pkgindex.toml: TOML is written in UTF-8, and line 2 is not; save the file as UTF-8",
    ]
  `);
  const cutOff = Buffer.from('[index]\ntitle = "é"').subarray(0, -2);
  expect(await loadFaults(makeFolder({ "pkgindex.toml": cutOff }))).toMatchInlineSnapshot(`
    [
      "pkgindex.toml: TOML is written in UTF-8, and line 2 is not; save the file as UTF-8",
    ]
  `);
});

it("a byte order mark is dropped", async () => {
  const folder = makeFolder({ "pkgindex.toml": '\ufeff[index]\r\ntitle = "Mark"\r\n' });
  expect(await load(folder)).toMatchObject({ title: "Mark" });
});
