/** What bad input gets: one line each, exit code 1 (2 for the configuration), and not a byte of the index changes. */
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { BAD_LINES } from "../support/bad-records.ts";
import { BAD, BAD_FILENAMES, BAD_WHEELS, badWheel } from "../support/bad-wheels.ts";
import {
  makeTemporaryDirectory,
  makeTree,
  readTree,
  removeDirectory,
  temporaryDirectory,
} from "../support/make-tree.ts";
import { makeWheel, wheelEntries } from "../support/make-wheel.ts";
import { writeZip } from "../support/make-zip.ts";
import { runCli, type CliOptions, type CliResult } from "../support/run-cli.ts";
import { OUTDATED_PAGES, SPOILED_FILES, SPOILED_PAGES } from "../support/spoiled-pages.ts";
import {
  errorsOf,
  expectRefusal,
  expectRefusals,
  expectSkipped,
  expectWellFormed,
  FRESH,
  generate,
  GOOD,
  linesWith,
  notesOf,
  reportOf,
  transcript,
  useStartedIndex,
  type ReportedProblem,
  type StartedIndex,
} from "../support/started-index.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const MEGABYTE = 1 << 20;
const isRoot = process.getuid?.() === 0;
const isLinux = process.platform === "linux";
const mountNamespace = isRoot ? ["unshare", "--mount"] : ["unshare", "--map-root-user", "--mount"];
const canMount =
  isLinux &&
  spawnSync("unshare", [...mountNamespace.slice(1), "sh", "-c", "mount -t tmpfs tmpfs /tmp"]).status === 0;

const startIndex = useStartedIndex();

/** An index with a new good wheel, and these files, which are not in the pages yet. */
function startIndexWith(files: Readonly<Record<string, string | Uint8Array>>): StartedIndex {
  const index = startIndex();
  makeTree(index.root, { [`tools/${FRESH.filename}`]: FRESH.bytes, ...files });
  return index;
}

/** The same index for a whole block, with one run without and one with `--json`: every case is a file of its own. */
function useSharedRuns(prepare: (index: StartedIndex) => void | Promise<void>, args: readonly string[] = []) {
  const shared = {
    index: { directory: "", root: "" },
    before: {} as Record<string, string>,
    plain: {} as CliResult,
    json: {} as CliResult,
  };
  beforeAll(async () => {
    shared.index = startIndex(makeTemporaryDirectory());
    await prepare(shared.index);
    shared.before = readTree(shared.index.root);
    shared.plain = await generate(shared.index, args);
    shared.json = await generate(shared.index, [...args, "--json"]);
  });
  afterAll(() => removeDirectory(shared.index.directory));
  return shared;
}

/** The rows of a table test: the title alone, for the name of the test, and the case. */
function titled<Case extends { readonly title: string }>(
  cases: readonly Case[],
): (readonly [string, Case])[] {
  return cases.map((each) => [each.title, each]);
}

/** The one error about the file of this name, which is well-formed. */
function onlyErrorOf(
  runs: { readonly plain: CliResult; readonly json: CliResult },
  filename: string,
): ReportedProblem {
  const [problem, ...others] = errorsOf(runs.json).filter(({ path }) => path.includes(filename));
  if (problem === undefined) throw new Error(`no problem names ${filename}\n${transcript(runs.json)}`);
  expect(others, "one problem, one line").toEqual([]);
  expectWellFormed(problem, runs.plain);
  return problem;
}

describe("a bad wheel", () => {
  const wheels = BAD_WHEELS.map(([title, make, words], number) => {
    const name = `bad${number}`;
    return { title, name, words, filename: `${name}-1.0-py3-none-any.whl`, bytes: () => make(name) };
  });
  const names = BAD_FILENAMES.map(([title, make, words], number) => {
    const name = `misnamed${number}`;
    return { title: `named ${title}`, name, words, filename: make(name), bytes: () => badWheel({ name }) };
  });
  const cases = [...wheels, ...names];
  const runs = useSharedRuns((index) => {
    makeTree(index.root, { [`tools/${FRESH.filename}`]: FRESH.bytes });
    for (const { filename, bytes } of cases) makeTree(index.root, { [`tools/${filename}`]: bytes() });
  });

  test("and many more stop the run, and nothing is written", () => {
    expect([runs.plain.code, runs.json.code], transcript(runs.plain)).toEqual([1, 1]);
    expect(errorsOf(runs.json)).toHaveLength(cases.length);
    expect(readTree(runs.index.root)).toEqual(runs.before);
  });

  test.each(titled(cases))("%s is refused", (_, { filename, words }) => {
    const problem = onlyErrorOf(runs, filename);
    expect(`${problem.message}; ${problem.hint}`).toMatch(words);
    expect(problem.path).toBe(`index/tools/${filename}`);
  });

  test("is left out on demand, and the rest is published", async () => {
    await expectSkipped(
      runs.index,
      cases.map(({ name }) => name),
    );
  });

  test.each([
    ["not a zip", () => Buffer.from("no zip"), /zip/i],
    ["without METADATA", () => badWheel({ metadata: false }), /METADATA/],
  ])("%s stops a run by itself", async (_, bytes, words) => {
    const index = startIndexWith({ [`tools/${BAD}`]: bytes() });
    await expectRefusal(index, { input: BAD, words });
    await expectSkipped(index, ["bad"]);
  });
});

describe("a file name", () => {
  test.each([
    ["an escape character", "bad\u001b[31m-1.0-py3-none-any.whl"],
    ["a new line", "bad\n-1.0-py3-none-any.whl"],
    ["a delete character", "bad\u007f-1.0-py3-none-any.whl"],
  ])("with %s is refused on one line, and it reaches no terminal", async (_, filename) => {
    const index = startIndexWith({ [`tools/${filename}`]: badWheel({}) });
    await expectRefusal(index, {
      input: "-1.0-py3-none-any.whl",
      words: /control|character|name/i,
      typeable: false,
    });
    const result = await generate(index);
    expect(result.stdout + result.stderr).not.toMatch(/(?!\n)\p{Cc}/u);
    expect(linesWith(result, "-1.0-py3-none-any.whl")).toEqual([expect.stringContaining("bad")]);
    await expectSkipped(index, ["bad"]);
  });

  test.skipIf(!isLinux)("that is no UTF-8 is refused (needs a file system that takes it)", async () => {
    const index = startIndexWith({});
    const name = Buffer.from("bad\u00ff-1.0-py3-none-any.whl", "latin1");
    writeFileSync(Buffer.concat([Buffer.from(`${index.root}/tools/`), name]), badWheel({}));
    await expectRefusal(index, { input: "-1.0-py3-none-any.whl", words: /UTF-8/i, typeable: false });
    await expectSkipped(index, ["bad"]);
  });

  test.skipIf(!isLinux)("that lies in a folder whose name is no UTF-8 is refused", async () => {
    const index = startIndexWith({});
    const folder = Buffer.concat([Buffer.from(`${index.root}/folder`), Buffer.from([0xff])]);
    mkdirSync(folder);
    writeFileSync(Buffer.concat([folder, Buffer.from(`/${BAD}`)]), badWheel({}));
    await expectRefusal(index, { input: "folder", words: /UTF-8/i, typeable: false });
    await expectSkipped(index, ["bad"]);
  });
});

describe("one file name in two folders", () => {
  test("is published once, with a note, where the bytes are equal", async () => {
    const index = startIndexWith({ [`one/${BAD}`]: badWheel({}), [`two/${BAD}`]: badWheel({}) });
    const dry = await generate(index, ["--dry-run", "--json"]);
    expect(notesOf(dry).filter(({ path }) => path.includes(BAD)).length, transcript(dry)).toBe(1);
    const result = await generate(index);
    expect(result.code, transcript(result)).toBe(0);
    expect(linesWith(result, BAD).join("\n"), transcript(result)).toMatch(/one.*two|two.*one/);
    const page = readFileSync(join(index.root, "simple/bad/index.html"), "utf8");
    expect(page.match(/<a /g)).toHaveLength(1);
  });

  test("is refused where the bytes differ", async () => {
    const index = startIndexWith({
      [`one/${BAD}`]: badWheel({}),
      [`two/${BAD}`]: badWheel({ files: { "bad.py": "other" } }),
    });
    const problem = await expectRefusal(index, { input: BAD, words: /same|twice|two|both|differ|other/i });
    expect(JSON.stringify(problem)).toMatch(/one.*two|two.*one/);
    await expectSkipped(index, []);
  });
});

/** A wheel whose file name is spelled like this. */
function spelled(filename: string): Buffer {
  return makeWheel({ name: "foo.bar", version: filename.split("-")[1] ?? "", filename }).bytes;
}

describe("two spellings of one distribution", () => {
  test.each([
    ["by their names", "Foo.Bar-1.0-py3-none-any.whl", "foo_bar-1.0-py3-none-any.whl"],
    ["by their versions", "foo_bar-1.0-py3-none-any.whl", "foo_bar-1.0.0-py3-none-any.whl"],
    ["by case only", "Foo_Bar-1.0-py3-none-any.whl", "foo_bar-1.0-py3-none-any.whl"],
    ["by case only, in two folders", "Foo_Bar-1.0-py3-none-any.whl", "../more/foo_bar-1.0-py3-none-any.whl"],
  ])("that differ %s are refused", async (_, one, two) => {
    const second = two.replace("../more/", "");
    const index = startIndexWith({ [`tools/${one}`]: spelled(one), [`tools/${two}`]: spelled(second) });
    const problem = await expectRefusal(index, {
      input: ".whl",
      words: /spell|same|twice|two|case|both|one distribution/i,
    });
    const text = JSON.stringify(problem);
    expect(text).toContain(one);
    expect(text).toContain(second);
    await expectSkipped(index, []);
  });
});

function otherWheel(): Buffer {
  return makeWheel({ name: "other", version: "1.0" }).bytes;
}

describe("a folder", () => {
  test.each(["-", ".pkgindex", "simple-json", "simple", "pypi", "project"])(
    "with the reserved name %s may hold no wheels",
    async (folder) => {
      const index = startIndexWith({ [`${folder}/${BAD}`]: badWheel({}) });
      const problem = await expectRefusal(index, { input: folder, words: /reserved|pkgindex/i });
      expect(problem.path.split("/")).toContain(folder);
      await expectSkipped(index, ["bad"]);
    },
  );

  test("that differs from another by case only is refused, even with --skip-invalid", async () => {
    const index = startIndexWith({
      [`more/${BAD}`]: badWheel({}),
      "More/other-1.0-py3-none-any.whl": otherWheel(),
    });
    const problem = await expectRefusal(index, { input: "ore", words: /case/i });
    expect(JSON.stringify(problem)).toMatch(/More\/.*more\/|more\/.*More\//);
    await expectRefusal(index, { input: "ore", words: /case/i, args: ["--skip-invalid"] });
  });

  test("with a reserved name may hold no wheels deeper down either", async () => {
    const index = startIndexWith({ [`project/bad/${BAD}`]: badWheel({}) });
    const problem = await expectRefusal(index, { input: "project", words: /reserved|pkgindex/i });
    expect(problem.path.split("/")).toContain("project");
    await expectSkipped(index, ["bad"]);
  });
});

describe("a symbolic link", () => {
  const words = /link/i;

  test("to a wheel outside of the root is refused", async () => {
    const index = startIndexWith({ [`../outside/${BAD}`]: badWheel({}) });
    symlinkSync(`../../outside/${BAD}`, join(index.root, "tools", BAD));
    await expectRefusal(index, { input: BAD, words });
    await expectSkipped(index, ["bad"]);
  });

  test("to a folder outside of the root is refused", async () => {
    const index = startIndexWith({ [`../outside/${BAD}`]: badWheel({}) });
    symlinkSync("../outside", join(index.root, "linked"));
    await expectRefusal(index, { input: "linked", words });
    await expectSkipped(index, ["bad"]);
  });

  test("to nothing is refused", async () => {
    const index = startIndexWith({});
    symlinkSync("nowhere", join(index.root, "tools", BAD));
    await expectRefusal(index, { input: BAD, words });
    await expectSkipped(index, ["bad"]);
  });

  test("to itself is refused", async () => {
    const index = startIndexWith({});
    symlinkSync(BAD, join(index.root, "tools", BAD));
    await expectRefusal(index, { input: BAD, words });
    await expectSkipped(index, ["bad"]);
  });

  test.each([
    ["the folder that holds it", "."],
    ["a folder above it", "../.."],
  ])("to %s is refused, and nothing turns round for ever", async (_, target) => {
    const index = startIndexWith({ "tools/deep/readme.txt": "" });
    symlinkSync(target, join(index.root, "tools/deep/loop"));
    await expectRefusal(index, { input: "loop", words });
    await expectSkipped(index, []);
  });
});

describe("a file", () => {
  test.skipIf(process.platform === "win32")(
    "that is a FIFO is refused, and nobody waits for it",
    async () => {
      const index = startIndexWith({});
      expect(spawnSync("mkfifo", [join(index.root, "tools", BAD)]).status).toBe(0);
      await expectRefusal(index, {
        input: BAD,
        words: /FIFO|pipe|regular|special/i,
      });
      await expectSkipped(index, ["bad"]);
    },
  );

  test("that is a folder with the name of a wheel is refused or ignored, and does not stop the run", async () => {
    const index = startIndexWith({ [`tools/${BAD}/readme.txt`]: "" });
    const result = await generate(index, ["--skip-invalid"]);
    expect([0, 1], transcript(result)).toContain(result.code);
    expect(existsSync(join(index.root, "simple/fresh/index.html")), transcript(result)).toBe(true);
    expect(existsSync(join(index.root, "simple/bad"))).toBe(false);
  });

  // The rights of a file do not stop root, so root runs the command without the privilege to pass over them.
  const plainRoot = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"];
  const options: CliOptions = isRoot ? { wrapper: plainRoot } : {};

  test("that cannot be read is refused", async () => {
    const index = startIndexWith({ [`tools/${BAD}`]: badWheel({}) });
    chmodSync(join(index.root, "tools", BAD), 0);
    await expectRefusal(index, { input: BAD, words: /read|permission|EACCES/i, options });
    await expectSkipped(index, ["bad"], options);
  });

  test.each([[[]], [["--skip-invalid"]], [["--skip-invalid", "--allow-empty"]]])(
    "in a folder that cannot be read is not taken for gone (%s)",
    async (args) => {
      const index = startIndexWith({ [`closed/${BAD}`]: badWheel({}) });
      const folder = join(index.root, "closed");
      const page = join(index.root, "simple/good/index.html");
      const before = readFileSync(page, "utf8");
      chmodSync(folder, 0);
      try {
        const problems = await expectRefusals(index, { args, options });
        expect(problems.map(({ path }) => path)).toEqual([expect.stringContaining("closed")]);
        expect(problems[0]?.message).toMatch(/read|permission|EACCES/i);
        expect(readFileSync(page, "utf8")).toBe(before);
        const json = await generate(index, [...args, "--json"], options);
        expect(reportOf(json).removed, transcript(json)).toEqual([]);
      } finally {
        chmodSync(folder, 0o755);
      }
    },
  );

  test.skipIf(!isLinux)("that grows while it is read is refused (needs /proc)", async () => {
    const tries: string[] = [];
    for (const delay of [50, 0, 150, 400, 20, 300, 100, 200]) {
      const index = startIndexWith({});
      const path = join(index.root, "tools", BAD);
      writeZip(path, [
        { name: "bad/hole.bin", hole: 768 * MEGABYTE },
        ...wheelEntries({ name: "bad", version: "1.0" }),
      ]);
      let writing = Promise.resolve();
      const before = readTree(join(index.root, "simple"));
      const result = await generate(index, ["--json"], {
        onStart: (processId) => (writing = appendOnceOpen(processId, path, delay)),
      });
      await writing;
      tries.push(`${delay} ms after it was opened: ${transcript(result)}`);
      const errors = result.code === 1 ? errorsOf(result) : [];
      if (!errors.some(({ message }) => /grow|grew|chang|while|being written/i.test(message))) continue;
      expect(errors.map(({ path: named }) => named.endsWith(BAD))).toEqual([true]);
      expect(readTree(join(index.root, "simple"))).toEqual(before);
      return;
    }
    expect.fail(`never noticed\n${tries.join("\n")}`);
  });
});

/** Adds a byte to a file, some time after that process has opened it; gives up when the process has ended. */
async function appendOnceOpen(processId: number, path: string, delay: number): Promise<void> {
  const folder = `/proc/${processId}/fd`;
  const isOpen = (): boolean =>
    readdirSync(folder).some((descriptor) => {
      try {
        return readlinkSync(join(folder, descriptor)) === path;
      } catch {
        return false;
      }
    });
  try {
    while (!isOpen()) await pause(1);
  } catch {
    return;
  }
  await pause(delay);
  appendFileSync(path, "x");
}

describe("a folder that takes nothing new", () => {
  test.skipIf(!isLinux).each([
    ["generate", ["generate", "--root", "/proc", "--allow-empty"]],
    ["add", ["add", "a-1.0-py3-none-any.whl", "--root", "/proc"]],
    ["yank", ["yank", "a", "--root", "/proc"]],
    ["init", ["init", "/proc"]],
    ["init of a new folder", ["init", "/proc/index"]],
    ["init below a file", ["init", "/dev/null/index"]],
  ])("ends %s with one sentence (needs /proc)", async (_, args) => {
    const cwd = temporaryDirectory();
    const wheel = makeWheel({ name: "a", version: "1.0" });
    writeFileSync(join(cwd, wheel.filename), wheel.bytes);
    const { code, stdout, stderr } = await runCli(args, { cwd });
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^error: \/(?:proc|dev)\S*: cannot be written: [^\n]+ \(hint: [^\n]+\)\n$/);
    expect(code).toBe(1);
  });
});

describe("a disk", () => {
  test.skipIf(!canMount)(
    "that is full stops the run, and loses nothing (needs mount namespaces)",
    async () => {
      for (const freePages of [0, 1, 2, 4, 8]) {
        const index = startIndexWith({});
        const after = temporaryDirectory();
        const original = temporaryDirectory();
        cpSync(index.directory, original, { recursive: true });
        const script = `
          set -e
          mount -t tmpfs -o size=4m tmpfs "$1"
          cp -a "$2/." "$1"
          cat /dev/zero > "$1/filler" 2> /dev/null || true
          truncate -s -${freePages * 4096} "$1/filler"
          code=0; cd "$1"; ( shift 3; exec "$@" ) || code=$?
          rm filler; cp -a "$1/." "$3"
          exit $code`;
        const result = await generate(index, [], {
          wrapper: [...mountNamespace, "sh", "-c", script, "sh", index.directory, original, after],
        });
        const told = `${freePages} pages free: ${transcript(result)}`;
        const root = join(after, "index");
        const left = readTree(root);
        for (const [path, was] of Object.entries(readTree(index.root))) {
          if (path.endsWith("simple/index.html") || path.endsWith("simple/index.v1.json")) {
            expect(readFileSync(join(root, path)).length, `${path}, ${told}`).toBeGreaterThan(100);
          } else {
            expect([path, left[path]], told).toEqual([path, was]);
          }
        }
        if (freePages === 0) {
          expect(result.code, told).toBe(1);
          expect(left, told).toEqual(readTree(index.root));
        }
        if (result.code !== 0) {
          expect(result.code, told).toBe(1);
          expect(linesWith(result, "index"), told).toEqual([expect.stringMatching(/space|full|ENOSPC/i)]);
        }
        const healed = await generate({ directory: after });
        expect(healed.code, `${told}\nthen, with room: ${transcript(healed)}`).toBe(0);
        expect(existsSync(join(root, "simple/fresh/index.html"))).toBe(true);
        expect(Object.keys(readTree(root)).filter((path) => /tmp|temp|~$/i.test(path))).toEqual([]);
      }
    },
  );

  test.skipIf(isRoot && !canMount)(
    "that is read-only stops the run (as root: needs mount namespaces)",
    async () => {
      const index = startIndexWith({});
      const before = readTree(index.root);
      const script = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"';
      const options = isRoot ? { wrapper: [...mountNamespace, "sh", "-c", script, "sh", index.root] } : {};
      if (!isRoot) setRights(index.root, 0o555);
      try {
        const plain = await generate(index, [], options);
        expect(plain.code, transcript(plain)).toBe(1);
        expect(linesWith(plain, "index"), transcript(plain)).toEqual([
          expect.stringMatching(/read-only|EROFS|permission|EACCES/i),
        ]);
        expect(readTree(index.root)).toEqual(before);
        const json = await generate(index, ["--json"], options);
        expect(
          errorsOf(json).map(({ path }) => path),
          transcript(json),
        ).toEqual(["index"]);
      } finally {
        if (!isRoot) setRights(index.root, 0o755);
      }
    },
  );
});

function setRights(folder: string, mode: number): void {
  chmodSync(folder, mode);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) chmodSync(join(entry.parentPath, entry.name), mode);
  }
}

function pageOf(name: string): string {
  return `simple/${name}/index.v1.json`;
}

describe("a JSON page of a project", () => {
  const spoiled = [...SPOILED_PAGES, ...SPOILED_FILES].map(([title, spoil], number) => ({
    title,
    spoil,
    name: `spoiled${number}`,
  }));
  const outdated = OUTDATED_PAGES.map(([title, spoil], number) => ({
    title,
    spoil,
    name: `outdated${number}`,
  }));
  let right: Record<string, string> = {};
  const runs = useSharedRuns(
    async (index) => {
      for (const { name } of [...spoiled, ...outdated]) {
        const wheel = makeWheel({ name, version: "1.0", metadata: { requiresPython: ">=3.8" } });
        makeTree(index.root, { [`tools/${wheel.filename}`]: wheel.bytes });
      }
      const result = await generate(index);
      expect(result.code, transcript(result)).toBe(0);
      right = readTree(index.root);
      for (const { name, spoil } of [...spoiled, ...outdated]) {
        const path = join(index.root, pageOf(name));
        writeFileSync(path, spoil(readFileSync(path)));
      }
    },
    ["--dry-run"],
  );
  let healing: CliResult;
  beforeAll(async () => {
    healing = await generate(runs.index, ["--json"]);
  });

  test("that was spoiled does not stop the run", () => {
    expect([runs.plain.code, runs.json.code, healing.code], transcript(healing)).toEqual([0, 0, 0]);
    expect(errorsOf(healing)).toEqual([]);
  });

  test.each(titled(spoiled))("that %s is made again, with a note", (_, { name }) => {
    const page = pageOf(name);
    expect(runs.before[page], "the page is not spoiled").not.toBe(right[page]);
    expect(readTree(runs.index.root)[page]).toBe(right[page]);
    const notes = notesOf(healing).filter(({ path }) => path.includes(page));
    expect(notes.length, `one note on ${page} in ${transcript(healing)}`).toBe(1);
    expect(linesWith(runs.plain, page).length, transcript(runs.plain)).toBeGreaterThan(0);
  });

  test.each(titled(outdated))("that %s is made again", (_, { name }) => {
    const page = pageOf(name);
    expect(runs.before[page], "the page is not spoiled").not.toBe(right[page]);
    expect(readTree(runs.index.root)[page]).toBe(right[page]);
  });

  test("that was spoiled leaves nothing behind: every byte of the tree is as it was", async () => {
    expect(readTree(runs.index.root)).toEqual(right);
    const again = await generate(runs.index, ["--json"]);
    expect([again.code, reportOf(again).problems], transcript(again)).toEqual([0, []]);
  });
});

describe("the JSON page of all projects", () => {
  test.each(SPOILED_PAGES)("that %s is made again, with a note", async (_, spoil) => {
    const index = startIndex();
    const path = join(index.root, "simple/index.v1.json");
    const right = readTree(index.root);
    writeFileSync(path, spoil(readFileSync(path)));
    expect(readTree(index.root), "the page is not spoiled").not.toEqual(right);
    const healing = await generate(index, ["--json"]);
    expect(healing.code, transcript(healing)).toBe(0);
    expect(readTree(index.root)).toEqual(right);
    expect(
      notesOf(healing).map((note) => note.path),
      transcript(healing),
    ).toEqual([expect.stringContaining("simple/index.v1.json")]);
  });
});

/** A right line of a record, but for these keys. */
function line(name: string, change: Readonly<Record<string, unknown>>): string {
  const right = {
    event: "uploaded",
    file: `${name}-2.0-py3-none-any.whl`,
    sha256: "0".repeat(64),
    size: 12,
    path: `tools/${name}-2.0-py3-none-any.whl`,
    time: "2999-01-02T03:04:05Z",
  };
  return `${JSON.stringify({ ...right, ...change })}\n`;
}

describe("a record", () => {
  const cases = BAD_LINES.map(([title, change, words], number) => {
    const name = `recorded${number}`;
    const added = typeof change === "string" ? change : line(name, change);
    return { title, name, words, added, path: `.pkgindex/records/${name}.jsonl` };
  });
  const runs = useSharedRuns(async (index) => {
    for (const name of [...cases.map((each) => each.name), "sound"]) {
      const wheel = makeWheel({ name, version: "1.0" });
      makeTree(index.root, { [`tools/${wheel.filename}`]: wheel.bytes });
    }
    const result = await generate(index);
    expect(result.code, transcript(result)).toBe(0);
    appendFileSync(join(index.root, ".pkgindex/records/sound.jsonl"), line("sound", {}));
    for (const { path, added } of cases) appendFileSync(join(index.root, path), added);
    makeTree(index.root, { [`tools/${FRESH.filename}`]: FRESH.bytes });
  });

  test("with a bad line stops the run, and nothing is written", () => {
    expect([runs.plain.code, runs.json.code], transcript(runs.plain)).toEqual([1, 1]);
    expect(readTree(runs.index.root)).toEqual(runs.before);
  });

  test("with one more good line is read", () => {
    expect(errorsOf(runs.json).filter(({ path }) => path.includes("sound"))).toEqual([]);
  });

  test.each(titled(cases))("with %s is an error with file and line", (_, { name, words }) => {
    const problem = onlyErrorOf(runs, `${name}.jsonl`);
    expect(`${problem.path}: ${problem.message}`).toMatch(/\.jsonl:2\b|line 2\b/);
    expect(`${problem.message}; ${problem.hint}`).toMatch(words);
  });

  test("with a bad line is never overwritten, whatever is allowed", async () => {
    const args = ["--skip-invalid", "--rebuild", "--allow-replace", "--allow-move", "--allow-empty"];
    const result = await generate(runs.index, args);
    expect(result.code, transcript(result)).toBe(1);
    const after = readTree(runs.index.root);
    for (const { path } of cases) expect([path, after[path]]).toEqual([path, runs.before[path]]);
  });

  test("that lost its last line's end is not continued on that line", async () => {
    const index = startIndex();
    const path = join(index.root, ".pkgindex/records/good.jsonl");
    truncateSync(path, readFileSync(path).length - 1);
    const more = makeWheel({ name: "good", version: "2.0" });
    makeTree(index.root, { [`tools/${more.filename}`]: more.bytes });
    const result = await generate(index);
    expect(result.code, transcript(result)).toBe(0);
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    expect(lines.map((text) => (JSON.parse(text) as { file: string }).file).toSorted()).toEqual([
      GOOD.filename,
      more.filename,
    ]);
  });
});

describe("a stranger's file in the way", () => {
  const html = "<!DOCTYPE html>\n<html><head><title>Mine</title></head><body>hands off</body></html>\n";

  test.each([
    ["simple/index.html", html],
    ["simple/good/index.html", html],
    ["simple/fresh/index.html", html],
    ["simple/fresh/index.v1.json", `{"meta":{"api-version":"1.0"},"name":"fresh","files":[]}\n`],
    ["simple/index.v1.json", `{"meta":{"api-version":"1.0"},"projects":[]}\n`],
  ])("%s is an error, and stays as it is", async (path, text) => {
    const index = startIndexWith({ [path]: text });
    await expectRefusal(index, { input: path, words: /pkgindex|overwrit|not made/i });
    const skipping = await generate(index, ["--skip-invalid", "--rebuild"]);
    expect(skipping.code, transcript(skipping)).toBe(1);
    expect(readFileSync(join(index.root, path), "utf8")).toBe(text);
  });

  test.each(["simple/index.html", "simple/fresh/index.html"])(
    "%s is an error in a new index too",
    async (path) => {
      const directory = temporaryDirectory();
      const index = { directory, root: join(directory, "index") };
      makeTree(index.root, { [`tools/${FRESH.filename}`]: FRESH.bytes, [path]: html });
      await expectRefusal(index, { input: path, words: /pkgindex|overwrit|not made/i });
      expect(Object.keys(readTree(index.root)).filter((made) => made.endsWith(".json"))).toEqual([]);
    },
  );
});

/** The sha256 of the only file on the page of `good`. */
function sha256Of(index: StartedIndex): string {
  const page = JSON.parse(readFileSync(join(index.root, "simple/good/index.v1.json"), "utf8")) as {
    files: { hashes: { sha256: string } }[];
  };
  return page.files[0]?.hashes.sha256 ?? "";
}

describe("a file that is known", () => {
  const OTHER = makeWheel({ name: "good", version: "1.0", files: { "good.py": "other" } });
  test("is refused with other bytes, unless that is allowed", async () => {
    const index = startIndexWith({ [`tools/${GOOD.filename}`]: OTHER.bytes });
    const known = sha256Of(index);
    const problem = await expectRefusal(index, { input: GOOD.filename, words: /--allow-replace/ });
    const result = await generate(index, ["--allow-replace", "--json"]);
    expect(result.code, transcript(result)).toBe(0);
    expect(JSON.stringify(reportOf(result).replaced)).toContain(GOOD.filename);
    expect(sha256Of(index)).not.toBe(known);
    expect(problem.message).toContain(known.slice(0, 8));
    expect(problem.message).toContain(sha256Of(index).slice(0, 8));
    const events = readFileSync(join(index.root, ".pkgindex/records/good.jsonl"), "utf8");
    expect(events).toContain(`"uploaded"`);
    expect(events).toContain(`"replaced"`);
  });

  test("and was deleted is refused with other bytes too", async () => {
    const index = startIndexWith({});
    const path = join(index.root, "tools", GOOD.filename);
    rmSync(path);
    const gone = await generate(index, ["--json"]);
    expect(gone.code, transcript(gone)).toBe(0);
    expect(JSON.stringify(reportOf(gone).removed)).toContain(GOOD.filename);
    writeFileSync(path, OTHER.bytes);
    await expectRefusal(index, { input: GOOD.filename, words: /--allow-replace/ });
  });

  test("is refused in another folder, unless that is allowed", async () => {
    const index = startIndexWith({});
    mkdirSync(join(index.root, "elsewhere"));
    renameSync(join(index.root, "tools", GOOD.filename), join(index.root, "elsewhere", GOOD.filename));
    const problem = await expectRefusal(index, { input: GOOD.filename, words: /--allow-move/ });
    expect(`${problem.path}: ${problem.message}`).toMatch(/tools\/.*elsewhere\/|elsewhere\/.*tools\b/);
    const result = await generate(index, ["--allow-move"]);
    expect(result.code, transcript(result)).toBe(0);
    expect(readFileSync(join(index.root, "simple/good/index.html"), "utf8")).toContain("elsewhere/");
  });
});

test("an index that would become empty is refused, unless that is allowed", async () => {
  const index = startIndex();
  rmSync(join(index.root, "tools"), { recursive: true });
  await expectRefusal(index, { input: "index", words: /empty.*--allow-empty|no .*--allow-empty/ });
  const result = await generate(index, ["--allow-empty"]);
  expect(result.code, transcript(result)).toBe(0);
  expect(existsSync(join(index.root, "simple/good/index.html"))).toBe(false);
  expect(existsSync(join(index.root, ".pkgindex/records/good.jsonl"))).toBe(true);
});

test("all problems of a run are told at once, each on a line of its own", async () => {
  const names = ["a-1.0.whl", "b-x-py3-none-any.whl", "c-1.0-py3-none-any.whl", "d-1.0-py3-none-any.whl"];
  const index = startIndexWith({
    ...Object.fromEntries(names.map((name) => [`tools/${name}`, "no zip"])),
    [`tools/${BAD}`]: badWheel({ metadata: false }),
  });
  const before = readTree(index.root);
  const problems = await expectRefusals(index, {});
  const named = problems.map(({ path }) => path.slice(path.lastIndexOf("/") + 1));
  expect(named.toSorted()).toEqual([...names, BAD].toSorted());
  expect(readTree(index.root)).toEqual(before);
  await expectSkipped(index, ["a", "b", "c", "d", "bad"]);
});

test("the JSON of a refused run has all its keys", async () => {
  const index = startIndexWith({ [`tools/${BAD}`]: "no zip" });
  const result = await generate(index, ["--json"]);
  expect(reportOf(result), transcript(result)).toEqual({
    projects: expect.any(Number),
    files: expect.any(Number),
    added: expect.any(Array),
    removed: expect.any(Array),
    replaced: expect.any(Array),
    ignored: expect.any(Array),
    pages: { written: 0, unchanged: expect.any(Number), deleted: 0 },
    filesRead: expect.any(Number),
    bytesHashed: expect.any(Number),
    problems: [expect.objectContaining({ path: `index/tools/${BAD}` })],
  });
});

/** Runs with this configuration, which must end with exit code 2 and change nothing. */
async function refuseToml(
  toml: string,
): Promise<{ text: string; lines: (text: string) => readonly string[] }> {
  const index = startIndexWith({});
  writeFileSync(join(index.directory, "pkgindex.toml"), toml);
  const before = readTree(index.directory);
  const result = await runCli(["generate"], { cwd: index.directory });
  expect(result.code, transcript(result)).toBe(2);
  expect(readTree(index.directory)).toEqual(before);
  return { text: transcript(result), lines: (text) => linesWith(result, text) };
}

describe("pkgindex.toml", () => {
  test("with a syntax error is refused with line and column", async () => {
    const { text, lines } = await refuseToml('[index]\ntitle = "x\n');
    expect(lines("pkgindex.toml"), text).toHaveLength(1);
    expect(lines("pkgindex.toml")[0]).toMatch(/:\d+:\d+|line \d+,? column \d+/);
  });

  test("with several faults is refused with all of them at once", async () => {
    const { text, lines } = await refuseToml(`
      [indx]
      [index]
      rot = "index"
      layout = "round"
      title = 5
      packages = "tools"
      [templates]
      dir = "../outside"
    `);
    expect(lines("indx"), text).toEqual([expect.stringMatching(/\bindex\b/)]);
    expect(lines("index.rot"), text).toEqual([expect.stringMatching(/\broot\b/)]);
    expect(lines("index.layout"), text).toEqual([expect.stringMatching(/simple.*flat/)]);
    expect(lines("index.title"), text).toEqual([expect.stringMatching(/string|text/)]);
    expect(lines("index.packages"), text).toEqual([expect.stringMatching(/list|array/)]);
    expect(lines("templates.dir"), text).toEqual([expect.stringMatching(/outside|leave|repository/)]);
  });

  test("with a root that leaves the repository is refused", async () => {
    const { text, lines } = await refuseToml('[index]\nroot = "../outside"\n');
    expect(lines("index.root"), text).toEqual([expect.stringMatching(/outside|leave|repository/)]);
  });

  test("with a required-version that does not fit is refused, and told first", async () => {
    const { text, lines } = await refuseToml('required-version = ">=99"\nfuture-key = 1\n');
    const [first, ...others] = lines("pkgindex.toml");
    expect(first, text).toMatch(/required-version.*(99.*\d+\.\d+\.\d+|\d+\.\d+\.\d+.*99)/);
    expect(others, text).toEqual([expect.stringContaining("future-key")]);
  });

  test("with a required-version that is none is refused", async () => {
    const { text, lines } = await refuseToml('required-version = "newest"\n');
    expect(lines("required-version"), text).toHaveLength(1);
  });

  test("with the key __proto__ is refused like any unknown key", async () => {
    const { text, lines } = await refuseToml("[__proto__]\npolluted = true\n");
    expect(lines("__proto__"), text).toHaveLength(1);
  });
});
