/** Which projects of an index need which: what a project's page says of others. */
import { crc32 } from "node:zlib";
import type { ProjectName } from "../packaging/project-name.ts";
import { needsProject } from "../simple/listed-project.ts";
import type { ProjectSummary } from "../simple/model.ts";
import { findPlace } from "../simple/sorted-projects.ts";

export interface Neighbours {
  /** The projects of this index that need it, sorted by name. */
  readonly usedBy: readonly ProjectName[];
  /** Those that it needs. */
  readonly needs: ReadonlySet<string>;
  /** Differs where any of them does. */
  readonly checksum: number;
}

/** So many projects are looked for one by one before those of all are gathered. */
const FEW = 4;

/** Finds the neighbours of a project. `projects` must be sorted by name. */
export function findNeighbours(projects: readonly ProjectSummary[]): (name: ProjectName) => Neighbours {
  let asked = 0;
  let gathered: ((name: ProjectName) => Neighbours) | undefined;
  return (name) => {
    asked += 1;
    return asked <= FEW ? lookFor(projects, name) : (gathered ??= gatherNeighbours(projects))(name);
  };
}

/** Whether every project has the neighbours that it had. Both must be sorted by name; what did not change is the same object. */
export function keepNeighbours(before: readonly ProjectSummary[], after: readonly ProjectSummary[]): boolean {
  return (
    before.length === after.length &&
    after.every((project, index) => {
      const last = before[index];
      if (last === project) return true;
      return last?.name === project.name && isSameList(last.dependencies, project.dependencies);
    })
  );
}

function isSameList(left: readonly string[] = [], right: readonly string[] = []): boolean {
  return left.length === right.length && left.every((item, index) => item === right[index]);
}

function lookFor(projects: readonly ProjectSummary[], name: ProjectName): Neighbours {
  const usedBy = projects.filter(needsProject(name)).filter((project) => project.name !== name);
  const own = projects[findPlace(projects, name)]?.dependencies ?? [];
  const needed = own.filter((other) => other !== name && findPlace(projects, other) !== -1);
  return usedBy.length === 0 && needed.length === 0
    ? NONE
    : toNeighbours(
        usedBy.map((project) => project.name),
        needed,
      );
}

function gatherNeighbours(projects: readonly ProjectSummary[]): (name: ProjectName) => Neighbours {
  const listed = new Set<string>(projects.map(({ name }) => name));
  const usedBy = new Map<string, ProjectName[]>();
  const needed = new Map<string, string[]>();
  for (const { name, dependencies = [] } of projects) {
    const present = dependencies.filter((other) => other !== name && listed.has(other));
    if (present.length === 0) continue;
    needed.set(name, present);
    for (const other of present) {
      const users = usedBy.get(other);
      if (users === undefined) usedBy.set(other, [name]);
      else users.push(name);
    }
  }
  return (name) => {
    const users = usedBy.get(name) ?? [];
    const present = needed.get(name) ?? [];
    return users.length === 0 && present.length === 0 ? NONE : toNeighbours(users, present);
  };
}

function toNeighbours(usedBy: readonly ProjectName[], needs: readonly string[]): Neighbours {
  return { usedBy, needs: new Set(needs), checksum: crc32(`${usedBy.join(" ")}/${needs.join(" ")}`) };
}

/** Of most projects. */
const NONE = toNeighbours([], []);
