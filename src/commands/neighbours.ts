/** Which projects of an index need which: what a project's page says of others. */
import { crc32 } from "node:zlib";
import type { ProjectName } from "../packaging/project-name.ts";
import type { ProjectSummary } from "../simple/model.ts";

export interface Neighbours {
  /** The projects of this index that need it, sorted by name. */
  readonly usedBy: readonly ProjectName[];
  /** Those that it needs. */
  readonly needs: ReadonlySet<string>;
  /** Differs where any of them does. */
  readonly checksum: number;
}

/** The neighbours of every project. `projects` must be sorted by name. */
export function findNeighbours(projects: readonly ProjectSummary[]): (name: ProjectName) => Neighbours {
  const listed = new Set<string>(projects.map(({ name }) => name));
  const usedBy = new Map<string, ProjectName[]>();
  const needs = new Map<string, string[]>();
  for (const { name, dependencies = [] } of projects) {
    const present = dependencies.filter((needed) => needed !== name && listed.has(needed));
    if (present.length === 0) continue;
    needs.set(name, present);
    for (const needed of present) {
      const users = usedBy.get(needed);
      if (users === undefined) usedBy.set(needed, [name]);
      else users.push(name);
    }
  }
  return (name) => {
    const users = usedBy.get(name) ?? [];
    const needed = needs.get(name) ?? [];
    return users.length === 0 && needed.length === 0 ? NONE : toNeighbours(users, needed);
  };
}

function toNeighbours(usedBy: readonly ProjectName[], needs: readonly string[]): Neighbours {
  return { usedBy, needs: new Set(needs), checksum: crc32(`${usedBy.join(" ")}/${needs.join(" ")}`) };
}

/** Of most projects. */
const NONE = toNeighbours([], []);
