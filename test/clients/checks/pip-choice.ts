/** Which files pip must pick, old and new: `pip` stands for every version in `clients.json`. */
import { strict as assert } from "node:assert";
import { join } from "node:path";

import { BETWEEN, MANY } from "../corpus.ts";
import {
  bestFormat,
  expectFailure,
  expectFiles,
  expectFormat,
  expectSuccess,
  expectWords,
  pipVersion,
  type Check,
} from "../check.ts";
import { download, isAtLeast, NOT_FOUND, pip } from "./run-pip.ts";

/** What is typed, and the one file that must come: no yank, no pre-release, nothing for another Python. */
const DOWNLOADS: Readonly<Record<string, string>> = {
  "demo-pkg": "demo_pkg-1.0-py3-none-any.whl",
  "demo-epoch": "demo_epoch-43!2025.12.17-py3-none-any.whl",
  "demo-local": "demo_local-1.0+cu121-py3-none-any.whl",
  "demo-late": "demo_late-2.0-py3-none-any.whl",
  "demo-pre": "demo_pre-1.0b2-py3-none-any.whl",
  "demo-odd-name": "demo_odd_name-1.0-py3-none-any.whl",
  "demo-old-form": "Demo_Old.Form-1.0-py3-none-any.whl",
  "demo-many": `demo_many-0.${MANY}-py3-none-any.whl`,
  "demo-source": "demo_source-1.0.tar.gz",
};

/** Names as people type them. */
const SPELLINGS = ["DEMO__pkg", "demo.ODD-name", "Demo_Old.Form", "Demo-Epoch"] as const;

/** What an exact pin must bring: yanked releases, too. */
const PINNED: Readonly<Record<string, string>> = {
  "demo-pkg==1.1": "demo_pkg-1.1-py3-none-any.whl",
  "demo-epoch==2030.1": "demo_epoch-2030.1-py3-none-any.whl",
  "demo-local===1.0": "demo_local-1.0-py3-none-any.whl",
  "demo-late==1.0": "demo_late-1.0-py3-none-any.whl",
  "demo-yanked==1.0": "demo_yanked-1.0-py3-none-any.whl",
  "demo-many==0.7": "demo_many-0.7-py3-none-any.whl",
};

export const PIP_CHOICE_CHECKS: readonly Check[] = [
  {
    name: "download takes the right file of each project",
    clients: ["pip"],
    async run(situation) {
      expectSuccess(await download(situation, Object.keys(DOWNLOADS)));
      expectFiles(join(situation.folder, "got"), Object.values(DOWNLOADS));
    },
  },
  {
    name: "JSON where the host negotiates, HTML elsewhere",
    clients: ["pip"],
    applies: ({ formats }) => formats !== "file",
    async run(situation) {
      expectSuccess(await download(situation, ["demo-pkg"]));
      const readsJson = pipVersion(situation.client) >= 22.2;
      expectFormat(situation, readsJson ? bestFormat(situation) : "html");
    },
  },
  {
    name: "names in odd spellings",
    clients: ["pip"],
    async run(situation) {
      expectSuccess(await download(situation, SPELLINGS));
      expectFiles(join(situation.folder, "got"), [
        "demo_pkg-1.0-py3-none-any.whl",
        "demo_odd_name-1.0-py3-none-any.whl",
        "Demo_Old.Form-1.0-py3-none-any.whl",
        "demo_epoch-43!2025.12.17-py3-none-any.whl",
      ]);
      const failed = situation.requests().filter(({ status }) => status >= 300);
      assert.deepEqual(failed, [], "asked for something that is not there");
    },
  },
  {
    name: "exact pins reach yanked, older and local releases",
    clients: ["pip"],
    async run(situation) {
      const finished = expectSuccess(await download(situation, Object.keys(PINNED)));
      expectFiles(join(situation.folder, "got"), Object.values(PINNED));
      expectWords(finished, /Reason for being yanked: broken "build" & 1 < 2, größer/);
      expectWords(finished, /Reason for being yanked: <none given>/);
    },
  },
  {
    name: "a project whose releases are all yanked",
    clients: ["pip"],
    async run(situation) {
      const finished = await download(situation, ["demo-yanked"]);
      if (pipVersion(situation.client) >= 21.1) {
        expectFailure(finished, NOT_FOUND);
        return;
      }
      expectWords(expectSuccess(finished), /is a yanked version/);
      return "takes a yanked release where all of them are, with a warning";
    },
  },
  {
    name: "quarantined and missing projects are not found",
    clients: ["pip"],
    async run(situation) {
      expectFailure(await download(situation, ["demo-quarantined"]), NOT_FOUND);
      expectFailure(await download(situation, ["demo-nowhere"]), NOT_FOUND);
      if (situation.formats === "file") return;
      const answers = situation.requests().map(({ path, status }) => `${path.split("/").at(-2)} ${status}`);
      assert.deepEqual([...new Set(answers)], ["demo-quarantined 200", "demo-nowhere 404"]);
    },
  },
  {
    name: "requires-python",
    clients: ["pip"],
    async run(situation) {
      expectFailure(await download(situation, ["demo-pkg==2.0"]), NOT_FOUND);
      const other = ["--python-version", "3.99", "--only-binary", ":all:", "demo-pkg"];
      expectSuccess(await download(situation, other));
      expectFiles(join(situation.folder, "got"), ["demo_pkg-2.0-py3-none-any.whl"]);
    },
  },
  {
    name: "pre-releases when asked for",
    clients: ["pip"],
    async run(situation) {
      expectSuccess(await download(situation, ["--pre", "demo-pkg"]));
      expectFiles(join(situation.folder, "got"), ["demo_pkg-1.2rc1-py3-none-any.whl"]);
    },
  },
  {
    name: "index versions",
    clients: ["pip"],
    applies: isAtLeast(21.2),
    async run(situation) {
      const { stdout } = expectSuccess(await pip(situation, ["index", "versions", "demo-pkg"]));
      assert.match(stdout, /^Available versions: 1\.0, 0\.9$/m);
      const many = expectSuccess(await pip(situation, ["index", "versions", "demo-many"]));
      assert.equal(/^Available versions: (.*)$/m.exec(many.stdout)?.[1]?.split(", ").length, MANY);
    },
  },
  {
    name: "uploaded-prior-to",
    clients: ["pip"],
    applies: isAtLeast(26),
    async run(situation) {
      const finished = await download(situation, ["--uploaded-prior-to", BETWEEN, "demo-late"]);
      if (bestFormat(situation) === "json") {
        expectSuccess(finished);
        expectFiles(join(situation.folder, "got"), ["demo_late-1.0-py3-none-any.whl"]);
        return;
      }
      if (situation.formats === "file") {
        expectSuccess(finished);
        expectFiles(join(situation.folder, "got"), ["demo_late-2.0-py3-none-any.whl"]);
        return "does not apply it to file://";
      }
      expectFailure(finished, /does not provide upload-time metadata/);
      return "reads upload times from JSON alone, and stops at an HTML page";
    },
  },
];
