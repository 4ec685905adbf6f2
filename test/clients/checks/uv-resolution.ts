/** Which releases uv must pick. */
import { strict as assert } from "node:assert";

import { BETWEEN, MANY } from "../corpus.ts";
import {
  bestFormat,
  expectFailure,
  expectFormat,
  expectSidecarsOnly,
  expectSuccess,
  expectWords,
  writeInput,
  type Check,
  type Situation,
} from "../check.ts";
import type { Finished } from "../support/run-program.ts";
import { uv, WHEELS } from "./run-uv.ts";

/** `uv pip compile` of these requirements: the pins that come out. */
async function compile(
  situation: Situation,
  requirements: readonly string[],
  args: readonly string[] = [],
): Promise<Finished & { pins: string[] }> {
  const input = writeInput(situation, "requirements.in", `${requirements.join("\n")}\n`);
  const options = ["--default-index", situation.indexUrl, "--no-header", "--no-annotate", "--no-config"];
  const finished = await uv(situation, ["pip", "compile", input, ...options, ...args]);
  return { ...finished, pins: finished.stdout.split("\n").filter((line) => line !== "") };
}

export const UV_RESOLUTION_CHECKS: readonly Check[] = [
  {
    name: "resolves from sidecars alone",
    clients: ["uv"],
    applies: ({ formats }) => formats !== "file",
    async run(situation) {
      expectSuccess(await compile(situation, ["demo-dep[more]", "demo-late"]));
      expectSidecarsOnly(situation, WHEELS);
      const sidecars = situation.requests().filter(({ path }) => path.endsWith(".metadata"));
      assert.equal(sidecars.length, WHEELS.length, "one sidecar a release");
      expectFormat(situation, bestFormat(situation));
    },
  },
  {
    name: "picks the right release of each project",
    clients: ["uv"],
    async run(situation) {
      const { pins } = expectPins(
        await compile(situation, [
          "DEMO__pkg",
          "demo.epoch",
          "demo-local",
          "demo-late",
          "demo-pre",
          "Demo_Odd.Name",
          "Demo_Old.Form",
          "demo-many",
        ]),
      );
      assert.deepEqual(pins, [
        "demo-epoch==43!2025.12.17",
        "demo-late==2.0",
        "demo-local==1.0+cu121",
        `demo-many==0.${MANY}`,
        "demo-odd-name==1.0",
        "demo-old-form==1.0",
        "demo-pkg==1.0",
        "demo-pre==1.0b2",
      ]);
    },
  },
  {
    name: "exclude-newer",
    clients: ["uv"],
    async run(situation) {
      const finished = expectPins(
        await compile(situation, ["demo-late", "demo-pkg"], ["--exclude-newer", BETWEEN]),
      );
      assert.deepEqual(finished.pins, ["demo-late==1.0", "demo-pkg==1.0"]);
      assert.doesNotMatch(finished.all, /missing an upload date/);
    },
  },
  {
    name: "exact pins reach yanked releases, with a warning",
    clients: ["uv"],
    async run(situation) {
      const finished = expectPins(
        await compile(situation, ["demo-pkg==1.1", "demo-yanked==1.0", "demo-epoch==2030.1"]),
      );
      assert.deepEqual(finished.pins, ["demo-epoch==2030.1", "demo-pkg==1.1", "demo-yanked==1.0"]);
      expectWords(finished, /`demo-pkg==1\.1` is yanked \(reason: "broken "build" & 1 < 2, größer"\)/);
      expectWords(finished, /`demo-yanked==1\.0` is yanked/);
    },
  },
  {
    name: "yanked, quarantined and missing projects are not found",
    clients: ["uv"],
    async run(situation) {
      expectFailure(await compile(situation, ["demo-yanked"]), /was yanked/);
      expectFailure(await compile(situation, ["demo-quarantined"]), /no versions of demo-quarantined/);
      expectFailure(await compile(situation, ["demo-nowhere"]), /demo-nowhere was not found/);
    },
  },
  {
    name: "requires-python",
    clients: ["uv"],
    async run(situation) {
      expectFailure(await compile(situation, ["demo-pkg==2.0"]), /Python>=3\.99/);
      const { pins } = expectPins(await compile(situation, ["demo-pkg"], ["--python-version", "3.99"]));
      assert.deepEqual(pins, ["demo-pkg==2.0"]);
    },
  },
  {
    name: "pre-releases when asked for",
    clients: ["uv"],
    async run(situation) {
      const { pins } = expectPins(await compile(situation, ["demo-pkg"], ["--prerelease", "allow"]));
      assert.deepEqual(pins, ["demo-pkg==1.2rc1"]);
    },
  },
  {
    name: "what this index has not is looked for in the next",
    clients: ["uv"],
    async run(situation) {
      const { pins } = expectPins(await compileFromBoth(situation, ["demo-elsewhere", "demo-pkg"]));
      assert.deepEqual(pins, ["demo-elsewhere==1.0", "demo-pkg==1.0"]);
      expectFailure(
        await compileFromBoth(situation, ["demo-quarantined"]),
        /no versions of demo-quarantined/,
      );
    },
  },
];

function compileFromBoth(situation: Situation, requirements: readonly string[]): ReturnType<typeof compile> {
  const { indexUrl, secondUrl } = situation;
  return compile({ ...situation, indexUrl: secondUrl }, requirements, ["--index", indexUrl]);
}

function expectPins<T extends Finished>(finished: T): T {
  expectSuccess(finished);
  return finished;
}
