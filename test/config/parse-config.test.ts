import { expect, it } from "vitest";

import { parseConfig } from "../../src/config/parse-config.ts";

/** The faults of a file's text, each as the line that a person reads. */
async function faultsOf(text: string): Promise<string[]> {
  const { problems } = await parseConfig(text, "a.toml");
  return problems.map(({ path, message, hint }) => `${path}: ${message}; ${hint}`);
}

/** For a table of texts: each text as JSON, with its faults below it. */
async function faultTable(texts: readonly string[]): Promise<string> {
  const rows = await Promise.all(
    texts.map(async (text) => [JSON.stringify(text), ...(await faultsOf(text))]),
  );
  return rows.map((row) => row.join("\n    ")).join("\n");
}

it("a syntax error has its line and its column, counted from 1, and what was found", async () => {
  const texts = [
    "a = ",
    "a = \nb = 1",
    "[index]\nroot = = 2",
    "[index]\n\n  layout = flat",
    "[index]\r\ntitle = name\r\n",
    "[index]\nurl = https://packages.example.org",
    "required-version = 0.1.0",
    '[index\nroot = "x"',
    '[index]\ntitle = "x\n',
    '[index]\npackages = ["a",\n"b"',
    "[index]\ntitle\n",
    '[index]\ntitle = "a"\n  title = "b"',
    '[index]\ntitle = "a"\n[templates]\n[index]\n',
    "a = [1]\na = [\n2]",
    "\u00e9 = 1",
    'a = "\u00e9\u{1f600}" x',
    'a = "C:\\data"',
    'a = "\u0007"',
    "a = 1\n\0",
    "[index]\ntitle = 2026-13-45\n",
    "a = {b = 1,}",
  ];
  expect(await faultTable(texts)).toMatchInlineSnapshot(`
    ""a = "
        a.toml: line 1, column 5: found the end of the file where a value must stand; correct the line; TOML is described at https://toml.io
    "a = \\nb = 1"
        a.toml: line 1, column 5: found the end of the line where a value must stand; a value is a text in quotes, a number, true, false, a date, or a list in brackets
    "[index]\\nroot = = 2"
        a.toml: line 2, column 8: found "=" where a value must stand; a value is a text in quotes, a number, true, false, a date, or a list in brackets
    "[index]\\n\\n  layout = flat"
        a.toml: line 3, column 12: found a word without quotes: "flat"; put a text in quotes
    "[index]\\r\\ntitle = name\\r\\n"
        a.toml: line 2, column 9: found a word without quotes: "name"; put a text in quotes
    "[index]\\nurl = https://packages.example.org"
        a.toml: line 2, column 7: found a word without quotes: "https"; put a text in quotes
    "required-version = 0.1.0"
        a.toml: line 1, column 23: found "." where the line must end; correct the line; TOML is described at https://toml.io
    "[index\\nroot = \\"x\\""
        a.toml: line 1, column 7: found the end of the line where a dot or ] must stand; correct the line; TOML is described at https://toml.io
    "[index]\\ntitle = \\"x\\n"
        a.toml: line 2, column 11: found the end of the line: unterminated string; correct the line; TOML is described at https://toml.io
    "[index]\\npackages = [\\"a\\",\\n\\"b\\""
        a.toml: line 3, column 4: found the end of the file where a comma or the closing bracket must stand; correct the line; TOML is described at https://toml.io
    "[index]\\ntitle\\n"
        a.toml: line 2, column 6: found the end of the line where "=" must stand; correct the line; TOML is described at https://toml.io
    "[index]\\ntitle = \\"a\\"\\n  title = \\"b\\""
        a.toml: line 3, column 3: "title" is set a second time; remove one of the two, or join them
    "[index]\\ntitle = \\"a\\"\\n[templates]\\n[index]\\n"
        a.toml: line 4, column 1: "[index]" is set a second time; remove one of the two, or join them
    "a = [1]\\na = [\\n2]"
        a.toml: line 3, column 3: the key before it is set a second time; remove one of the two, or join them
    "é = 1"
        a.toml: line 1, column 1: found "\\u{e9}" where a key or a [table] must stand; correct the line; TOML is described at https://toml.io
    "a = \\"é😀\\" x"
        a.toml: line 1, column 10: found "x" where the line must end; correct the line; TOML is described at https://toml.io
    "a = \\"C:\\\\data\\""
        a.toml: line 1, column 9: found "d" after a backslash, and TOML has no such escape; correct the line; TOML is described at https://toml.io
    "a = \\"\\u0007\\""
        a.toml: line 1, column 6: found the control character "\\u{7}", which has to be written as an escape; correct the line; TOML is described at https://toml.io
    "a = 1\\n\\u0000"
        a.toml: line 2, column 1: found "\\u{0}" where a key or a [table] must stand; correct the line; TOML is described at https://toml.io
    "[index]\\ntitle = 2026-13-45\\n"
        a.toml: line 2, column 19: the date or time before it does not exist; correct the line; TOML is described at https://toml.io
    "a = {b = 1,}"
        a.toml: line 1, column 12: found "}": trailing commas in inline tables are not permitted; correct the line; TOML is described at https://toml.io"
  `);
});

it("a syntax error is the only fault of its file", async () => {
  expect(await faultsOf("rot = 1\n[idnex]\n]")).toHaveLength(1);
});

it("an unknown key has its dotted name, and the nearest right one or all of its table", async () => {
  const texts = [
    'index.rot = "x"',
    'index.Layout = "flat"',
    'required_version = "1"',
    'requiredVersion = "1"',
    'root = "x"',
    'index.dir = "x"',
    "index.zzzzzz = 1",
    "templates.folder = 1",
    "retention.kep = 1",
    "retention.keep_prereleases = 1",
    "retention.graceDays = 1",
    "retention.zzzzzz = 1",
    "keep = 1",
    "name = 1",
    "[idnex]\nroot = 'x'\nlayout = 'y'",
    "[template]\ndir = 'x'",
    "[packages]\na = 1",
    "[retentoin]\nkeep = 1",
    "[project]\nname = 'x'",
    "[[source]]\nowner = 'x'",
    "[index.more]\na = 1",
    "index = {rot = 1}",
    '"index.root" = 1',
    '"a b\\u001b[2J" = 1',
    '"" = 1',
    `${"k".repeat(200)} = 1`,
  ];
  expect(await faultTable(texts)).toMatchInlineSnapshot(`
    ""index.rot = \\"x\\""
        a.toml: index.rot: there is no such key; did you mean index.root?
    "index.Layout = \\"flat\\""
        a.toml: index.Layout: there is no such key; did you mean index.layout?
    "required_version = \\"1\\""
        a.toml: required_version: there is no such key; did you mean required-version?
    "requiredVersion = \\"1\\""
        a.toml: requiredVersion: there is no such key; did you mean required-version?
    "root = \\"x\\""
        a.toml: root: there is no such key; did you mean index.root?
    "index.dir = \\"x\\""
        a.toml: index.dir: there is no such key; did you mean templates.dir?
    "index.zzzzzz = 1"
        a.toml: index.zzzzzz: there is no such key; the keys of [index] are root, layout, url, title, description, packages, ignore, json-root, host
    "templates.folder = 1"
        a.toml: templates.folder: there is no such key; the keys of [templates] are dir
    "retention.kep = 1"
        a.toml: retention.kep: there is no such key; did you mean retention.keep?
    "retention.keep_prereleases = 1"
        a.toml: retention.keep_prereleases: there is no such key; did you mean retention.keep-prereleases?
    "retention.graceDays = 1"
        a.toml: retention.graceDays: there is no such key; did you mean retention.grace-days?
    "retention.zzzzzz = 1"
        a.toml: retention.zzzzzz: there is no such key; the keys of [retention] are keep, keep-prereleases, keep-development, days, never, grace-days
    "keep = 1"
        a.toml: keep: there is no such key; did you mean retention.keep?
    "name = 1"
        a.toml: name: there is no such key; the tables are [index], [templates], [site], [retention] and [automation]; above them may stand required-version
    "[idnex]\\nroot = 'x'\\nlayout = 'y'"
        a.toml: idnex: there is no such table; did you mean [index]?
    "[template]\\ndir = 'x'"
        a.toml: template: there is no such table; did you mean [templates]?
    "[packages]\\na = 1"
        a.toml: packages: there is no such table; did you mean index.packages?
    "[retentoin]\\nkeep = 1"
        a.toml: retentoin: there is no such table; did you mean [retention]?
    "[project]\\nname = 'x'"
        a.toml: project: there is no such table; the tables are [index], [templates], [site], [retention] and [automation]; above them may stand required-version
    "[[source]]\\nowner = 'x'"
        a.toml: source: there is no such table; the tables are [index], [templates], [site], [retention] and [automation]; above them may stand required-version
    "[index.more]\\na = 1"
        a.toml: index.more: there is no such key; the keys of [index] are root, layout, url, title, description, packages, ignore, json-root, host
    "index = {rot = 1}"
        a.toml: index.rot: there is no such key; did you mean index.root?
    "\\"index.root\\" = 1"
        a.toml: "index.root": there is no such key; the tables are [index], [templates], [site], [retention] and [automation]; above them may stand required-version
    "\\"a b\\\\u001b[2J\\" = 1"
        a.toml: "a b\\u{1b}[2J": there is no such key; the tables are [index], [templates], [site], [retention] and [automation]; above them may stand required-version
    "\\"\\" = 1"
        a.toml: "": there is no such key; the tables are [index], [templates], [site], [retention] and [automation]; above them may stand required-version
    "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk = 1"
        a.toml: "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk…" (200 characters): there is no such key; the tables are [index], [templates], [site], [retention] and [automation]; above them may stand required-version"
  `);
});

it("a wrong type says what was found and what is wanted", async () => {
  const texts = [
    "index.title = 5",
    "index.title = 1.5",
    "index.title = -inf",
    "index.title = nan",
    "index.title = 99999999999999999",
    "index.title = true",
    "index.title = []",
    "index.title = ['a']",
    "index.title = {a = 1}",
    "[index.title]\na = 1",
    "[[index.title]]\na = 1",
    "index.title = 2026-11-20",
    "index.title = 07:32:00\nindex.url = 07:32:00.25",
    "index.title = 2026-11-20T07:32:00Z",
    "index.title = 2026-11-20T07:32:00",
    "index.title = 2026-11-20 07:32:00.5+02:00",
    "index.packages = 'dace'",
    "index.packages = [1, 'a', ['b'], {c = 1}]",
    "index.packages = [2026-11-20, 'a', {c = 07:32:00}]",
    "index.ignore = {a = 1}",
    "index = 'x'",
    "[[index]]\ntitle = 'x'",
    "templates = ['x']",
    "required-version = 1",
    "retention.keep = '10'",
    "retention.keep = 2.5",
    "retention.keep = true",
    "retention.keep = [10]",
    "retention.keep = {}",
    "retention.keep = inf",
    "retention.keep = nan",
    "retention.keep-prereleases = ''",
    "retention.keep-development = 9007199254740993",
    "retention.days = 2026-11-20",
    "retention.days = '30 days'",
    "retention.grace-days = 0.5",
    "retention.never = 'dace==1.0'",
    "retention.never = [1, 'dace', ['dace']]",
    "retention = 30",
    "[[retention]]\nkeep = 1",
  ];
  expect(await faultTable(texts)).toMatchInlineSnapshot(`
    ""index.title = 5"
        a.toml: index.title: found the number 5, wanted a string; write it like this: title = "Packages of the grid team"
    "index.title = 1.5"
        a.toml: index.title: found the number 1.5, wanted a string; write it like this: title = "Packages of the grid team"
    "index.title = -inf"
        a.toml: index.title: found the number -inf, wanted a string; write it like this: title = "Packages of the grid team"
    "index.title = nan"
        a.toml: index.title: found the number nan, wanted a string; write it like this: title = "Packages of the grid team"
    "index.title = 99999999999999999"
        a.toml: index.title: found the number 99999999999999999, wanted a string; write it like this: title = "Packages of the grid team"
    "index.title = true"
        a.toml: index.title: found the boolean true, wanted a string; write it like this: title = "Packages of the grid team"
    "index.title = []"
        a.toml: index.title: found an empty array, wanted a string; write it like this: title = "Packages of the grid team"
    "index.title = ['a']"
        a.toml: index.title: found an array, wanted a string; write it like this: title = "Packages of the grid team"
    "index.title = {a = 1}"
        a.toml: index.title: found a table, wanted a string; write it like this: title = "Packages of the grid team"
    "[index.title]\\na = 1"
        a.toml: index.title: found a table, wanted a string; write it like this: title = "Packages of the grid team"
    "[[index.title]]\\na = 1"
        a.toml: index.title: found an array of tables, wanted a string; write it like this: title = "Packages of the grid team"
    "index.title = 2026-11-20"
        a.toml: index.title: found the date 2026-11-20, wanted a string; write it like this: title = "Packages of the grid team"
    "index.title = 07:32:00\\nindex.url = 07:32:00.25"
        a.toml: index.title: found the time 07:32:00, wanted a string; write it like this: title = "Packages of the grid team"
        a.toml: index.url: found the time 07:32:00.250, wanted a string; write it like this: url = "https://packages.example.org/"
    "index.title = 2026-11-20T07:32:00Z"
        a.toml: index.title: found the date and time 2026-11-20T07:32:00Z, wanted a string; write it like this: title = "Packages of the grid team"
    "index.title = 2026-11-20T07:32:00"
        a.toml: index.title: found the date and time 2026-11-20T07:32:00, wanted a string; write it like this: title = "Packages of the grid team"
    "index.title = 2026-11-20 07:32:00.5+02:00"
        a.toml: index.title: found the date and time 2026-11-20T05:32:00.500Z, wanted a string; write it like this: title = "Packages of the grid team"
    "index.packages = 'dace'"
        a.toml: index.packages: found the string "dace", wanted a list of strings; write it like this: packages = ["dace", "grid-*"]
    "index.packages = [1, 'a', ['b'], {c = 1}]"
        a.toml: index.packages: found the number 1, wanted only strings in the list; write it like this: packages = ["dace", "grid-*"]
        a.toml: index.packages: found an array, wanted only strings in the list; write it like this: packages = ["dace", "grid-*"]
        a.toml: index.packages: found a table, wanted only strings in the list; write it like this: packages = ["dace", "grid-*"]
    "index.packages = [2026-11-20, 'a', {c = 07:32:00}]"
        a.toml: index.packages: found the date 2026-11-20, wanted only strings in the list; write it like this: packages = ["dace", "grid-*"]
        a.toml: index.packages: found a table, wanted only strings in the list; write it like this: packages = ["dace", "grid-*"]
    "index.ignore = {a = 1}"
        a.toml: index.ignore: found a table, wanted a list of strings; write it like this: ignore = ["**/old"]
    "index = 'x'"
        a.toml: index: found the string "x", wanted a table; write [index] on its own line, and its keys below it
    "[[index]]\\ntitle = 'x'"
        a.toml: index: found an array of tables, wanted a table; write [index] on its own line, and its keys below it
    "templates = ['x']"
        a.toml: templates: found an array, wanted a table; write [templates] on its own line, and its keys below it
    "required-version = 1"
        a.toml: required-version: found the number 1, wanted a string; write it like this: required-version = ">=0.1.0 <2"
    "retention.keep = '10'"
        a.toml: retention.keep: found the string "10", wanted a whole number; write it like this: keep = 10
    "retention.keep = 2.5"
        a.toml: retention.keep: found the number 2.5, wanted a whole number; write it like this: keep = 10
    "retention.keep = true"
        a.toml: retention.keep: found the boolean true, wanted a whole number; write it like this: keep = 10
    "retention.keep = [10]"
        a.toml: retention.keep: found an array, wanted a whole number; write it like this: keep = 10
    "retention.keep = {}"
        a.toml: retention.keep: found a table, wanted a whole number; write it like this: keep = 10
    "retention.keep = inf"
        a.toml: retention.keep: found the number inf, wanted a whole number; write it like this: keep = 10
    "retention.keep = nan"
        a.toml: retention.keep: found the number nan, wanted a whole number; write it like this: keep = 10
    "retention.keep-prereleases = ''"
        a.toml: retention.keep-prereleases: found the string "", wanted a whole number; write it like this: keep-prereleases = 3
    "retention.keep-development = 9007199254740993"
        a.toml: retention.keep-development: found the number 9007199254740993, wanted a whole number; write it like this: keep-development = 30
    "retention.days = 2026-11-20"
        a.toml: retention.days: found the date 2026-11-20, wanted a whole number; write it like this: days = 365
    "retention.days = '30 days'"
        a.toml: retention.days: found the string "30 days", wanted a whole number; write it like this: days = 365
    "retention.grace-days = 0.5"
        a.toml: retention.grace-days: found the number 0.5, wanted a whole number; write it like this: grace-days = 30
    "retention.never = 'dace==1.0'"
        a.toml: retention.never: found the string "dace==1.0", wanted a list of strings; write it like this: never = ["dace==1.0", "grid-tools"]
    "retention.never = [1, 'dace', ['dace']]"
        a.toml: retention.never: found the number 1, wanted only strings in the list; write it like this: never = ["dace==1.0", "grid-tools"]
        a.toml: retention.never: found an array, wanted only strings in the list; write it like this: never = ["dace==1.0", "grid-tools"]
    "retention = 30"
        a.toml: retention: found the number 30, wanted a table; write [retention] on its own line, and its keys below it
    "[[retention]]\\nkeep = 1"
        a.toml: retention: found an array of tables, wanted a table; write [retention] on its own line, and its keys below it"
  `);
});

it("values of the right type are taken by their dotted name, however they are written", async () => {
  const expected = [
    ["index.title", "T"],
    ["index.packages", ["a", "b"]],
  ];
  for (const text of [
    '[index]\ntitle = "T"\npackages = ["a", "b"]',
    "index.title = 'T'\nindex.packages = [\n  'a', # one\n  'b',\n]",
    'index = {title = "T", packages = ["a", "b"]}',
    '["index"]\n"title" = """T"""\n\'packages\' = ["a", "b"]',
  ]) {
    const { values, problems } = await parseConfig(text, "pkgindex.toml");
    expect([...values]).toStrictEqual(expected);
    expect(problems).toStrictEqual([]);
  }
});

it("values that are nested a hundred thousand deep are only a wrong type", async () => {
  const depth = 100_000;
  expect(await faultsOf(`index.title = ${"[".repeat(depth)}${"]".repeat(depth)}`)).toHaveLength(1);
  expect(await faultsOf(`a = ${"{a=".repeat(depth)}1${"}".repeat(depth)}`)).toHaveLength(1);
}, 60_000);
