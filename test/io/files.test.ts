import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import {
  hasEntry,
  kindOfPlace,
  listFolder,
  readFileIfExists,
  readFileWithTimes,
  readLimited,
  realPathIfExists,
  statIfExists,
  streamFile,
  systemErrorCode,
  isWholeMs,
  writeNewFile,
} from "../../src/io/files.ts";
import { makeTree, temporaryDirectory } from "../support/make-tree.ts";

function makeFolder(files: Readonly<Record<string, string>>): string {
  const folder = temporaryDirectory();
  makeTree(folder, files);
  return folder;
}

describe("kindOfPlace", () => {
  function makePlaces(): string {
    const root = makeFolder({ file: "x", "folder/file": "x", "folder/deep/file": "x" });
    symlinkSync("file", join(root, "link-to-file"));
    symlinkSync("folder", join(root, "link-to-folder"));
    symlinkSync("nowhere", join(root, "link-to-nothing"));
    symlinkSync("circle", join(root, "circle"));
    symlinkSync("/", join(root, "link-to-outside"));
    symlinkSync("../deep", join(root, "folder/inner-link"));
    return root;
  }

  it.each([
    ["file", "file"],
    ["folder/file", "file"],
    ["folder/deep/file", "file"],
    ["folder", "other"],
    ["folder/deep", "other"],
    ["absent", "absent"],
    ["absent/deep/file", "absent"],
    ["folder/absent", "absent"],
    ["file/below", "other"],
    ["file/below/deeper", "other"],
    ["link-to-file", "link"],
    ["link-to-folder", "link"],
    ["link-to-nothing", "link"],
    ["circle", "link"],
    ["circle/file", "link"],
    ["link-to-folder/file", "link"],
    ["link-to-folder/absent", "link"],
    ["link-to-folder/deep/file", "link"],
    ["link-to-nothing/file", "link"],
    ["link-to-outside/etc/passwd", "link"],
    ["folder/inner-link/file", "link"],
  ] as const)("%s is: %s", (path, kind) => {
    expect(kindOfPlace(makePlaces(), path)).toBe(kind);
  });

  it("does not mind that the root itself is a link", () => {
    const folder = makeFolder({ "real/file": "x" });
    symlinkSync("real", join(folder, "root"));
    expect(kindOfPlace(join(folder, "root"), "file")).toBe("file");
  });
});

describe("readFileIfExists", () => {
  it("reads the bytes, and nothing where there is no file", () => {
    const folder = makeFolder({ file: "bytes" });
    expect(readFileIfExists(join(folder, "file"))?.toString()).toBe("bytes");
    expect(readFileIfExists(join(folder, "gone"))).toBe(undefined);
    expect(readFileIfExists(join(folder, "file/below"))).toBe(undefined);
    expect(readFileIfExists(folder)).toBe(undefined);
  });

  it("throws where nobody can say", () => {
    const folder = makeFolder({});
    symlinkSync("circle", join(folder, "circle"));
    expect(() => readFileIfExists(join(folder, "circle"))).toThrow("ELOOP");
  });
});

describe("readFileWithTimes", () => {
  it("has bytes, size and times", () => {
    const folder = makeFolder({ file: "bytes" });
    const { mtimeMs, ctimeMs } = statSync(join(folder, "file"));
    expect(readFileWithTimes(join(folder, "file"))).toEqual({
      bytes: Buffer.from("bytes"),
      size: 5,
      mtimeMs,
      ctimeMs,
    });
  });

  it("has nothing where there is no file, and throws where nobody can say", () => {
    const folder = makeFolder({ file: "bytes" });
    expect(readFileWithTimes(join(folder, "gone"))).toBe(undefined);
    expect(readFileWithTimes(join(folder, "file/below"))).toBe(undefined);
    expect(readFileWithTimes(folder)).toBe(undefined);
    symlinkSync("circle", join(folder, "circle"));
    expect(() => readFileWithTimes(join(folder, "circle"))).toThrow("ELOOP");
  });
});

describe("statIfExists", () => {
  it("has a file's size, and nothing where there is none", () => {
    const folder = makeFolder({ file: "bytes" });
    symlinkSync("nowhere", join(folder, "link"));
    expect(statIfExists(join(folder, "file"))?.size).toBe(5);
    expect(statIfExists(join(folder, "gone"))).toBe(undefined);
    expect(statIfExists(join(folder, "link"))).toBe(undefined);
  });

  it("has nothing below a file", () => {
    const folder = makeFolder({ file: "bytes" });
    expect(statIfExists(join(folder, "file/below"))).toBe(undefined);
  });
});

describe("listFolder", () => {
  it("has the entries of a folder, and none where there is no folder", () => {
    const folder = makeFolder({ file: "x", "inner/file": "x" });
    const entries = listFolder(folder).map((entry) => [entry.name, entry.isDirectory()]);
    expect(Object.fromEntries(entries)).toEqual({ file: false, inner: true });
    expect(listFolder(join(folder, "gone"))).toEqual([]);
    expect(listFolder(join(folder, "file"))).toEqual([]);
  });
});

describe("hasEntry", () => {
  it("is true for a file, a folder and any link, and false for nothing", () => {
    const folder = makeFolder({ file: "x" });
    symlinkSync("nowhere", join(folder, "broken"));
    symlinkSync("circle", join(folder, "circle"));
    for (const name of ["file", ".", "broken", "circle"])
      expect(hasEntry(join(folder, name)), name).toBe(true);
    for (const name of ["gone", "gone/below", "broken/below"]) {
      expect(hasEntry(join(folder, name)), name).toBe(false);
    }
  });
});

describe("readLimited", () => {
  it.each([
    ["all of a smaller file", 6, "bytes"],
    ["all of a file of that size", 5, "bytes"],
    ["one byte more of a larger file, which tells that it is larger", 3, "byte"],
  ])("has %s", (_, limit, expected) => {
    const folder = makeFolder({ file: "bytes" });
    const bytes = readLimited(join(folder, "file"), limit);
    expect(bytes.toString()).toBe(expected);
  });

  it("has no bytes of an empty file", () => {
    expect(readLimited(join(makeFolder({ file: "" }), "file"), 10)).toEqual(Buffer.alloc(0));
  });

  it("follows a link to a file, and takes nothing else for one", () => {
    const folder = makeFolder({ file: "bytes" });
    symlinkSync("file", join(folder, "link"));
    execFileSync("mkfifo", [join(folder, "pipe")]);
    expect(readLimited(join(folder, "link"), 10).toString()).toBe("bytes");
    // Nobody writes to the pipe: this returns all the same.
    for (const name of [".", "pipe"]) expect(readLimited(join(folder, name), 10), name).toBe("no file");
  });

  it("throws the system's error where nothing is", () => {
    const folder = makeFolder({ file: "bytes" });
    expect(() => readLimited(join(folder, "gone"), 10)).toThrow("ENOENT");
    expect(() => readLimited(join(folder, "file/below"), 10)).toThrow("ENOTDIR");
  });
});

describe("realPathIfExists", () => {
  it("follows links, and answers nothing where they lead nowhere or in a circle", () => {
    const folder = makeFolder({ "real/file": "x" });
    symlinkSync("real", join(folder, "link"));
    symlinkSync("nowhere", join(folder, "broken"));
    symlinkSync("circle", join(folder, "circle"));
    expect(realPathIfExists(join(folder, "link/file"))).toBe(join(folder, "real/file"));
    expect(realPathIfExists(join(folder, "broken"))).toBe(undefined);
    expect(realPathIfExists(join(folder, "circle"))).toBe(undefined);
  });
});

describe("writeNewFile", () => {
  it("writes the bytes with their time", () => {
    const path = join(temporaryDirectory(), "new");
    writeNewFile(path, Buffer.from("bytes"), 1_600_000_000_500);
    expect(readFileSync(path, "utf8")).toBe("bytes");
    expect(Math.round(statSync(path).mtimeMs)).toBe(1_600_000_000_500);
  });

  it.each([0, 1, 122, 123, 499, 998, 999])("gives a time that %d thousandths do not blur", (thousandths) => {
    const path = join(temporaryDirectory(), "new");
    writeNewFile(path, Buffer.from("bytes"), 1_700_000_000_000 + thousandths);
    const { mtimeMs } = statSync(path);
    expect([Math.floor(mtimeMs), isWholeMs(mtimeMs)]).toEqual([1_700_000_000_000 + thousandths, true]);
  });

  it("can be told from a file's time by the clock", () => {
    expect([1_700_000_000_000.25, 1_700_000_000_000.999].map(isWholeMs)).toEqual([false, false]);
  });

  it("does not write over a file, nor through a link", () => {
    const folder = makeFolder({ file: "theirs" });
    symlinkSync("nowhere", join(folder, "link"));
    expect(() => writeNewFile(join(folder, "file"), Buffer.from("ours"), 0)).toThrow("EEXIST");
    expect(() => writeNewFile(join(folder, "link"), Buffer.from("ours"), 0)).toThrow("EEXIST");
    expect(readFileSync(join(folder, "file"), "utf8")).toBe("theirs");
  });
});

describe("streamFile", () => {
  it("gives the bytes, and the system's error", async () => {
    const folder = makeFolder({ file: "bytes" });
    const chunks: Buffer[] = [];
    for await (const chunk of streamFile(join(folder, "file"))) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toBe("bytes");
    await expect(streamFile(join(folder, "gone")).toArray()).rejects.toThrow("ENOENT");
  });
});

describe("systemErrorCode", () => {
  it("is the code of a system error, and of nothing else", () => {
    const folder = temporaryDirectory();
    mkdirSync(join(folder, "twice"));
    let caught: unknown;
    try {
      mkdirSync(join(folder, "twice"));
    } catch (error) {
      caught = error;
    }
    expect(systemErrorCode(caught)).toBe("EEXIST");
    for (const other of [new Error("x"), "ENOENT", null, undefined, { code: "ENOENT" }, 7]) {
      expect(systemErrorCode(other)).toBe(undefined);
    }
  });
});
