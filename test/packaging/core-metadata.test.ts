import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  parseCoreMetadata,
  parseCoreMetadataHeader,
  readIdentity,
  type CoreMetadata,
} from "../../src/packaging/core-metadata.ts";

const FULL = `Metadata-Version: 2.5
Name: Demo.PKG
Version: 1.0
Dynamic: Classifier
Dynamic: License-File
Platform: linux
Platform: macos
Supported-Platform: RedHat 7.2
Summary: A demo
Description-Content-Type: text/markdown; charset=UTF-8
Keywords: one,two words, three
Home-page: https://example.org/
Download-URL: https://example.org/d
Author: A. Uthor
Author-email: "A. Uthor" <a@example.org>
Maintainer: M. Aintainer
Maintainer-email: m@example.org
License: MIT
License-Expression: MIT OR Apache-2.0
License-File: LICENSE
License-File: licenses/NOTICE
Classifier: Topic :: Utilities
Classifier: Typing :: Typed
Requires-Dist: requests >=2
Requires-Dist: tomli ; python_version < "3.11"
Requires-Python: >=3.9
Requires-External: libpng (>=1.5)
Project-URL: Source, https://example.org/src?a=1,2
Project-URL: Just a label
Provides-Extra: cli
Provides-Extra: test
Provides-Dist: other (1.0)
Obsoletes-Dist: older
Requires: re
Provides: demo
Obsoletes: old
Import-Name: demo
Import-Name: _demo ; private
Import-Namespace: demos

# Demo

Text.
`;

describe("parseCoreMetadata", () => {
  it("reads every field of the specification", () => {
    const expected: CoreMetadata = {
      metadataVersion: "2.5",
      name: "Demo.PKG",
      version: "1.0",
      summary: "A demo",
      description: "# Demo\n\nText.\n",
      descriptionContentType: "text/markdown; charset=UTF-8",
      keywords: ["one", "two words", "three"],
      homePage: "https://example.org/",
      downloadUrl: "https://example.org/d",
      author: "A. Uthor",
      authorEmail: '"A. Uthor" <a@example.org>',
      maintainer: "M. Aintainer",
      maintainerEmail: "m@example.org",
      license: "MIT",
      licenseExpression: "MIT OR Apache-2.0",
      licenseFiles: ["LICENSE", "licenses/NOTICE"],
      classifiers: ["Topic :: Utilities", "Typing :: Typed"],
      platforms: ["linux", "macos"],
      supportedPlatforms: ["RedHat 7.2"],
      requiresPython: ">=3.9",
      requiresDist: ["requests >=2", 'tomli ; python_version < "3.11"'],
      requiresExternal: ["libpng (>=1.5)"],
      providesExtra: ["cli", "test"],
      providesDist: ["other (1.0)"],
      obsoletesDist: ["older"],
      requires: ["re"],
      provides: ["demo"],
      obsoletes: ["old"],
      projectUrls: [
        { label: "Source", url: "https://example.org/src?a=1,2" },
        { label: "Just a label", url: "" },
      ],
      dynamic: ["Classifier", "License-File"],
      importNames: ["demo", "_demo ; private"],
      importNamespaces: ["demos"],
    };
    expect(metadata(FULL)).toEqual(expected);
    expect(metadata(FULL.replaceAll("\n", "\r\n"))).toEqual(expected);
    expect(metadata(FULL.replaceAll("\n", "\r"))).toEqual(expected);
    expect(metadata(`\uFEFF${FULL}`)).toEqual(expected);
  });

  it("knows nothing of an empty file", () => {
    const empty = metadata("");
    const values = Object.values(empty).filter((value) => value !== undefined);
    expect(values.length).toBeGreaterThan(10);
    expect(values.every((value) => Array.isArray(value) && value.length === 0)).toBe(true);
  });

  it.each([
    ["field names in any case", "NAME: a\nvERSION: 1\n", { name: "a", version: "1" }],
    ["no blank behind the colon", "Name:a\nVersion:\t1\n", { name: "a", version: "1" }],
    ["the first value of a single-use field", "Name: a\nName: b\n", { name: "a" }],
    ["an empty field as absent", "Name: \nVersion:\nClassifier: \n", { name: undefined, classifiers: [] }],
    ["a folded line as one", "Summary: one\n  two\n\tthree\n", { summary: "one two three" }],
    ["a value that starts on the next line", "Summary:\n  text\n", { summary: "text" }],
    ["a line of blanks as continuation", "Name: a\n \nVersion: 1\n", { name: "a", version: "1" }],
    ["a continuation of nothing", "  x\nName: a\n", { name: "a" }],
    ["a line without a name", ": x\n y\nName: a\n", { name: "a" }],
    ["a mailbox separator", "From me\nName: a\nFrom you\n x\nVersion: 1\n", { name: "a", version: "1" }],
    ["no more than the first empty line", "Name: a\n\nVersion: 1\n", { name: "a", version: undefined }],
    ["a file that starts with its body", "\nName: a\n", { name: undefined, description: "Name: a\n" }],
    ["a line that is no field as body", "Name: a\nno field\nVersion: 1\n", { version: undefined }],
    ["a field name with a blank as body", "Name: a\nMy Field: x\n", { description: "My Field: x\n" }],
    ["a field name beyond ASCII as body", "Name: a\nNäme: x\n", { description: "Näme: x\n" }],
    ["no line end at the end", "Name: a\nVersion: 1", { version: "1" }],
    ["NUL bytes as they are", "Name: a\0b\nVersion: 1\n", { name: "a\0b", version: "1" }],
    ["keywords by commas", "Keywords: a b, c,,d\n", { keywords: ["a b", "c", "d"] }],
    ["older keywords by blanks", "Keywords: a b  c\n", { keywords: ["a", "b", "c"] }],
    ["one keyword", "Keywords: a\n", { keywords: ["a"] }],
    ["no keywords", "Keywords: ,\n", { keywords: [] }],
    ["the body rather than the field", "Description: f\n\nbody", { description: "body" }],
    ["the field where the body is blank", "Description: f\n\n \n", { description: "f" }],
  ])("reads %s", (_title, text, expected) => {
    expect(metadata(text)).toMatchObject(expected);
  });

  it.each([
    ["eight blanks", "Description: One\n        two\n          three\n        \n        four\n"],
    ["seven blanks and a bar", "Description: One\n       |two\n       |  three\n       |\n       |four\n"],
    ["fewer blanks", "Description: One\n  two\n    three\n \n  four\n"],
    ["tabs", "Description: One\n\ttwo\n\t  three\n\t\n\tfour\n"],
  ])("un-indents a description that is folded with %s", (_title, text) => {
    expect(metadata(text).description).toBe("One\ntwo\n  three\n\nfour");
  });

  it("keeps what is indented by more than the fold", () => {
    expect(metadata("Description: Code:\n            run()\n            stop()\n").description).toBe(
      "Code:\n    run()\n    stop()",
    );
  });

  it("un-indents a license text, too", () => {
    expect(metadata("License: MIT\n        \n        Permission is granted\n").license).toBe(
      "MIT\n\nPermission is granted",
    );
  });

  it("reads bytes that are not UTF-8 as U+FFFD, and goes on", () => {
    const bytes = Buffer.from("Name: demo\nAuthor: J\xfcrgen\nVersion: 1\n\nb\xffdy", "latin1");
    expect(parseCoreMetadata(bytes)).toMatchObject({
      author: "J\uFFFDrgen",
      version: "1",
      description: "b\uFFFDdy",
    });
    expect(parseCoreMetadata(Buffer.from("Name: demo\n", "utf16le")).name).toBeUndefined();
  });

  it("takes very many fields, folds and blanks in linear time", () => {
    expect(metadata("Classifier: a\n".repeat(200_000)).classifiers).toHaveLength(200_000);
    expect(metadata(`Description: a\n${"        b\n".repeat(200_000)}`).description).toHaveLength(400_001);
    expect(metadata(`Summary: a${" ".repeat(600_000)}b\n${" ".repeat(600_000)}c\n`).summary).toMatch(/b c$/);
    expect(metadata("x".repeat(600_000)).name).toBeUndefined();
    expect(metadata(`Keywords: ${" ,".repeat(100_000)}`).keywords).toEqual([]);
  });

  it("never throws, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(Array.isArray(parseCoreMetadata(bytes).classifiers)).toBe(true);
      }),
    );
  });
});

describe("parseCoreMetadataHeader and readIdentity", () => {
  it("leave the body out", () => {
    const bytes = Buffer.from(FULL);
    expect(parseCoreMetadataHeader(bytes)).toEqual({ ...parseCoreMetadata(bytes), description: undefined });
    expect(readIdentity(bytes)).toEqual({ name: "Demo.PKG", version: "1.0", requiresPython: ">=3.9" });
  });

  it("keep a description that is a field", () => {
    expect(parseCoreMetadataHeader(Buffer.from("Description: f\n\nbody")).description).toBe("f");
  });

  it("read a view into a larger buffer", () => {
    const bytes = Buffer.from(`Name: no\n\n${FULL}`).subarray(10);
    expect(readIdentity(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)).name).toBe(
      "Demo.PKG",
    );
  });

  it("agree with the full parser on every mixture of line ends and oddities", () => {
    const piece = fc.constantFrom(
      "Name: a",
      "Version: 1",
      "Requires-Python: >=3",
      "x",
      ": y",
      " z",
      "\n",
      "\r\n",
      "\r",
      "From q",
      "é",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const bytes = Buffer.from(pieces.join(""));
        const { name, version, requiresPython } = parseCoreMetadata(bytes);
        expect(readIdentity(bytes)).toEqual({ name, version, requiresPython });
      }),
      { numRuns: 1000 },
    );
  });
});

function metadata(text: string): CoreMetadata {
  return parseCoreMetadata(Buffer.from(text));
}
