/** The legacy JSON of a project, as PDM, Renovate, Dependabot and older micropip read it: https://docs.pypi.org/api/json/ */
import { strict as assert } from "node:assert";

import { listedFiles, projectNames } from "../corpus.ts";
import type { Check } from "../check.ts";
import { INDEX_URL } from "../published-tree.ts";
import { get } from "../support/get.ts";

interface LegacyPage {
  readonly info: { readonly name: string };
  readonly releases: Readonly<
    Record<
      string,
      readonly {
        readonly filename: string;
        readonly url: string;
        readonly digests: { readonly sha256: string };
        readonly size: number;
        readonly requires_python: string | null;
        readonly yanked: boolean;
        readonly yanked_reason: string | null;
        readonly upload_time_iso_8601: string;
      }[]
    >
  >;
}

export const LEGACY_JSON: Check = {
  name: "the legacy JSON of every project",
  clients: ["strict reader"],
  applies: ({ formats }) => formats !== "file" && formats !== "json",
  async run(situation) {
    if (situation.tree.layout === "flat") {
      const { status } = await get(`${situation.rootUrl}/pypi/demo-pkg/json`);
      assert.equal(status, 404, "the flat layout has no legacy JSON");
      return;
    }
    for (const project of projectNames(situation.tree.corpus)) {
      const { status, headers, body } = await get(`${situation.rootUrl}/pypi/${project}/json`);
      assert.equal(status, 200, project);
      if (situation.formats === "negotiated")
        assert.match(headers["content-type"] ?? "", /^application\/json\b/);
      const { info, releases } = JSON.parse(body.toString()) as LegacyPage;
      assert.equal(info.name, project);
      const got = Object.values(releases).flatMap((files) => files.map((file) => ({ ...file })));
      const wanted = listedFiles(situation.tree.corpus, project);
      assert.equal(got.length, wanted.length, project);
      for (const input of wanted) {
        const file = got.find(({ filename }) => filename === input.filename);
        assert.equal(
          file?.url,
          `${INDEX_URL}${input.folder}/${encodeURIComponent(input.filename).replaceAll("!", "%21")}`,
        );
        assert.equal(file.digests.sha256, input.sha256, input.filename);
        assert.equal(file.size, input.bytes.length, input.filename);
        assert.equal(file.requires_python, input.requiresPython ?? null, input.filename);
        assert.equal(file.yanked, input.yanked !== undefined, input.filename);
        assert.equal(
          file.yanked_reason,
          typeof input.yanked === "string" ? input.yanked : null,
          input.filename,
        );
        assert.equal(Date.parse(file.upload_time_iso_8601), Date.parse(input.uploadTime), input.filename);
      }
    }
  },
};
