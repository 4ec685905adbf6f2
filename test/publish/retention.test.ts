import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { normalizeProjectName } from "../../src/packaging/project-name.ts";
import { matchesSpec, parseSpec } from "../../src/packaging/spec.ts";
import { parseVersion } from "../../src/packaging/version.ts";
import {
  checkRetentionRules,
  planRetention,
  type RetainedFile,
  type RetainedProject,
  type RetentionPlan,
  type RetentionRules,
} from "../../src/publish/retention.ts";

const DAY = 24 * 60 * 60 * 1000;
const NOW = new Date("2026-06-30T12:00:00Z");

function daysAgo(days: number): string {
  return new Date(NOW.getTime() - days * DAY).toISOString();
}

/** `1.0`, `1.0@40` (uploaded 40 days ago), `1.0@40y10` (and yanked 10 days ago); tag `py3` unless `1.0/cp312`. */
function file(text: string, name = "demo"): RetainedFile {
  const [, version = "", tag = "py3", age = "1", yank] =
    /^([^@/]+)(?:\/(\w+?))?(?:@([\d.]+?)(?:y([\d.]+))?)?$/.exec(text) ?? [];
  return {
    filename: `${name}-${version}-${tag}-none-any.whl`,
    version,
    uploadTime: daysAgo(Number(age)),
    yanked: yank === undefined ? false : { since: daysAgo(Number(yank)) },
  };
}

function project(texts: string, name = "demo"): RetainedProject {
  return { name: normalizeProjectName(name), files: texts.split(" ").map((text) => file(text, name)) };
}

function rules(some: Partial<RetentionRules>): RetentionRules {
  return { never: [], graceDays: 30, ...some };
}

/** The versions of each list, with the tag where it is not `py3`. */
function outline(plan: RetentionPlan): Record<keyof RetentionPlan, string> {
  const list = (items: readonly { readonly filename: string }[]): string =>
    items
      .map(({ filename }) => filename.split("-"))
      .map(([, version, tag]) => (tag === "py3" ? version : `${version}/${tag}`))
      .join(" ");
  return { yank: list(plan.yank), remove: list(plan.remove), waiting: list(plan.waiting) };
}

function planFor(texts: string, some: Partial<RetentionRules>): Record<keyof RetentionPlan, string> {
  return outline(planRetention([project(texts)], rules(some), NOW));
}

describe("planRetention", () => {
  it.each<[what: string, files: string, some: Partial<RetentionRules>, yank: string]>([
    ["nothing without rules", "1.0@900 2.0@800 3.0rc1@700", {}, ""],
    ["all but the newest final releases", "1.0 1.10 1.2 1!0.1 2.0", { keep: 2 }, "1.0 1.2 1.10"],
    ["by version, not by time", "3.0@90 2.0@1 1.0@50", { keep: 1 }, "1.0 2.0"],
    ["equal versions as one release", "1.0 1.0.0/cp312 2.0", { keep: 2 }, ""],
    [
      "local variants as one release",
      "1.0+cpu 1.0+cu121 2.0+cpu 2.0+cu121",
      { keep: 1 },
      "1.0+cpu 1.0+cu121",
    ],
    ["post-releases as final ones", "1.0 1.0.post1 1.0.post2", { keep: 2 }, "1.0"],
    ["each kind by its own count", "1 2 3rc1 3rc2 4.dev1 4.dev2", { keep: 1, keepPrereleases: 1 }, "1 3rc1"],
    [
      "development releases by theirs",
      "1 2rc1 2rc1.dev1 3.dev1 3.dev2",
      { keepDevelopment: 1 },
      "2rc1.dev1 3.dev1",
    ],
    ["what is older than the days", "1@90 2@31 3@30 4@1", { days: 30 }, "1 2"],
    ["by the newest file of a release", "1/cp311@90 1/cp312@3 2@1", { days: 30 }, ""],
    ["not what a count keeps, for its age", "1@90 2@80 3@70 4@60", { keep: 3, days: 30 }, "1"],
    ["not what is young, for the count", "1@90 2@20 3@10 4@1", { keep: 2, days: 30 }, "1"],
    [
      "kinds without a count by the days alone",
      "1@90 2@1 3rc1@90 3rc2@80",
      { keep: 9, days: 30 },
      "3rc1 3rc2",
    ],
    ["never the last final release", "1@900 2rc1@900 3.dev1@900", { days: 30, keepPrereleases: 1 }, "3.dev1"],
    ["never the last release, if none is final", "1rc1@900 2.dev1@900", { days: 30 }, "1rc1"],
    ["never the last that is not yanked", "1@900 2@900y1", { days: 30 }, ""],
    ["not the newest final, if all are yanked", "1@900y1 2@900y1", { days: 30 }, ""],
    ["without counting yanked releases", "1 2 3@5y1 4", { keep: 2 }, "1"],
    ["counting a release that is yanked in part", "1 2 3/cp311@5y1 3/cp312", { keep: 2 }, "1"],
  ])("yanks %s", (_what, files, some, yank) => {
    expect(planFor(files, some).yank).toBe(yank);
  });

  it("leaves what a SPEC protects, and only that", () => {
    const never = [parseSpec("demo==1.*"), parseSpec("demo-2.0-cp312-none-any.whl"), parseSpec("other")];
    const files = "1.0 1.1@90y90 2.0 2.0/cp312 3.0 4.0";
    expect(planFor(files, { keep: 1, never })).toEqual({ yank: "2.0 3.0", remove: "", waiting: "" });
  });

  it("asks whether a SPEC is of the project", () => {
    const projects = [project("1.0 2.0", "other"), project("1.0 2.0", "demo")];
    const plan = planRetention(projects, rules({ keep: 1, never: [parseSpec("other")] }), NOW);
    expect(plan.yank.map(({ filename }) => filename)).toEqual(["demo-1.0-py3-none-any.whl"]);
  });

  it("deletes what has been yanked for the grace time, and says when the rest goes", () => {
    const plan = planRetention([project("1.0@90y30 1.1@90y29.5 1.2@90 2.0")], rules({ keep: 1 }), NOW);
    const reason = "retention: not the newest final release";
    expect(plan).toEqual({
      yank: [{ project: "demo", filename: "demo-1.2-py3-none-any.whl", version: "1.2", reason }],
      remove: [
        {
          project: "demo",
          filename: "demo-1.0-py3-none-any.whl",
          version: "1.0",
          reason,
          since: daysAgo(30),
        },
      ],
      waiting: [
        {
          project: "demo",
          filename: "demo-1.1-py3-none-any.whl",
          version: "1.1",
          reason,
          since: daysAgo(29.5),
          until: "2026-07-01T00:00:00Z",
        },
      ],
    });
  });

  it("yanks the files of a falling release that are not yet yanked", () => {
    const files = "1.0/cp311@90y60 1.0/cp312@90 2.0";
    expect(planFor(files, { keep: 1 })).toEqual({ yank: "1.0/cp312", remove: "1.0/cp311", waiting: "" });
  });

  it("leaves a yanked release that the rules keep", () => {
    const files = "1.0 2.0@90y60 3.0";
    expect(planFor(files, { keep: 3 })).toEqual({ yank: "", remove: "", waiting: "" });
  });

  it("deletes at once without a grace time", () => {
    const plan = planRetention([project("1.0@90 1.1@90y1 2.0")], rules({ keep: 1, graceDays: 0 }), NOW);
    expect(outline(plan)).toEqual({ yank: "", remove: "1.0 1.1", waiting: "" });
    expect(plan.remove.map(({ since }) => since)).toEqual([undefined, daysAgo(1)]);
  });

  it.each<[some: Partial<RetentionRules>, version: string, reason: string]>([
    [{ keep: 2 }, "1", "retention: not among the newest 2 final releases"],
    [{ keepPrereleases: 3 }, "1rc1", "retention: not among the newest 3 pre-releases"],
    [{ keepPrereleases: 1 }, "1rc1", "retention: not the newest pre-release"],
    [{ keepDevelopment: 3 }, "1.dev1", "retention: not among the newest 3 development releases"],
    [{ days: 1 }, "1", "retention: older than 1 day"],
    [{ keep: 2, days: 30 }, "1", "retention: not among the newest 2 final releases and older than 30 days"],
  ])("gives the rules %j as the reason for %s", (some, version, reason) => {
    const files = "1@90 2@90 3@90 4@90 1rc1 2rc1 3rc1 4rc1 1.dev1 2.dev1 3.dev1 4.dev1";
    const { yank } = planRetention([project(files)], rules(some), NOW);
    expect(yank.find((item) => item.version === version)?.reason).toBe(reason);
  });

  it("deletes nothing for the sake of a time or a version that it cannot read", () => {
    const odd: RetainedFile[] = [
      { ...file("1.0@90"), uploadTime: "yesterday" },
      { ...file("1.1@90y60"), yanked: { since: "" } },
      { ...file("1.2@90"), version: "nightly" },
      file("2.0"),
    ];
    const plan = planRetention(
      [{ name: normalizeProjectName("demo"), files: odd }],
      rules({ days: 30 }),
      NOW,
    );
    expect(outline(plan)).toEqual({ yank: "", remove: "", waiting: "1.1" });
  });
});

const versionText = fc
  .tuple(
    fc.constantFrom("", "1!"),
    fc.constantFrom("0.9", "1", "1.0", "1.1", "2.0", "10"),
    fc.constantFrom("", "", "a1", "rc1", "rc2", ".post1"),
    fc.constantFrom("", "", ".dev1", ".dev2"),
    fc.constantFrom("", "", "+cpu", "+cu121"),
  )
  .map((parts) => parts.join(""));

const age = fc.double({ min: 0, max: 120, noNaN: true }).map((days) => Math.round(days * 4) / 4);

function filesOf(name: string): fc.Arbitrary<RetainedFile[]> {
  const one = fc
    .record({
      version: versionText,
      tag: fc.constantFrom("py3", "cp312"),
      uploaded: age,
      yanked: fc.option(age),
    })
    .map(({ version, tag, uploaded, yanked }): RetainedFile => ({
      filename: `${name}-${version}-${tag}-none-any.whl`,
      version,
      uploadTime: daysAgo(uploaded),
      yanked: yanked === null ? false : { since: daysAgo(yanked) },
    }));
  return fc.uniqueArray(one, { selector: ({ filename }) => filename, minLength: 1, maxLength: 14 });
}

const someProjects: fc.Arbitrary<RetainedProject[]> = fc
  .tuple(filesOf("demo"), filesOf("other"), filesOf("zeta"))
  .map((lists) =>
    lists.map((files, index) => ({
      name: normalizeProjectName(["demo", "other", "zeta"][index] ?? ""),
      files,
    })),
  );

const count = fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined });
const someRules: fc.Arbitrary<RetentionRules> = fc.record({
  keep: count,
  keepPrereleases: count,
  keepDevelopment: count,
  days: fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
  never: fc
    .array(fc.constantFrom("demo==1.*", "demo<1", "other==1.0", "other-2.0-py3-none-any.whl", "zeta>=1!0"), {
      maxLength: 2,
    })
    .map((texts) => texts.map(parseSpec)),
  graceDays: fc.integer({ min: 0, max: 60 }),
});

function planned(plan: RetentionPlan): Set<string> {
  return new Set([...plan.yank, ...plan.remove, ...plan.waiting].map(({ filename }) => filename));
}

/** What the index holds after the plan was done. */
function apply(projects: readonly RetainedProject[], plan: RetentionPlan, now: Date): RetainedProject[] {
  const yanked = new Set(plan.yank.map(({ filename }) => filename));
  const removed = new Set(plan.remove.map(({ filename }) => filename));
  return projects.map(({ name, files }) => ({
    name,
    files: files
      .filter(({ filename }) => !removed.has(filename))
      .map((each) => (yanked.has(each.filename) ? { ...each, yanked: { since: now.toISOString() } } : each)),
  }));
}

describe("every plan", () => {
  it("touches nothing that a rule protects", () => {
    fc.assert(
      fc.property(someProjects, someRules, (projects, some) => {
        const touched = planned(planRetention(projects, some, NOW));
        for (const { name, files } of projects) {
          for (const each of files) {
            const isNever = some.never.some((spec) => spec.project === name && matchesSpec(spec, each));
            const isYoung =
              some.days !== undefined && Date.parse(each.uploadTime) >= NOW.getTime() - some.days * DAY;
            if (isNever || isYoung) expect(touched).not.toContain(each.filename);
          }
          // Of each kind, the files of at least so many of the newest releases are untouched.
          for (const [kind, kept] of [
            [/^[^a-z+]*(?:\.post\d)?(?:\+.*)?$/, some.keep],
            [/^[^+]*(?:a|rc)\d(?!.*dev)/, some.keepPrereleases],
            [/\.dev/, some.keepDevelopment],
          ] as const) {
            const own = files.filter(({ version, yanked }) => kind.test(version) && yanked === false);
            const newest = newestReleases(own, kept ?? 0);
            for (const each of newest) expect(touched).not.toContain(each.filename);
            if (kept === undefined && some.days === undefined) {
              for (const each of files)
                if (kind.test(each.version)) expect(touched).not.toContain(each.filename);
            }
          }
        }
      }),
    );
  });

  it("leaves every project a file, and one that is not yanked if it had any", () => {
    fc.assert(
      fc.property(someProjects, someRules, (projects, some) => {
        const after = apply(projects, planRetention(projects, some, NOW), NOW);
        for (const [index, { files }] of after.entries()) {
          expect(files.length).toBeGreaterThan(0);
          const had = projects[index]?.files.some(({ yanked }) => yanked === false);
          expect(files.some(({ yanked }) => yanked === false)).toBe(had);
        }
      }),
    );
  });

  it("is the same whatever the order of the input", () => {
    const shuffled = someProjects.chain((projects) =>
      fc.record({
        projects: fc.constant(projects),
        other: fc
          .tuple(...projects.map(({ name, files }) => shuffle(files).map((list) => ({ name, files: list }))))
          .chain((lists) => shuffle(lists)),
      }),
    );
    fc.assert(
      fc.property(shuffled, someRules, ({ projects, other }, some) => {
        expect(planRetention(other, some, NOW)).toEqual(planRetention(projects, some, NOW));
      }),
    );
  });

  it("leaves nothing to yank or delete when it is done and made again", () => {
    fc.assert(
      fc.property(someProjects, someRules, (projects, some) => {
        const plan = planRetention(projects, some, NOW);
        const again = planRetention(apply(projects, plan, NOW), some, NOW);
        expect(again.yank).toEqual([]);
        expect(again.remove).toEqual([]);
      }),
    );
  });

  it("says when a waiting file goes: then, and not a second before, it is deleted", () => {
    fc.assert(
      fc.property(someProjects, someRules, (projects, some) => {
        for (const { filename, until } of planRetention(projects, some, NOW).waiting) {
          const removedAt = (time: number): boolean =>
            planRetention(projects, some, new Date(time)).remove.some((item) => item.filename === filename);
          expect(removedAt(Date.parse(until))).toBe(true);
          expect(removedAt(Date.parse(until) - 1000)).toBe(false);
        }
      }),
    );
  });
});

/** The files of the newest releases by public version. */
function newestReleases(files: readonly RetainedFile[], kept: number): RetainedFile[] {
  const keyOf = ({ version }: RetainedFile): string => parseVersion(version.replace(/\+.*/, "")).key;
  const keys = [...new Set(files.map(keyOf))];
  return files.filter((each) => keys.filter((key) => key > keyOf(each)).length < kept);
}

function shuffle<Item>(items: readonly Item[]): fc.Arbitrary<Item[]> {
  return fc.shuffledSubarray([...items], { minLength: items.length });
}

describe("checkRetentionRules", () => {
  it("finds no fault with good rules", () => {
    expect(checkRetentionRules(rules({}))).toEqual([]);
    expect(checkRetentionRules(rules({ keep: 1, days: 1, keepDevelopment: 60, graceDays: 0 }))).toEqual([]);
  });

  it.each<[some: Partial<RetentionRules>, message: string]>([
    [{ keep: 0 }, "0 is no whole number from 1 to 1000000"],
    [{ keep: -1 }, "-1 is no whole number from 1 to 1000000"],
    [{ keepPrereleases: 1.5 }, "1.5 is no whole number from 1 to 1000000"],
    [{ keepDevelopment: Number.NaN }, "NaN is no whole number from 1 to 1000000"],
    [{ days: 0 }, "0 is no whole number from 1 to 1000000"],
    [{ days: Infinity }, "Infinity is no whole number from 1 to 1000000"],
    [{ graceDays: -1 }, "-1 is no whole number from 0 to 1000000"],
    [{ graceDays: 1e9 }, "1000000000 is no whole number from 0 to 1000000"],
  ])("refuses %j", (some, message) => {
    const [rule] = Object.keys(some);
    expect(checkRetentionRules(rules(some))).toEqual([
      { rule, code: "retention-rule", message, hint: expect.stringContaining("write a") },
    ]);
  });

  it("finds all faults at once", () => {
    expect(checkRetentionRules(rules({ keep: 0, days: -1, graceDays: 0.5 })).map(({ rule }) => rule)).toEqual(
      ["keep", "days", "graceDays"],
    );
  });
});
