import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { InvalidInput } from "../../src/errors.ts";
import { parseRecord, type RecordEntry } from "../../src/packaging/record.ts";

const DIGEST = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";

describe("parseRecord", () => {
  it("reads path, hash and size", () => {
    expect(record(`demo/__init__.py,sha256=${DIGEST},0\ndemo-1.0.dist-info/RECORD,,\n`)).toEqual([
      { path: "demo/__init__.py", hash: { algorithm: "sha256", digest: DIGEST }, size: 0 },
      { path: "demo-1.0.dist-info/RECORD", hash: undefined, size: undefined },
    ]);
  });

  it.each([
    ["nothing", "", []],
    ["empty lines", "\na,,\n\n\r\nb,,\n", ["a", "b"]],
    ["Windows line ends", "a,,\r\nb,,\r\n", ["a", "b"]],
    ["bare carriage returns", "a,,\rb,,", ["a", "b"]],
    ["no line end at the end", "a,,", ["a"]],
    ["a path alone", "a\nb,\n", ["a", "b"]],
    ["a byte order mark", "\uFEFFa,,\n", ["a"]],
    ["a comma in quotes", '"a,b",,\n', ["a,b"]],
    ["doubled quotes", '"a""b",,\n"""",,', ['a"b', '"']],
    ["a line break in quotes", '"a\nb",,\n"c\r\nd",,', ["a\nb", "c\r\nd"]],
    ["text behind a closing quote", '"a"b"c,,', ['ab"c']],
    ["a quote inside a field", 'a"b,,', ['a"b']],
    ["blanks before a quote", ' "a",,', [' "a"']],
    ["paths beyond ASCII", "größe.py,,\n", ["größe.py"]],
  ])("reads %s", (_title, text, paths) => {
    expect(record(text).map((entry) => entry.path)).toEqual(paths);
  });

  it("takes a digest with padding, and gives it without", () => {
    expect(record(`a,md5=AAAAAAAAAAAAAAAAAAAAAA==,1`)[0]?.hash).toEqual({
      algorithm: "md5",
      digest: "AAAAAAAAAAAAAAAAAAAAAA",
    });
  });

  it.each([
    [1, "a,b,c,d\n", "has 4 fields"],
    [2, "a,,\n,sha256=x,1\n", "has no path"],
    [2, 'a,,\n""\n', "has no path"],
    [3, "a,,\n\nb,sha256,1\n", 'has the hash "sha256"'],
    [1, "a,sha256=,1\n", 'has the hash "sha256="'],
    [1, "a,sha256=a+b/c,1\n", 'has the hash "sha256=a+b/c"'],
    [1, "a,,x\n", 'has the size "x"'],
    [1, "a,,-1\n", 'has the size "-1"'],
    [1, "a,,1e3\n", 'has the size "1e3"'],
    [1, "a,,99999999999999999999\n", "which is no number of bytes"],
    [2, 'a,,\r\n"b,,\n', "has a quote that is never closed"],
    [4, '"a\nb\r\nc",,\nd,,!\n', 'has the size "!"'],
    [1, "a\0b,,\n", "has a NUL byte"],
  ])("names line %i of %j, which %s", (lineNumber, text, reason) => {
    expect(() => record(text)).toThrow(InvalidInput);
    expect(() => record(text)).toThrow(
      expect.objectContaining({
        code: "record-file",
        message: expect.stringMatching(new RegExp(`^line ${lineNumber} of RECORD has`)) as string,
      }),
    );
    expect(() => record(text)).toThrow(reason);
  });

  it("reads back any paths that are written in quotes", () => {
    const path = fc.string({ minLength: 1 }).filter((text) => !text.includes("\0"));
    fc.assert(
      fc.property(fc.array(path, { maxLength: 5 }), (paths) => {
        const text = paths.map((each) => `"${each.replaceAll('"', '""')}",sha256=${DIGEST},7\r\n`).join("");
        expect(record(text).map((entry) => entry.path)).toEqual(paths);
      }),
    );
  });

  it("takes a long file of quotes, commas and carriage returns in linear time", () => {
    expect(record("a\r".repeat(100_000))).toHaveLength(100_000);
    expect(record(`"${'""'.repeat(100_000)}",,`)[0]?.path).toHaveLength(100_000);
    expect(() => record(`a${",".repeat(200_000)}`)).toThrow("200001 fields");
    expect(() => record('"a",,\n"'.repeat(100_000))).toThrow(InvalidInput);
  });
});

function record(text: string): RecordEntry[] {
  return parseRecord(Buffer.from(text));
}
