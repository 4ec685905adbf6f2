/** What two independent readers of the simple API understand of every page, in both formats. */
import { strict as assert } from "node:assert";
import { fileURLToPath } from "node:url";

import { cleanEnvironment } from "../clean-environment.ts";
import { CORPUS, hash, listedFiles, projectNames, type InputFile } from "../corpus.ts";
import { expectSuccess, fileUrl, type Check, type Situation } from "../check.ts";
import { runProgram } from "../support/run-program.ts";

const SCRIPT = fileURLToPath(new URL("../read_pages.py", import.meta.url));

interface ReadFile {
  readonly filename: string;
  readonly url: string;
  readonly sha256: string | null;
  readonly requires_python: string | null;
  readonly yanked: string | boolean;
  readonly metadata: string | null;
  readonly size: number | null;
  readonly upload_time: string | null;
}

interface Understood {
  readonly projects: readonly string[];
  readonly pages: Readonly<Record<string, { readonly version: string; readonly files: readonly ReadFile[] }>>;
}

async function read(situation: Situation, format: "html" | "json"): Promise<Understood> {
  const { client, folder, proxy, indexUrl } = situation;
  const args = [SCRIPT, client.name, indexUrl, format, ...projectNames(CORPUS)];
  const env = cleanEnvironment(folder, client.python, proxy);
  const { stdout } = expectSuccess(await runProgram(client.python, args, { env, cwd: folder }));
  return JSON.parse(stdout) as Understood;
}

/** What a reader must have understood of an input file. HTML has no standard place for size and upload time. */
function expected(situation: Situation, file: InputFile, format: "html" | "json"): ReadFile {
  return {
    filename: file.filename,
    url: fileUrl(situation, file.filename),
    sha256: file.sha256,
    requires_python: file.requiresPython ?? null,
    yanked: file.yanked ?? false,
    metadata: file.metadata === undefined ? null : hash(file.metadata),
    size: format === "json" ? file.bytes.length : null,
    upload_time: format === "json" ? file.uploadTime : null,
  };
}

function compare(
  situation: Situation,
  understood: Understood,
  format: "html" | "json",
  version = "1.4",
): void {
  assert.deepEqual([...understood.projects].toSorted(), projectNames(CORPUS));
  for (const project of projectNames(CORPUS)) {
    const page = understood.pages[project];
    assert.equal(page?.version, version, project);
    const got = page.files.map((file) => ({ ...file, url: file.url.replaceAll("!", "%21") }));
    const wanted = listedFiles(CORPUS, project).map((file) => expected(situation, file, format));
    const keys = Object.keys(wanted[0] ?? {}) as (keyof ReadFile)[];
    const picked = got.map((file) => Object.fromEntries(keys.map((key) => [key, normalized(file, key)])));
    assert.deepEqual(sorted(picked), sorted(wanted), project);
  }
}

/** A yank without a reason is an empty reason in HTML: https://peps.python.org/pep-0592/#specification */
function normalized(file: ReadFile, key: keyof ReadFile): ReadFile[keyof ReadFile] {
  return key === "yanked" && file.yanked === "" ? true : file[key];
}

function sorted(files: readonly object[]): object[] {
  return files.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

export const READER_CHECKS: readonly Check[] = [
  {
    name: "understands every HTML page",
    clients: ["pypi-simple", "mousebender"],
    applies: ({ client, formats }) =>
      formats !== "json" && (formats !== "file" || client.name === "mousebender"),
    async run(situation) {
      const understood = await read(situation, "html");
      if (situation.client.name !== "mousebender") return compare(situation, understood, "html");
      compare(situation, understood, "html", "1.0");
      return "says version 1.0 of every HTML page, whatever the page says";
    },
  },
  {
    name: "understands every JSON page",
    clients: ["pypi-simple", "mousebender"],
    applies: ({ formats }) => formats === "negotiated" || formats === "json",
    async run(situation) {
      compare(situation, await read(situation, "json"), "json");
    },
  },
];
