/** The strictest reader: every page and every file, against what was put into the index. It is part of this suite. */
import { strict as assert } from "node:assert";

import { hash, listedFiles, projectNames, QUARANTINED, type InputFile } from "../corpus.ts";
import type { Check, Situation } from "../check.ts";
import { get, type Got } from "../support/get.ts";
import { LEGACY_JSON } from "./legacy-json.ts";
import {
  readHtmlList,
  readHtmlPage,
  readJsonList,
  readJsonPage,
  type OfferedFile,
} from "../support/strict-page.ts";

const JSON_TYPE = "application/vnd.pypi.simple.v1+json";

/** How clients ask, and what a host that negotiates must answer. pip's, uv's, Poetry's and browsers' own words. */
const ACCEPTS: readonly (readonly [accept: string | undefined, wants: "html" | "json"])[] = [
  [undefined, "html"],
  ["*/*", "html"],
  ["text/html", "html"],
  ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"],
  [JSON_TYPE, "json"],
  [`${JSON_TYPE}, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01`, "json"],
  [`${JSON_TYPE}, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01`, "json"],
  [`${JSON_TYPE}, */*;q=0.1`, "json"],
];

const HTML_PAGES: Check = {
  name: "every HTML page says what was put in",
  clients: ["strict reader"],
  applies: ({ formats }) => formats !== "json",
  async run(situation) {
    const list = await getPage(situation, "", "html");
    assert.deepEqual(
      readHtmlList(list).map(({ name }) => name),
      projectNames(situation.tree.corpus),
    );
    for (const project of projectNames(situation.tree.corpus)) {
      const page = readHtmlPage(await getPage(situation, `${project}/`, "html"));
      comparePage(situation, project, page);
    }
  },
};

const JSON_PAGES: Check = {
  name: "every JSON page says what was put in",
  clients: ["strict reader"],
  applies: ({ formats }) => formats === "negotiated" || formats === "json",
  async run(situation) {
    const list = await getPage(situation, "", "json");
    assert.deepEqual(
      readJsonList(list).map(({ name }) => name),
      projectNames(situation.tree.corpus),
    );
    for (const project of projectNames(situation.tree.corpus)) {
      const page = readJsonPage(await getPage(situation, `${project}/`, "json"));
      assert.equal(page.name, project);
      comparePage(situation, project, page);
      const versions = new Set(listedFiles(situation.tree.corpus, project).map(({ version }) => version));
      for (const version of versions)
        assert.ok(page.versions.includes(version), `${project} ${version} is not among the versions`);
    }
  },
};

const FILES: Check = {
  name: "every file and sidecar has the bytes that were put in",
  clients: ["strict reader"],
  applies: ({ formats }) => formats !== "json",
  async run(situation) {
    for (const project of projectNames(situation.tree.corpus)) {
      const { files } = readHtmlPage(await getPage(situation, `${project}/`, "html"));
      for (const offered of files.filter((_, index) => index < 12)) {
        const input = inputOf(situation, offered.filename);
        const url = resolve(`${situation.indexUrl}${project}/`, offered.href);
        expectBytes(await get(url), input.bytes, url);
        if (input.metadata !== undefined)
          expectBytes(await get(`${url}.metadata`), input.metadata, `${url}.metadata`);
      }
    }
  },
};

const SPELLED: Check = {
  name: "plus and exclamation mark, encoded or not",
  clients: ["strict reader"],
  applies: ({ formats }) => formats !== "file",
  async run(situation) {
    for (const path of [
      "versions/demo_local-1.0+cu121-py3-none-any.whl",
      "versions/demo_epoch-43!2025.12.17-py3-none-any.whl",
    ]) {
      const { bytes } = inputOf(situation, path.split("/")[1] ?? "");
      const encoded = path.replace("+", "%2B").replace("!", "%21");
      for (const spelling of [path, encoded, encoded.replaceAll(/%../g, (code) => code.toLowerCase())]) {
        expectBytes(await get(`${situation.rootUrl}/${spelling}`), bytes, spelling);
      }
    }
  },
};

const NEGOTIATION: Check = {
  name: "each client's words are answered in its format",
  clients: ["strict reader"],
  applies: ({ formats }) => formats !== "file",
  async run(situation) {
    for (const [accept, wants] of ACCEPTS) {
      for (const page of ["", "demo-pkg/"]) {
        const { status, headers } = await get(
          `${situation.indexUrl}${page}`,
          accept === undefined ? {} : { accept },
        );
        const json = situation.formats === "json" || (situation.formats === "negotiated" && wants === "json");
        assert.equal(status, 200, accept);
        assert.equal(
          headers["content-type"]?.toLowerCase(),
          json ? JSON_TYPE : "text/html; charset=utf-8",
          accept,
        );
        if (situation.formats === "negotiated")
          assert.match(headers.vary ?? "", /\bAccept\b(?!-)/i, "no Vary: Accept");
      }
    }
  },
};

const MISSING: Check = {
  name: "what is not there is 404, and what is hidden stays so",
  clients: ["strict reader"],
  applies: ({ formats }) => formats !== "file",
  async run(situation) {
    for (const accept of ["text/html", JSON_TYPE]) {
      const { status } = await get(`${situation.indexUrl}does-not-exist-xyz/`, { accept });
      assert.equal(status, 404, "a project that is not there");
    }
    const hidden = [
      ".pkgindex/records/demo-pkg.jsonl",
      ".pkgindex/",
      "demo/demo_pkg-1.0.tar.gz.metadata",
      "demo/nothing.whl",
    ];
    for (const path of hidden) {
      const { status } = await get(`${situation.rootUrl}/${path}`);
      assert.ok(status === 404 || status === 403, `${path} is answered with ${status}`);
    }
    const { status, headers } = await get(situation.indexUrl.slice(0, -1) + "/demo-pkg");
    assert.ok([301, 302, 307, 308].includes(status), `without its slash a page is answered with ${status}`);
    const target = resolve(`${situation.indexUrl}demo-pkg`, headers.location ?? "");
    assert.equal(target, `${situation.indexUrl}demo-pkg/`);
  },
};

export const STRICT_CHECKS: readonly Check[] = [
  HTML_PAGES,
  JSON_PAGES,
  FILES,
  SPELLED,
  NEGOTIATION,
  MISSING,
  LEGACY_JSON,
];

async function getPage(situation: Situation, page: string, format: "html" | "json"): Promise<string> {
  const accept = format === "json" ? JSON_TYPE : "text/html";
  const { status, headers, body } = await get(`${situation.indexUrl}${page}`, { accept });
  assert.equal(status, 200, `${page}: answered with ${status}`);
  if (situation.formats !== "file") {
    const type = headers["content-type"]?.toLowerCase();
    assert.equal(type, format === "json" ? JSON_TYPE : "text/html; charset=utf-8", `${page}: content type`);
  }
  return body.toString();
}

function comparePage(
  { tree, indexUrl, rootUrl }: Situation,
  project: string,
  { files, status }: { files: OfferedFile[]; status: string },
): void {
  assert.equal(status, project === QUARANTINED ? "quarantined" : "active", project);
  const order = (a: { filename: string }, b: { filename: string }): number =>
    a.filename < b.filename ? -1 : 1;
  const got = files.map((file) => ({ ...file, href: resolve(`${indexUrl}${project}/`, file.href) }));
  const wanted = listedFiles(tree.corpus, project).map((file): OfferedFile => {
    const encoded = encodeURIComponent(file.filename).replaceAll("!", "%21");
    return {
      filename: file.filename,
      href: `${rootUrl}/${file.folder}/${encoded}`,
      sha256: file.sha256,
      requiresPython: file.requiresPython,
      yanked: file.yanked,
      metadata: file.metadata === undefined ? undefined : hash(file.metadata),
      size: file.bytes.length,
      uploadTime: file.uploadTime,
    };
  });
  assert.deepEqual(got.toSorted(order), wanted.toSorted(order), project);
}

function inputOf({ tree }: Situation, filename: string): InputFile {
  const input = tree.corpus.find((file) => file.filename === filename);
  assert.ok(input !== undefined, `${filename} was never put into the index`);
  return input;
}

function expectBytes({ status, headers, body }: Got, bytes: Buffer, url: string): void {
  assert.equal(status, 200, `${url}: answered with ${status}`);
  assert.equal(headers["content-encoding"], undefined, `${url}: has a content encoding`);
  assert.ok(body.equals(bytes), `${url}: other bytes than were put in`);
}

/** What an address on a page leads to. */
function resolve(base: string, href: string): string {
  return new URL(href, base).href;
}
