/** The rooms under `src/`: who may import whom, who may touch the world, and how long a module may be. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";

/** Every module by its path below `src/`, parts joined by `/`, with its text. */
type Modules = Readonly<Record<string, string>>;

const SOURCE = fileURLToPath(new URL("../src/", import.meta.url));
const EVERYTHING = "everything";

/** What a room may import besides itself and `errors.ts`, in whose words every room reports what is wrong. */
const TABLE: Readonly<Record<string, readonly string[] | typeof EVERYTHING>> = {
  "bundle.ts": ["io"],
  "thread.ts": ["io"],
  "main.ts": EVERYTHING,
  "cli.ts": EVERYTHING,
  "errors.ts": [],
  packaging: [],
  simple: ["packaging"],
  archive: ["packaging", "io"],
  catalog: ["packaging", "simple", "archive", "io"],
  site: ["packaging", "simple"],
  publish: ["packaging", "simple", "archive", "io"],
  check: ["packaging", "simple", "archive", "io"],
  hosts: ["simple"],
  config: ["packaging", "github", "io"],
  github: ["packaging", "archive", "io"],
  builds: ["packaging", "archive", "io"],
  server: ["packaging", "simple", "github", "builds", "io"],
  io: [],
  commands: [
    "packaging",
    "simple",
    "archive",
    "catalog",
    "site",
    "publish",
    "check",
    "hosts",
    "config",
    "github",
    "builds",
    "server",
    "io",
  ],
};

/** Values in, values out. */
const PURE = /^(?:packaging\/|simple\/|site\/|hosts\/|publish\/plan\.ts$|check\/rules\/)/;

/** Modules of Node that reach files, processes, the network or the clock. */
const WORLD =
  /^(?:node:)?(?:fs|child_process|cluster|dgram|dns|http|http2|https|inspector|net|process|readline|repl|timers|tls|tty)(?:\/|$)/;

/** The version of the program stands in package.json, and `--version` must load nothing else. */
const MAY_TOUCH_THE_WORLD: Readonly<Record<string, readonly string[]>> = { "main.ts": ["node:fs"] };

const MAX_LINES = 350;

/** Every way in which these modules break the rules, as sentences that name the module. */
function findViolations(modules: Modules): string[] {
  return [
    ...Object.entries(modules).flatMap(([path, text]) => [
      ...checkImports(path, text, modules),
      ...(PURE.test(path) ? findImpurities(path, text) : []),
      ...checkLength(path, text),
    ]),
    ...findCycles(modules).map((cycle) => `cycle: ${cycle.join(" -> ")}`),
  ];
}

/** Everything that a module imports or exports from elsewhere: values, types, and what it loads when it runs. */
function importsOf(text: string): string[] {
  const { importedFiles } = ts.preProcessFile(text, true, true);
  return importedFiles.map(({ fileName }) => fileName);
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith("./") || specifier.startsWith("../");
}

function resolveImport(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier);
}

function roomOf(path: string): string {
  return path.split("/")[0] ?? path;
}

function checkImports(path: string, text: string, modules: Modules): string[] {
  const room = roomOf(path);
  const allowed = TABLE[room];
  if (allowed === undefined) return [`${path}: its room is not in the table`];
  return importsOf(text).flatMap((specifier) => {
    if (isRelative(specifier)) {
      const target = resolveImport(path, specifier);
      if (!(target in modules)) return [`${path}: imports ${target}, which is no module of src/`];
      const targetRoom = roomOf(target);
      const isErrors = target === "errors.ts" && room !== "errors.ts";
      if (isErrors || targetRoom === room || allowed === EVERYTHING || allowed.includes(targetRoom))
        return [];
      return [`${path}: ${room} may not import ${target}`];
    }
    if (/^eta(?:\/|$)/.test(specifier) && room !== "site") return [`${path}: only site/ may import Eta`];
    const mayTouch = room === "io" || MAY_TOUCH_THE_WORLD[path]?.includes(specifier) === true;
    return WORLD.test(specifier) && !mayTouch ? [`${path}: only io/ may import ${specifier}`] : [];
  });
}

/** The clock and the process, wherever they stand in the code; comments and texts may speak of them. */
function findImpurities(path: string, text: string): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const what = describeImpurity(node);
    if (what !== undefined) found.push(`${path}: a pure module may not use ${what}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function describeImpurity(node: ts.Node): string | undefined {
  if (ts.isNewExpression(node) && node.expression.getText() === "Date") {
    return (node.arguments?.length ?? 0) === 0 ? "new Date() without an argument" : undefined;
  }
  if (ts.isCallExpression(node)) {
    const called = node.expression.getText();
    if (["Date", "Date.now", "performance.now"].includes(called)) return `${called}()`;
  }
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
    if (node.expression.getText() === "globalThis") return node.getText();
  }
  if (!ts.isIdentifier(node) || node.text !== "process") return undefined;
  const { parent } = node;
  const isKey =
    (ts.isPropertyAccessExpression(parent) ||
      ts.isPropertyAssignment(parent) ||
      ts.isPropertySignature(parent)) &&
    parent.name === node;
  return isKey ? undefined : "process";
}

function checkLength(path: string, text: string): string[] {
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  return lines < MAX_LINES ? [] : [`${path}: has ${lines} lines, and fewer than ${MAX_LINES} are allowed`];
}

/** One cycle for each module from which one can be reached again; each cycle once, from its first name. */
function findCycles(modules: Modules): string[][] {
  const targets = new Map(
    Object.entries(modules).map(([path, text]) => [
      path,
      importsOf(text)
        .filter(isRelative)
        .map((specifier) => resolveImport(path, specifier)),
    ]),
  );
  const cycles = new Map<string, string[]>();
  for (const start of targets.keys()) {
    const cycle = shortestWayBack(start, targets);
    const key = cycle?.toSorted().join() ?? "";
    if (cycle !== undefined && !cycles.has(key)) cycles.set(key, [...cycle, start]);
  }
  return [...cycles.values()];
}

function shortestWayBack(
  start: string,
  targets: ReadonlyMap<string, readonly string[]>,
): string[] | undefined {
  const ways: string[][] = [[start]];
  const seen = new Set<string>();
  for (let way = ways.shift(); way !== undefined; way = ways.shift()) {
    for (const target of targets.get(way.at(-1) ?? "") ?? []) {
      if (target === start) return way;
      if (!seen.has(target)) ways.push([...way, target]);
      seen.add(target);
    }
  }
  return undefined;
}

function readModules(): Modules {
  const paths = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((path) =>
    /\.c?ts$/.test(path),
  );
  return Object.fromEntries(
    paths.map((path) => [path.split(sep).join("/"), readFileSync(join(SOURCE, path), "utf8")]),
  );
}

describe("the modules under src/", () => {
  const modules = readModules();
  const violations = findViolations(modules);

  test("are all read", () => {
    expect(Object.keys(modules)).toEqual(
      expect.arrayContaining(["main.ts", "errors.ts", "site/renderer.ts"]),
    );
    expect(Object.keys(modules).length).toBeGreaterThan(60);
  });

  test.each([...new Set(Object.keys(modules).map((path) => roomOf(path)))].toSorted())(
    "%s keeps to the table",
    (room) => {
      expect(violations.filter((violation) => roomOf(violation.split(":")[0] ?? "") === room)).toEqual([]);
    },
  );

  test("import each other in no circle, types included", () => {
    expect(violations.filter((violation) => violation.startsWith("cycle: "))).toEqual([]);
  });

  test("every room of the table that exists is a folder or a file of src/", () => {
    const rooms = new Set(
      readdirSync(dirname(join(SOURCE, "main.ts"))).filter((name) => name !== "README.md"),
    );
    expect([...rooms].filter((room) => !(room in TABLE))).toEqual([]);
  });
});

describe("the checker", () => {
  const errors = { "errors.ts": "export class InvalidInput extends Error {}\n" };
  const edges: readonly (readonly [string, Modules, string])[] = [
    [
      "an import that the table forbids",
      {
        "archive/wheel.ts": 'import { scan } from "../catalog/scan.ts";\n',
        "catalog/scan.ts": "export const scan = 1;\n",
      },
      "archive/wheel.ts: archive may not import catalog/scan.ts",
    ],
    [
      "a forbidden import of types alone",
      {
        "simple/model.ts": 'import type { Site } from "../site/site.ts";\n',
        "site/site.ts": "export interface Site {}\n",
      },
      "simple/model.ts: simple may not import site/site.ts",
    ],
    [
      "a forbidden import when it runs",
      {
        "publish/apply.ts": 'await import("../commands/generate.ts");\n',
        "commands/generate.ts": "export {};\n",
      },
      "publish/apply.ts: publish may not import commands/generate.ts",
    ],
    [
      "a forbidden export from elsewhere",
      { "io/files.ts": 'export * from "../config/config.ts";\n', "config/config.ts": "export {};\n" },
      "io/files.ts: io may not import config/config.ts",
    ],
    [
      "a command that imports the command table",
      { "commands/generate.ts": 'import type { C } from "../cli.ts";\n', "cli.ts": "export type C = 1;\n" },
      "commands/generate.ts: commands may not import cli.ts",
    ],
    [
      "errors.ts with an import",
      { "errors.ts": 'import "./packaging/name.ts";\n', "packaging/name.ts": "export {};\n" },
      "errors.ts: errors.ts may not import packaging/name.ts",
    ],
    [
      "a room that nobody planned",
      { "utils/text.ts": "export {};\n" },
      "utils/text.ts: its room is not in the table",
    ],
    [
      "an import that leads out of src/",
      { "archive/wheel.ts": 'import "../../test/x.ts";\n' },
      "archive/wheel.ts: imports ../test/x.ts, which is no module of src/",
    ],
    [
      "Eta outside its room",
      { "commands/x.ts": 'import "eta/core";\n' },
      "commands/x.ts: only site/ may import Eta",
    ],
    [
      "the file system outside io/",
      { "catalog/scan.ts": 'import type { Stats } from "node:fs";\n' },
      "catalog/scan.ts: only io/ may import node:fs",
    ],
    [
      "the file system without its prefix",
      { "catalog/scan.ts": 'await import("fs/promises");\n' },
      "catalog/scan.ts: only io/ may import fs/promises",
    ],
    [
      "a process in the one module that may read package.json",
      { "main.ts": 'import "node:child_process";\n' },
      "main.ts: only io/ may import node:child_process",
    ],
    [
      "timers in a command",
      { "commands/x.ts": 'import "node:timers/promises";\n' },
      "commands/x.ts: only io/ may import node:timers/promises",
    ],
    [
      "the clock in simple/",
      { "simple/page.ts": "export const now = () => Date.now();\n" },
      "simple/page.ts: a pure module may not use Date.now()",
    ],
    [
      "a new date in publish/plan.ts",
      { "publish/plan.ts": "export const now = () => new Date();\n" },
      "publish/plan.ts: a pure module may not use new Date() without an argument",
    ],
    [
      "the environment in site/",
      { "site/page.ts": "export const home = process.env.HOME;\n" },
      "site/page.ts: a pure module may not use process",
    ],
    [
      "the process by its long name in packaging/",
      { "packaging/name.ts": "export const cwd = globalThis.process.cwd();\n" },
      "packaging/name.ts: a pure module may not use globalThis.process",
    ],
    [
      "a module of 350 lines",
      { "packaging/name.ts": "export {};\n".repeat(350) },
      "packaging/name.ts: has 350 lines, and fewer than 350 are allowed",
    ],
    [
      "a circle of two",
      { "io/a.ts": 'import "./b.ts";\n', "io/b.ts": 'import "./a.ts";\n' },
      "cycle: io/a.ts -> io/b.ts -> io/a.ts",
    ],
    [
      "a circle of types alone",
      {
        "simple/a.ts": 'import type { B } from "./b.ts";\nexport type A = B;\n',
        "simple/b.ts": 'import type { C } from "./c.ts";\nexport type B = C;\n',
        "simple/c.ts": 'export type C = import("./a.ts").A;\n',
      },
      "cycle: simple/a.ts -> simple/b.ts -> simple/c.ts -> simple/a.ts",
    ],
    [
      "a circle through what is loaded later",
      { "cli.ts": 'await import("./main.ts");\n', "main.ts": 'import type { X } from "./cli.ts";\n' },
      "cycle: cli.ts -> main.ts -> cli.ts",
    ],
    ["a module that imports itself", { "io/a.ts": 'import "./a.ts";\n' }, "cycle: io/a.ts -> io/a.ts"],
  ];

  test.each(edges)("finds %s", (_, modules, violation) => {
    expect(findViolations({ ...errors, ...modules })).toEqual([violation]);
  });

  test.each<[string, Modules]>([
    [
      "an import that the table allows",
      { "archive/a.ts": 'import "../io/b.ts";\n', "io/b.ts": "export {};\n" },
    ],
    ["errors.ts imported by a room", { "simple/a.ts": 'import { InvalidInput } from "../errors.ts";\n' }],
    ["harmless modules of Node", { "archive/a.ts": 'import "node:zlib";\nimport "node:worker_threads";\n' }],
    ["package.json read for the version", { "main.ts": 'import { readFileSync } from "node:fs";\n' }],
    ["a given time", { "simple/a.ts": "export const at = (text: string) => new Date(text);\n" }],
    ["the clock outside a pure room", { "commands/a.ts": "export const now = () => new Date();\n" }],
    [
      "words about the clock",
      { "simple/a.ts": '// not Date.now()\nexport const a = "new Date() process.env";\n' },
    ],
    ["a key of that name", { "site/a.ts": "export const a = (b: { process: 1 }) => b.process;\n" }],
    ["a module of 349 lines", { "packaging/a.ts": "export {};\n".repeat(349) }],
    [
      "two ways to one module",
      { "io/a.ts": 'import "./b.ts";\nimport "./c.ts";\n', "io/b.ts": 'import "./c.ts";\n', "io/c.ts": "" },
    ],
  ])("passes %s", (_, modules) => {
    expect(findViolations({ ...errors, ...modules })).toEqual([]);
  });
});
