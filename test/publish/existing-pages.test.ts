import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import type { Problem } from "../../src/errors.ts";
import { comparePage, comparePageOrKeep, findOurPages } from "../../src/publish/existing-pages.ts";
import { GENERATOR_TAG } from "../../src/simple/ownership.ts";
import { PAGE_FORMAT, sealPage } from "../../src/simple/page-envelope.ts";
import { makeTree, temporaryDirectory } from "../support/make-tree.ts";

const OURS = `<head>\n${GENERATOR_TAG}\n</head>`;
const THEIRS = "<html>mine</html>";
const ENVELOPE = { format: PAGE_FORMAT, fingerprint: "f", html: { size: 1, crc32: 2 } };
const OUR_JSON = sealPage(`{"meta":{},"_pkgindex":${JSON.stringify(ENVELOPE)}`);
const THEIR_JSON = '{"meta":{"api-version":"1.0"},"files":[]}';
const WANTED = Buffer.from(`${OURS} wanted`);

function compare(path: string, prepare: (root: string) => void, bytes = WANTED) {
  const root = temporaryDirectory();
  prepare(root);
  const problems: Problem[] = [];
  const staged: Buffer[] = [];
  const page = comparePage(root, path, bytes, (each) => `/staged/${staged.push(each)}`, problems);
  return { onDisk: page.onDisk, staged: staged.length, problems: problems.map(({ code }) => code) };
}

const files = (tree: Record<string, string | Buffer>) => (root: string) => makeTree(root, tree);

describe("where a page goes stands", () => {
  test.each<[string, string, (root: string) => void, object]>([
    ["nothing", "a/index.html", () => undefined, { onDisk: "absent", staged: 1, problems: [] }],
    [
      "that very page",
      "a/index.html",
      files({ "a/index.html": WANTED }),
      { onDisk: "same", staged: 0, problems: [] },
    ],
    [
      "another of ours",
      "a/index.html",
      files({ "a/index.html": OURS }),
      { onDisk: "other", staged: 1, problems: [] },
    ],
    [
      "an empty one",
      "a/index.html",
      files({ "a/index.html": "" }),
      { onDisk: "other", staged: 1, problems: [] },
    ],
    [
      "one that was cut off before it could say whose it is",
      "a/index.html",
      files({ "a/index.html": WANTED.subarray(0, 9) }),
      { onDisk: "other", staged: 1, problems: [] },
    ],
    [
      "a stranger's page beside our JSON",
      "a/index.html",
      files({ "a/index.html": THEIRS, "a/index.v1.json": OUR_JSON }),
      { onDisk: "kept", staged: 0, problems: ["stranger-in-the-way"] },
    ],
    [
      "a stranger's page that begins as ours does",
      "a/index.html",
      files({ "a/index.html": "<head>\n<title>mine</title>" }),
      { onDisk: "kept", staged: 0, problems: ["stranger-in-the-way"] },
    ],
    [
      "our JSON without its first key of ours",
      "a/index.v1.json",
      files({ "a/index.v1.json": sealPage('{"meta":{},"files":[]') }),
      { onDisk: "other", staged: 1, problems: [] },
    ],
    [
      "one of zeros",
      "a/index.html",
      files({ "a/index.html": Buffer.alloc(90) }),
      { onDisk: "other", staged: 1, problems: [] },
    ],
    [
      "our JSON",
      "a/index.v1.json",
      files({ "a/index.v1.json": OUR_JSON }),
      { onDisk: "other", staged: 1, problems: [] },
    ],
    [
      "our JSON, cut off",
      "a/index.v1.json",
      files({ "a/index.v1.json": OUR_JSON.subarray(0, 30) }),
      { onDisk: "other", staged: 1, problems: [] },
    ],
    [
      "a stranger's page",
      "a/index.html",
      files({ "a/index.html": THEIRS }),
      { onDisk: "kept", staged: 0, problems: ["stranger-in-the-way"] },
    ],
    [
      "a stranger's JSON",
      "a/index.v1.json",
      files({ "a/index.v1.json": THEIR_JSON }),
      { onDisk: "kept", staged: 0, problems: ["stranger-in-the-way"] },
    ],
    [
      "a folder",
      "a/index.html",
      (root) => mkdirSync(join(root, "a/index.html"), { recursive: true }),
      { onDisk: "kept", staged: 0, problems: ["stranger-in-the-way"] },
    ],
    [
      "a file instead of its folder",
      "a/index.html",
      files({ a: "mine" }),
      { onDisk: "kept", staged: 0, problems: ["stranger-in-the-way"] },
    ],
    [
      "a link to a page of ours",
      "a/index.html",
      (root) => {
        makeTree(root, { "page.html": OURS, "a/x": "" });
        symlinkSync("../page.html", join(root, "a/index.html"));
      },
      { onDisk: "kept", staged: 0, problems: ["stranger-in-the-way"] },
    ],
    [
      "a link instead of its folder",
      "a/index.html",
      (root) => {
        makeTree(root, { "b/index.html": OURS });
        symlinkSync("b", join(root, "a"));
      },
      { onDisk: "kept", staged: 0, problems: ["stranger-in-the-way"] },
    ],
  ])("%s", (_, path, prepare, expected) => {
    expect(compare(path, prepare)).toEqual(expected);
  });
});

describe("an empty file that anybody may have put there", () => {
  test.each([
    ["is made where it is missing", {}, { path: ".nojekyll", staged: "/staged", onDisk: "absent" }],
    ["stays where it is", { ".nojekyll": "" }, { path: ".nojekyll", staged: undefined, onDisk: "same" }],
    [
      "stays, whatever is in it",
      { ".nojekyll": "# why" },
      { path: ".nojekyll", staged: undefined, onDisk: "kept" },
    ],
  ])("%s", (_, tree, expected) => {
    const root = temporaryDirectory();
    makeTree(root, tree);
    expect(comparePageOrKeep(root, ".nojekyll", Buffer.alloc(0), () => "/staged")).toEqual(expected);
  });
});

test("only our pages are found for removal", () => {
  const root = temporaryDirectory();
  makeTree(root, {
    "ours/index.html": OURS,
    "ours/index.v1.json": OUR_JSON,
    "ours/notes.html": OURS,
    "theirs/index.html": THEIRS,
    "theirs/index.v1.json": THEIR_JSON,
    "index.html": OURS,
  });
  expect(findOurPages(root, "ours")).toEqual(["ours/index.html", "ours/index.v1.json"]);
  expect(findOurPages(root, "theirs")).toEqual([]);
  expect(findOurPages(root, "missing")).toEqual([]);
  expect(findOurPages(root, "")).toEqual(["index.html"]);
});
