/** What pip-compile must get. */
import { strict as assert } from "node:assert";

import { inputFile } from "../corpus.ts";
import { expectFailure, expectSuccess, runClient, writeInput, type Check, type Situation } from "../check.ts";
import type { Finished } from "../support/run-program.ts";

/** Release by release, with all of its files. */
const LOCKED = [
  ["demo-dep[more]==1.0", ["demo_dep-1.0-py3-none-any.whl"]],
  ["demo-epoch==43!2025.12.17", ["demo_epoch-43!2025.12.17-py3-none-any.whl"]],
  ["demo-local==1.0+cu121", ["demo_local-1.0+cu121-py3-none-any.whl"]],
  ["demo-pkg==1.0", ["demo_pkg-1.0-py3-none-any.whl", "demo_pkg-1.0.tar.gz"]],
] as const;

function compile(
  situation: Situation,
  requirements: string,
  args: readonly string[] = [],
): Promise<Finished> {
  const input = writeInput(situation, "requirements.in", requirements);
  const options = [
    "--quiet",
    "--no-header",
    "--no-annotate",
    "--no-strip-extras",
    "--no-emit-index-url",
    "-o",
    "-",
  ];
  return runClient(situation, "piptools", [
    "compile",
    ...options,
    "--index-url",
    situation.indexUrl,
    ...args,
    input,
  ]);
}

export const PIP_TOOLS_CHECKS: readonly Check[] = [
  {
    name: "pip-compile pins every dependency with all hashes",
    clients: ["pip-tools"],
    async run(situation) {
      const { stdout } = expectSuccess(await compile(situation, "Demo.Dep[more]\n", ["--generate-hashes"]));
      const wanted = LOCKED.map(([pin, names]) => {
        const hashes = names.map((name) => `--hash=sha256:${inputFile(name).sha256}`).toSorted();
        return [pin, ...hashes].join(" \\\n    ");
      });
      assert.equal(stdout.trim(), wanted.join("\n"));
    },
  },
  {
    name: "pip-compile passes over yanks and takes them when pinned",
    clients: ["pip-tools"],
    async run(situation) {
      expectFailure(
        await compile(situation, "demo-yanked\n"),
        /No matching distribution|ResolutionImpossible/,
      );
      const { stdout } = expectSuccess(await compile(situation, "demo-pkg==1.1\n"));
      assert.equal(stdout.trim(), "demo-pkg==1.1");
    },
  },
];
