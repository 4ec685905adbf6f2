/** What bad input gets from the commands of a release's life: the input, the rule, what to do; and nothing changed. */
import { appendFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { makeTemporaryDirectory, makeTree, readTree, removeDirectory } from "../support/make-tree.ts";
import { makeSdist } from "../support/make-sdist.ts";
import { makeWheel, type MadeWheel, type WheelOptions } from "../support/make-wheel.ts";
import { runHere, type Outcome } from "../catalog/index-folder.ts";

let folder: string;
let root: string;

function put(wheel: Pick<MadeWheel, "filename" | "bytes">): string {
  makeTree(join(folder, "dist"), { [wheel.filename]: wheel.bytes });
  return `dist/${wheel.filename}`;
}

beforeAll(async () => {
  folder = makeTemporaryDirectory();
  root = join(folder, "index");
  makeTree(root, { "dace/.gitkeep": "" });
  const run = (...args: string[]): Promise<Outcome> => runHere(folder, args);
  expect((await run("generate", "--allow-empty")).code).toBe(0);
  const wheels = ["1.0", "2.0"].map((version) => put(makeWheel({ name: "dace", version })));
  expect((await run("add", ...wheels, put(makeWheel({ name: "gone", version: "1.0" })))).code).toBe(0);
  expect((await run("remove", "gone", "--yes")).code).toBe(0);
});
afterAll(() => removeDirectory(folder));

/** Runs a command that must be refused in one line on stderr, and must leave every byte as it was. */
async function refusalOf(args: readonly string[], code: 1 | 2): Promise<string> {
  const before = readTree(root);
  const result = await runHere(folder, args);
  expect(result.code, result.stderr + result.stdout).toBe(code);
  expect(result.stdout).toBe("");
  for (const line of result.stderr.trimEnd().split("\n"))
    expect(line).toMatch(/^error: .+ \(hint: .+\)$|^would be deleted: |^error: command-argument/);
  expect(readTree(root)).toEqual(before);
  return result.stderr;
}

describe("a SPEC", () => {
  const commands = [["yank"], ["unyank"], ["remove", "--yes"], ["list"], ["show"]];
  const cases: [string, string, 1 | 2, RegExp][] = [
    ["that does not parse", "dace>>1", 2, /^error: dace>>1: .*PEP 440/],
    ["that is empty", "", 2, /^error: "": it is empty/],
    ["with a marker", "dace; python_version>'3'", 2, /marker/],
    ["of an unknown project", "dase", 1, /there is no project dase in index \(hint: did you mean dace\?\)/],
    ["of a release that is not there", "dace==7", 1, /matches no file of dace \(hint: .*1\.0, 2\.0\)/],
    [
      "of a file that is not there",
      "dace-2.1-py3-none-any.whl",
      1,
      /near to it: .*dace-2\.0-py3-none-any\.whl/,
    ],
    ["of a removed file", "gone-1.0-py3-none-any.whl", 1, /was removed at \d{4}-.*\(hint: .*brings it back/],
    [
      "that is a file outside the index",
      "dist/dace-1.0-py3-none-any.whl",
      2,
      /its name in the index alone: dace-1\.0/,
    ],
    ["that is a folder", "./dist", 2, /is a path/],
  ];
  for (const [command = "", ...options] of commands)
    it.each(cases)(`for ${command} %s is refused`, async (_, spec, code, words) => {
      expect(await refusalOf([command, spec, ...options], code)).toMatch(words);
    });
});

describe("a file to add", () => {
  const change = (
    name: string,
    replace: Exclude<WheelOptions["entries"], undefined>,
  ): Pick<MadeWheel, "filename" | "bytes"> =>
    makeWheel({ name, version: "1.0", files: { [`${name}.py`]: "x = 1\n" }, entries: replace });

  it.each<[string, () => Pick<MadeWheel, "filename" | "bytes">, RegExp]>([
    [
      "with another hash than its RECORD has",
      () =>
        change("wronghash", (entries) =>
          entries.map((entry) =>
            entry.name === "wronghash.py" ? { ...entry, data: Buffer.from("x = 2\n") } : entry,
          ),
        ),
      /its entry "wronghash\.py" has the sha256 .*RECORD has/,
    ],
    [
      "with an entry that RECORD lacks",
      () => change("extra", (entries) => [...entries, { name: "evil.py", data: Buffer.from("x") }]),
      /its entry "evil\.py" is not in RECORD/,
    ],
    [
      "with an entry that leads out by ..",
      () => makeWheel({ name: "dots", version: "1.0", files: { "../evil.py": "x" } }),
      /"\.\.\/evil\.py" leads out of its folder/,
    ],
    [
      "with an absolute entry",
      () => makeWheel({ name: "absolute", version: "1.0", files: { "/etc/evil.py": "x" } }),
      /"\/etc\/evil\.py" is an absolute path/,
    ],
    [
      "with a drive letter",
      () => makeWheel({ name: "drive", version: "1.0", files: { "C:/evil.py": "x" } }),
      /"C:\/evil\.py" starts with a drive letter/,
    ],
    [
      "whose WHEEL has other tags than its name",
      () =>
        makeWheel({
          name: "tags",
          version: "1.0",
          wheelFile: "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: cp311-cp311-linux_x86_64\n",
        }),
      /WHEEL has the tags cp311-cp311-linux_x86_64, its file name has py3-none-any/,
    ],
    [
      "that is no distribution file",
      () => ({ filename: "notes.txt", bytes: Buffer.from("x") }),
      /notes\.txt: is no distribution file: .*\.whl/,
    ],
    ["that is no zip", () => ({ filename: "flat-1.0-py3-none-any.whl", bytes: Buffer.from("x") }), /zip/],
    [
      "with other bytes under a known name",
      () => makeWheel({ name: "dace", version: "1.0", files: { "dace.py": "other" } }),
      /[0-9a-f]{64} is on record, the file has [0-9a-f]{64}/,
    ],
    [
      "with other bytes under a removed name",
      () => makeWheel({ name: "gone", version: "1.0", files: { "gone.py": "other" } }),
      /\(until it was removed\).*[0-9a-f]{64} is on record, the file has [0-9a-f]{64}/,
    ],
  ])("%s is refused", async (_, make, words) => {
    const path = put(make());
    const said = await refusalOf(["add", path], 1);
    expect(said).toMatch(words);
    expect(said).toContain(`error: ${path}: `);
    // All or nothing: a good one beside it does not come in either.
    await refusalOf(["add", put(makeWheel({ name: "good", version: "1.0" })), path], 1);
  });

  it("that cannot lie where it would go is refused", async () => {
    const wheel = put(makeWheel({ name: "linked", version: "1.0" }));
    makeTree(folder, { "elsewhere/x": "" });
    symlinkSync("../elsewhere", join(root, "linked"));
    makeTree(root, { taken: "a file" });
    expect(await refusalOf(["add", wheel], 1)).toMatch(
      /linked-1\.0-py3-none-any\.whl: a symbolic link is in the way/,
    );
    expect(await refusalOf(["add", wheel, "--folder", "taken"], 1)).toMatch(/something else is in the way/);
    expect(await refusalOf(["add", wheel, "--folder", "a/.hidden"], 1)).toMatch(/start with a dot/);
  });

  it("that generate would not look at is refused", async () => {
    makeTree(folder, { "narrow.toml": '[index]\npackages = ["dace"]\nignore = ["**/old"]\n' });
    const narrow = ["--config", "narrow.toml", "--dry-run"];
    const fresh = put(makeWheel({ name: "fresh", version: "1.0" }));
    const dace = put(makeWheel({ name: "dace", version: "3.0" }));
    expect(await refusalOf(["add", fresh, ...narrow], 1)).toMatch(/\[index\] packages and ignore leave out/);
    expect(await refusalOf(["add", dace, "--folder", "dace/old", ...narrow], 1)).toMatch(/leave out/);
    expect((await runHere(folder, ["add", dace, "--folder", "dace/new", ...narrow])).code).toBe(0);
  });
});

describe("a reason", () => {
  it.each([
    ["with a tag", "broken <b>badly</b>", /has markup \("<b>"\)/],
    ["with a script", "<script>alert(1)</script>", /has markup/],
    ["with an entity", "this &amp; that", /has markup \("&amp;"\)/],
    ["with a line break", "one\ntwo", /line break/],
    ["with an escape sequence", "\u001b[31mred", /control character/],
    ["with text that turns around", "a\u202eb", /control character/],
    ["of 10 KB", "x".repeat(10_240), /10240 characters, more than the limit of 500/],
  ])("%s is refused", async (_, reason, words) => {
    expect(await refusalOf(["yank", "dace==1.0", "--reason", reason], 2)).toMatch(words);
    expect(await refusalOf(["status", "dace", "archived", "--reason", reason], 2)).toMatch(words);
  });

  it("without a status is refused", async () => {
    expect(await refusalOf(["status", "dace", "--reason", "x"], 2)).toMatch(
      /--reason: .*belongs to a status/,
    );
  });

  it("may have what only looks like markup", async () => {
    const reason = 'broken with numpy<2 & "more", 1 > 0';
    expect((await runHere(folder, ["yank", "dace", "--reason", reason, "--dry-run"])).code).toBe(0);
  });
});

describe("records that were edited by hand into nonsense", () => {
  const upload = {
    event: "uploaded",
    sha256: "0".repeat(64),
    size: 1,
    path: "odd/x",
    time: "2026-01-31T12:00:00Z",
  };
  it.each([
    ["no JSON", "nonsense", /no JSON object/],
    ["a conflict mark", "<<<<<<< HEAD", /a merge left its marks/],
    [
      "a day that is none",
      '{"event":"yanked","file":"odd-1.0.tar.gz","time":"2026-02-30T00:00:00Z"}',
      /"time" is no time/,
    ],
    [
      "an unknown event",
      '{"event":"lost","file":"odd-1.0.tar.gz","time":"2026-01-31T12:00:00Z"}',
      /newer pkgindex/,
    ],
    [
      "a name that is no file's",
      JSON.stringify({ ...upload, file: "odd-thing" }),
      /"file" is no distribution file/,
    ],
  ])("stop every command and stay: %s", async (_, line, words) => {
    const record = join(root, ".pkgindex/records/odd.jsonl");
    makeTree(root, { ".pkgindex/records/odd.jsonl": "" });
    appendFileSync(record, `${JSON.stringify({ ...upload, file: "odd-1.0.tar.gz" })}\n${line}\n`);
    const { bytes, filename } = makeSdist({ name: "odd", version: "2.0" });
    const commands = [
      ["add", put({ bytes, filename })],
      ["yank", "odd"],
      ["unyank", "odd==1.0"],
      ["status", "odd", "archived"],
      ["remove", "odd", "--yes"],
      ["show", "odd"],
    ];
    for (const args of commands) {
      const said = await refusalOf(args, 1);
      expect(said).toMatch(words);
      expect(said).toContain("error: index/.pkgindex/records/odd.jsonl:2: ");
    }
    removeDirectory(record);
  });
});

describe("a place without an index", () => {
  it.each([
    ["list"],
    ["show", "dace"],
    ["status", "dace"],
    ["remove", "dace", "--yes"],
    ["prune"],
    ["yank", "dace"],
  ])("is refused by %s", async (...args) => {
    expect(await refusalOf([...args, "--root", "nowhere"], 2)).toMatch(
      /^error: nowhere: there is no such folder/,
    );
  });
});

describe("retention", () => {
  it.each([
    ["keep = 0", /retention\.keep: 0 is not from 1/],
    ["days = 0", /retention\.days: 0 is not from 1/],
    ['keep = 1\nnever = ["dace>>1"]', /retention\.never: "dace>>1"/],
    ["", /there is no rule in \[retention\]/],
  ])("that could remove everything, or cannot be read, is refused: %s", async (rules, words) => {
    makeTree(folder, { "rules.toml": `[retention]\n${rules}\n` });
    expect(await refusalOf(["prune", "--yes", "--config", "rules.toml"], 2)).toMatch(words);
  });
});

describe("removing", () => {
  it("needs a yes where there is no terminal", async () => {
    const said = await refusalOf(["remove", "dace==1.0"], 2);
    expect(said).toMatch(/^would be deleted: dace-1\.0-py3-none-any\.whl\nerror: .*run it again with --yes/);
  });
});
