import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { findNeighbours, keepNeighbours } from "../../src/commands/neighbours.ts";
import { parseProjectName } from "../../src/packaging/project-name.ts";
import { readListLine, formatListLine } from "../../src/simple/listed-project.ts";
import type { ProjectSummary } from "../../src/simple/model.ts";

const NAMES = ["a", "b", "c", "d", "e", "f"].map(parseProjectName);

/** Some of six projects, each needing some of seven. */
const anyProjects: fc.Arbitrary<readonly ProjectSummary[]> = fc
  .tuple(...NAMES.map((name) => fc.option(anyProject(name), { nil: undefined })))
  .map((projects) => projects.filter((project) => project !== undefined));

function anyProject(name: ProjectSummary["name"]): fc.Arbitrary<ProjectSummary> {
  return fc.tuple(fc.subarray([...NAMES, "elsewhere"]), fc.boolean()).map(([dependencies, isListed]) => {
    const project = { name, fileCount: 1, ...(dependencies.length === 0 ? {} : { dependencies }) };
    return isListed ? (readListLine(formatListLine(project)) ?? project) : project;
  });
}

describe("findNeighbours", () => {
  it("finds who needs a project, and what it needs of those that are here", () => {
    const projects = [
      { name: NAMES[0]!, fileCount: 1, dependencies: ["a", "b", "elsewhere"] },
      { name: NAMES[1]!, fileCount: 1 },
      { name: NAMES[2]!, fileCount: 1, dependencies: ["b"] },
    ];
    const find = findNeighbours(projects);
    expect(find(NAMES[1]!)).toMatchObject({ usedBy: ["a", "c"], needs: new Set() });
    expect(find(NAMES[0]!)).toMatchObject({ usedBy: [], needs: new Set(["b"]) });
  });

  it("finds the same for the first project that it is asked for and for the last", () => {
    fc.assert(
      fc.property(anyProjects, (projects) => {
        const find = findNeighbours(projects);
        const all = projects.map(({ name }) => find(name));
        expect(projects.toReversed().map(({ name }) => find(name))).toEqual(all.toReversed());
        expect(projects.map(({ name }) => findNeighbours(projects)(name))).toEqual(all);
      }),
    );
  });
});

describe("keepNeighbours", () => {
  it("holds where nobody's neighbours differ, and is not fooled by another list of the same", () => {
    fc.assert(
      fc.property(anyProjects, anyProjects, (before, after) => {
        const checksums = (projects: readonly ProjectSummary[]): readonly unknown[] =>
          projects.map(({ name }) => [name, findNeighbours(projects)(name).checksum]);
        if (keepNeighbours(before, after)) expect(checksums(after)).toEqual(checksums(before));
        expect(keepNeighbours(before, [...before])).toBe(true);
      }),
    );
  });

  it("does not hold where a project came, went, or needs another one", () => {
    const [a, b] = NAMES.map((name) => ({ name, fileCount: 1 }));
    expect(keepNeighbours([a!], [a!, b!])).toBe(false);
    expect(keepNeighbours([a!, b!], [a!])).toBe(false);
    expect(keepNeighbours([a!], [b!])).toBe(false);
    expect(keepNeighbours([a!, b!], [{ ...a!, dependencies: ["b"] }, b!])).toBe(false);
    expect(keepNeighbours([a!, b!], [{ ...a!, fileCount: 2 }, b!])).toBe(true);
  });
});
