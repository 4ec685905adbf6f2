/** Projects in the order of a list: by name, as code units compare. */

/** The place of a project among projects sorted by name; -1 where there is none of that name. */
export function findPlace(projects: readonly { readonly name: string }[], name: string): number {
  let [low, high] = [0, projects.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((projects[middle]?.name ?? "") < name) low = middle + 1;
    else high = middle;
  }
  return projects[low]?.name === name ? low : -1;
}
