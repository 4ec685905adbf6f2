/** A repository with an index that has all that a host can get wrong, and things beside it that no host may serve. */
import { join } from "node:path";

import { makeSdist } from "../../../support/make-sdist.ts";
import { makeTree } from "../../../support/make-tree.ts";
import { makeWheel } from "../../../support/make-wheel.ts";
import { runCli } from "../../../support/run-cli.ts";

export const WHEEL = makeWheel({ name: "demo-pkg", version: "1!2.0+cu121", metadata: { summary: "demo" } });
export const SDIST = makeSdist({ name: "demo-pkg", version: "1.0" });

/** The folder of the distribution files, whose name needs encoding. */
export const FOLDER = "demo files";

export interface SampleTree {
  /** The repository. */
  readonly directory: string;
  readonly root: string;
  readonly layout: "simple" | "flat";
}

/** Paths below the root that hold secrets, and what each says. */
export const SECRETS = [
  ".pkgindex/records/demo-pkg.jsonl",
  ".git/config",
  ".token",
  "pkgindex.toml",
  "demo files/.hidden-1.0-py3-none-any.whl",
  "demo files/notes.txt",
  "notes.txt",
  ".github/workflows/ci.yml",
] as const;

/** Makes the repository in `directory`, and the index with the built program. */
export async function makeSampleTree(
  directory: string,
  { layout, url }: { readonly layout: SampleTree["layout"]; readonly url: string },
): Promise<SampleTree> {
  const root = join(directory, "index");
  makeTree(directory, {
    "pkgindex.toml": `[index]\nurl = "${url}"\nlayout = "${layout}"\njson-root = true\n`,
    [`index/${FOLDER}/${WHEEL.filename}`]: WHEEL.bytes,
    [`index/${FOLDER}/${SDIST.filename}`]: SDIST.bytes,
    ...Object.fromEntries(
      SECRETS.filter((path) => !path.endsWith(".jsonl")).map((path) => [`index/${path}`, "SECRET\n"]),
    ),
  });
  const result = await runCli(["generate"], {
    cwd: directory,
    env: { SOURCE_DATE_EPOCH: "1767225600", PKGINDEX_IGNORE: "**/.hidden*" },
  });
  if (result.code !== 0)
    throw new Error(`generate ended with ${result.code}: ${result.stdout}${result.stderr}`);
  return { directory, root, layout };
}
