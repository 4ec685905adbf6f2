/** The life of a release, through the command line: add, yank, status, remove, prune, list, show. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeSdist } from "../support/make-sdist.ts";
import { makeTree, readTree, temporaryDirectory } from "../support/make-tree.ts";
import { makeWheel } from "../support/make-wheel.ts";
import { MAIN, runCli, type CliResult } from "../support/run-cli.ts";

interface Workplace {
  readonly folder: string;
  readonly root: string;
  readonly run: (...args: string[]) => Promise<CliResult>;
  /** Puts a wheel into `dist/` and returns its path. */
  readonly build: (name: string, version: string, content?: string) => string;
  readonly page: (project: string) => {
    files: { filename: string; yanked?: unknown; hashes: { sha256: string } }[];
  };
}

/** An index with one project of two releases. */
async function workplace(): Promise<Workplace> {
  const folder = temporaryDirectory();
  const root = join(folder, "index");
  const run = (...args: string[]): Promise<CliResult> => runCli(args, { cwd: folder });
  const build = (name: string, version: string, content = ""): string => {
    const wheel = makeWheel({ name, version, files: { [`${name}.py`]: `"""${content}"""\n` } });
    makeTree(join(folder, "dist"), { [wheel.filename]: wheel.bytes });
    return join("dist", wheel.filename);
  };
  makeTree(root, { "dace/.gitkeep": "" });
  expect((await run("generate", "--allow-empty")).code).toBe(0);
  expect((await run("add", build("dace", "1.0"), build("dace", "2.0"))).code).toBe(0);
  const page: Workplace["page"] = (project) => {
    return JSON.parse(readFileSync(join(root, "simple", project, "index.v1.json"), "utf8")) as ReturnType<
      Workplace["page"]
    >;
  };
  return { folder, root, run, build, page };
}

async function expectNothingChanged(place: Workplace, args: string[], code: number): Promise<CliResult> {
  const before = readTree(place.root);
  const result = await place.run(...args);
  expect(result, result.stderr).toMatchObject({ code });
  expect(readTree(place.root)).toEqual(before);
  return result;
}

describe("add", () => {
  it("puts files into place, and the tree is what generate would make of it", async () => {
    const place = await workplace();
    expect(place.page("dace").files.map(({ filename }) => filename)).toEqual([
      "dace-1.0-py3-none-any.whl",
      "dace-2.0-py3-none-any.whl",
    ]);
    expect((await place.run("generate", "--check")).code).toBe(0);
    const result = await place.run("add", place.build("other", "1.0"));
    expect(result.stdout).toContain("added          other/other-1.0-py3-none-any.whl");
    expect((await place.run("generate", "--check")).code).toBe(0);
  });

  it("makes the pages of an sdist as generate would, also while the file still waits for its place", async () => {
    const place = await workplace();
    const sdist = makeSdist({
      name: "source",
      version: "1.0",
      pkgInfo: { summary: "Speaks", description: "All that it does" },
    });
    makeTree(join(place.folder, "dist"), { [sdist.filename]: sdist.bytes });
    const planned = await expectNothingChanged(place, ["add", `dist/${sdist.filename}`, "--dry-run"], 0);
    expect(planned.stderr).toBe("nothing was changed\n");
    expect((await place.run("add", `dist/${sdist.filename}`)).code).toBe(0);
    const page = readFileSync(join(place.root, "project/source/index.html"), "utf8");
    expect(page).toContain("All that it does");
    expect(await place.run("generate", "--check")).toMatchObject({ code: 0 });
  });

  it("plans the pages of a wheel that still waits for its place without a word", async () => {
    const place = await workplace();
    const planned = await expectNothingChanged(place, ["add", place.build("new", "1.0"), "--dry-run"], 0);
    expect(planned.stderr).toBe("nothing was changed\n");
  });

  it("says that equal bytes are already there, and changes nothing", async () => {
    const place = await workplace();
    const result = await expectNothingChanged(place, ["add", place.build("dace", "1.0")], 0);
    expect(result.stdout).toContain("already there  dace/dace-1.0-py3-none-any.whl");
  });

  it("refuses other bytes under a known name with both hashes, unless they are allowed", async () => {
    const place = await workplace();
    const [known] = place.page("dace").files;
    const changed = place.build("dace", "1.0", "changed");
    const refused = await expectNothingChanged(place, ["add", changed], 1);
    expect(refused.stderr).toContain(known?.hashes.sha256);
    expect(refused.stderr.match(/[0-9a-f]{64}/g)).toHaveLength(2);
    expect((await place.run("add", changed, "--allow-replace")).code).toBe(0);
    expect(place.page("dace").files[0]?.hashes.sha256).not.toBe(known?.hashes.sha256);
    expect((await place.run("generate", "--check")).code).toBe(0);
  });

  it("keeps the first bytes of what was built twice from one commit, and refuses another commit's", async () => {
    const place = await workplace();
    const from = (digit: string): string[] => [
      "--source-repository",
      "GridTools/dace",
      "--source-commit",
      digit.repeat(40),
    ];
    expect((await place.run("add", place.build("dace", "3.0", "one"), ...from("a"))).code).toBe(0);
    const again = place.build("dace", "3.0", "two");
    const same = await expectNothingChanged(place, ["add", again, ...from("a")], 0);
    expect(same.stdout).toContain("already there");
    await expectNothingChanged(place, ["add", again, ...from("b")], 1);
    expect((await place.run("show", "dace==3.0")).stdout).toContain(`GridTools/dace at ${"a".repeat(40)}`);
  });

  it("adds all of the files or none", async () => {
    const place = await workplace();
    writeFileSync(join(place.folder, "dist", "bad-1.0-py3-none-any.whl"), "no zip");
    const result = await expectNothingChanged(
      place,
      ["add", place.build("new", "1.0"), "dist/bad-1.0-py3-none-any.whl"],
      1,
    );
    expect(result.stderr).toContain("dist/bad-1.0-py3-none-any.whl");
  });

  it.each([
    ["a folder", ["add", "dist"], 1, /is a folder/],
    ["a missing file", ["add", "dist/none-1.0-py3-none-any.whl"], 1, /no such file/],
    [
      "a folder outside the root",
      ["add", "dist/dace-1.0-py3-none-any.whl", "--folder", "../x"],
      2,
      /--folder/,
    ],
    ["a reserved folder", ["add", "dist/dace-1.0-py3-none-any.whl", "--folder", "simple"], 2, /reserved/],
    [
      "half a source",
      ["add", "dist/dace-1.0-py3-none-any.whl", "--source-commit", "a".repeat(40)],
      2,
      /both/,
    ],
    [
      "a short commit",
      ["add", "dist/dace-1.0-py3-none-any.whl", "--source-repository", "o/r", "--source-commit", "abc"],
      2,
      /40/,
    ],
  ] as const)("refuses %s", async (_, args, code, words) => {
    const place = await workplace();
    expect((await expectNothingChanged(place, [...args], code)).stderr).toMatch(words);
  });

  it("refuses a wheel whose RECORD is wrong, which installers accept", async () => {
    const place = await workplace();
    const { filename, bytes } = makeWheel({
      name: "tampered",
      version: "1.0",
      record: "tampered.py,sha256=AAAA,1\n",
      files: { "tampered.py": "x" },
    });
    makeTree(join(place.folder, "dist"), { [filename]: bytes });
    expect((await expectNothingChanged(place, ["add", join("dist", filename)], 1)).stderr).toMatch(/RECORD/);
  });

  it("refuses another spelling of a distribution that is there", async () => {
    const place = await workplace();
    const { bytes } = makeWheel({ name: "dace", version: "1.0" });
    makeTree(join(place.folder, "dist"), { "Dace-1.0-py3-none-any.whl": bytes });
    expect((await expectNothingChanged(place, ["add", "dist/Dace-1.0-py3-none-any.whl"], 1)).stderr).toMatch(
      /^error: dist\/Dace-1\.0-py3-none-any\.whl: is another spelling of dace-1\.0-py3-none-any\.whl: /,
    );
  });

  it("refuses two spellings of one distribution in one go", async () => {
    const place = await workplace();
    const { bytes } = makeWheel({ name: "dace", version: "3.0" });
    const spellings = ["dace-3.0-py3-none-any.whl", "Dace-3.0-py3-none-any.whl"];
    makeTree(
      join(place.folder, "dist"),
      Object.fromEntries(spellings.map((spelling) => [spelling, bytes] as const)),
    );
    const given = spellings.map((spelling) => `dist/${spelling}`);
    expect((await expectNothingChanged(place, ["add", ...given], 1)).stderr).toContain(
      "error: dist/Dace-3.0-py3-none-any.whl: is another spelling of dist/dace-3.0-py3-none-any.whl",
    );
  });

  it("refuses a file that generate would take in where it lies", async () => {
    const place = await workplace();
    const { bytes, filename } = makeWheel({ name: "new", version: "1.0" });
    makeTree(place.root, { [`dace/${filename}`]: bytes });
    const refused = await expectNothingChanged(place, ["add", `index/dace/${filename}`], 1);
    expect(refused.stderr).toContain("run pkgindex generate to take it in");
    expect((await place.run("generate")).code).toBe(0);
    await expectNothingChanged(place, ["add", `index/dace/${filename}`], 0);
  });

  it("replaces what may be replaced without a word about the page", async () => {
    const place = await workplace();
    const changed = place.build("dace", "1.0", "changed");
    expect(await place.run("add", changed, "--allow-replace")).toMatchObject({ code: 0, stderr: "" });
  });

  it("writes nothing in a dry run, and says what it would", async () => {
    const place = await workplace();
    const result = await expectNothingChanged(place, ["add", place.build("new", "1.0"), "--dry-run"], 0);
    expect(result.stdout).toContain("new/new-1.0-py3-none-any.whl");
  });

  it("brings back a file that was deleted by hand, with its first upload time", async () => {
    const place = await workplace();
    const before = readTree(place.root);
    unlinkSync(join(place.root, "dace/dace-2.0-py3-none-any.whl"));
    expect((await place.run("add", place.build("dace", "2.0"))).code).toBe(0);
    expect(readTree(place.root)).toEqual(before);
  });
});

describe("yank and unyank", () => {
  it("go back and forth, and the newest decision wins even within a moment", async () => {
    const place = await workplace();
    const yanked = (): unknown[] => place.page("dace").files.map((file) => file.yanked);
    expect((await place.run("yank", "dace<2", "--reason", 'wrong < order & "more"')).stdout).toContain(
      "yanked",
    );
    expect(yanked()).toEqual(['wrong < order & "more"', undefined]);
    await expectNothingChanged(place, ["yank", "dace<2", "--reason", 'wrong < order & "more"'], 0);
    expect((await place.run("unyank", "dace==1.0")).code).toBe(0);
    expect(yanked()).toEqual([undefined, undefined]);
    expect((await place.run("yank", "dace-2.0-py3-none-any.whl")).code).toBe(0);
    expect(yanked()).toEqual([undefined, true]);
    expect((await place.run("generate", "--check")).code).toBe(0);
  });

  it.each([
    ["a SPEC that does not parse", ["yank", "dace>>1"], 2, /dace>>1/],
    ["an unknown project", ["yank", "dase"], 1, /did you mean dace/],
    ["a release that is not there", ["yank", "dace==7"], 1, /1\.0, 2\.0/],
    ["a file that is not there", ["yank", "dace-7.0-py3-none-any.whl"], 1, /dace-/],
    ["a reason of two lines", ["yank", "dace", "--reason", "a\nb"], 2, /--reason/],
    ["a reason of 10 KB", ["yank", "dace", "--reason", "x".repeat(10_000)], 2, /limit/],
  ] as const)("refuse %s", async (_, args, code, words) => {
    const place = await workplace();
    expect((await expectNothingChanged(place, [...args], code)).stderr).toMatch(words);
  });
});

describe("status", () => {
  it("quarantines a project and brings it back whole", async () => {
    const place = await workplace();
    const before = place.page("dace").files;
    const result = await place.run("status", "Dace", "quarantined", "--reason", "stolen token");
    expect(result.stdout).toMatch(/still lie on the host/);
    expect(place.page("dace").files).toEqual([]);
    expect(readFileSync(join(place.root, "simple/dace/index.html"), "utf8")).not.toContain("<a ");
    expect((await place.run("status", "dace")).stdout).toBe("dace: quarantined (stolen token)\n");
    expect((await place.run("status", "dace", "active")).code).toBe(0);
    expect(place.page("dace").files).toEqual(before);
  });

  it("refuses a status that is none", async () => {
    await expectNothingChanged(await workplace(), ["status", "dace", "dead"], 2);
  });
});

describe("remove", () => {
  it("deletes for good: the name cannot come back with other bytes, but with its own", async () => {
    const place = await workplace();
    await expectNothingChanged(place, ["remove", "dace==1.0"], 2);
    expect((await place.run("remove", "dace==1.0", "--yes")).stdout).toContain(
      "removed  dace-1.0-py3-none-any.whl",
    );
    expect(Object.keys(readTree(place.root)).filter((path) => path.includes("dace-1.0"))).toEqual([]);
    expect((await place.run("generate", "--check")).code).toBe(0);
    const other = await expectNothingChanged(place, ["add", place.build("dace", "1.0", "other")], 1);
    expect(other.stderr).toMatch(/until it was removed/);
    expect((await place.run("add", place.build("dace", "1.0"))).code).toBe(0);
    expect(place.page("dace").files).toHaveLength(2);
    expect((await place.run("generate", "--check")).code).toBe(0);
  });

  it("takes the page of a project without files away", async () => {
    const place = await workplace();
    await place.run("add", place.build("other", "1.0"));
    expect((await place.run("remove", "other", "--yes")).code).toBe(0);
    expect(Object.keys(readTree(place.root)).filter((path) => path.includes("simple/other"))).toEqual([]);
    expect((await place.run("generate", "--check")).code).toBe(0);
  });
});

describe("prune", () => {
  it("asks for no yes where there is nothing to do", async () => {
    const place = await workplace();
    writeFileSync(join(place.folder, "pkgindex.toml"), "[retention]\nkeep = 2\n");
    const idle = await expectNothingChanged(place, ["prune"], 0);
    expect(idle).toMatchObject({ stdout: "every release is kept\n", stderr: "nothing was changed\n" });
    const plan = JSON.parse((await place.run("prune", "--json")).stdout) as object;
    expect(plan).toEqual({ yank: [], remove: [], waiting: [], problems: [] });
  });

  it("prints its plan, and does it with --yes: yank first, delete after the grace time", async () => {
    const place = await workplace();
    const configure = (days: number): void =>
      writeFileSync(join(place.folder, "pkgindex.toml"), `[retention]\nkeep = 1\ngrace-days = ${days}\n`);
    configure(30);
    const plan = await expectNothingChanged(place, ["prune"], 0);
    expect(plan.stdout).toMatch(/yank +dace-1\.0-py3-none-any\.whl/);
    expect((await place.run("prune", "--yes")).code).toBe(0);
    expect(place.page("dace").files[0]?.yanked).toMatch(/^retention/);
    expect((await expectNothingChanged(place, ["prune", "--yes"], 0)).stdout).toMatch(/wait/);
    configure(0);
    expect((await place.run("prune", "--yes")).stdout).toMatch(/deleted +dace-1\.0/);
    expect(place.page("dace").files.map(({ filename }) => filename)).toEqual(["dace-2.0-py3-none-any.whl"]);
    expect((await place.run("generate", "--check")).code).toBe(0);
  });

  it("refuses to run without rules, and rules that would keep nothing", async () => {
    const place = await workplace();
    await expectNothingChanged(place, ["prune", "--yes"], 2);
    writeFileSync(join(place.folder, "pkgindex.toml"), "[retention]\nkeep = 0\n");
    expect((await expectNothingChanged(place, ["prune", "--yes"], 2)).stderr).toContain("retention.keep");
  });
});

describe("list and show", () => {
  it("tell projects, releases and files, as text and as JSON", async () => {
    const place = await workplace();
    await place.run("yank", "dace==1.0", "--reason", "old");
    expect((await place.run("list")).stdout).toMatch(
      /^project +newest +files +uploaded\ndace +2\.0 +2 +\d{4}-\d\d-\d\d/,
    );
    expect((await place.run("list", "dace")).stdout).toMatch(/\n2\.0 .*\n1\.0 .*yanked: old\n$/);
    const listed = JSON.parse((await place.run("list", "--json")).stdout) as { projects: object[] };
    const project = { name: "dace", newestVersion: "2.0", fileCount: 2, status: "active" };
    const uploadTime = expect.stringMatching(/^\d{4}-/) as unknown;
    expect(listed).toEqual({ projects: [{ ...project, uploadTime }] });
    const shown = JSON.parse((await place.run("show", "dace<2", "--json")).stdout) as { files: object[] };
    expect(shown.files).toMatchObject([{ filename: "dace-1.0-py3-none-any.whl", yanked: "old" }]);
  });

  it("say nothing to a reader who has seen enough", async () => {
    const place = await workplace();
    const child = spawn(process.execPath, [MAIN, "list"], {
      cwd: place.folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.destroy();
    let said = "";
    child.stderr.on("data", (bytes: Buffer) => (said += bytes.toString()));
    const [code] = (await once(child, "close")) as [number | null];
    expect({ code, said }).toEqual({ code: 0, said: "" });
  });
});

describe("at the same time", () => {
  it("twenty processes lose nothing of each other's work", { timeout: 240_000 }, async () => {
    const place = await workplace();
    const wheels = Array.from({ length: 14 }, (_, number) =>
      place.build(number % 2 ? "dace" : "other", `9.${number}`),
    );
    const results = await Promise.all([
      ...wheels.map((wheel) => place.run("add", wheel, "--lock-timeout", "200")),
      place.run("yank", "dace==1.0", "--lock-timeout", "200"),
      place.run("yank", "dace==2.0", "--lock-timeout", "200"),
      place.run("status", "dace", "archived", "--lock-timeout", "200"),
      place.run("generate", "--lock-timeout", "200"),
      place.run("generate", "--rebuild", "--lock-timeout", "200"),
      place.run("unyank", "dace==1.0", "--lock-timeout", "200"),
    ]);
    expect(results.map(({ code, stderr }) => (code === 0 ? "" : stderr)).join("")).toBe("");
    expect(place.page("dace").files).toHaveLength(9);
    expect(place.page("other").files).toHaveLength(7);
    expect(place.page("dace").files[1]?.yanked).toBe(true);
    expect((await place.run("status", "dace")).stdout).toContain("archived");
    expect((await place.run("generate", "--check")).code).toBe(0);
  });
});

describe("a killed command", () => {
  it("whose intent is written down happens in the next run", async () => {
    const place = await workplace();
    const done = readTree(place.root);
    // The state between the journal and its last step: the file waits, the journal stands.
    const file = "dace/dace-2.0-py3-none-any.whl";
    const bytes = readFileSync(join(place.root, file));
    rmSync(join(place.root, file));
    makeTree(join(place.root, ".pkgindex"), {
      "tmp/add-0": bytes,
      "journal.json": JSON.stringify({
        format: 1,
        placements: [{ staged: ".pkgindex/tmp/add-0", path: file }],
        deletions: [],
      }),
    });
    expect((await place.run("generate")).code).toBe(0);
    expect(readTree(place.root)).toEqual(done);
  });
});
