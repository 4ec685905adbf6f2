/** Which modules a wheel brings that a program can import by their own names. */

/** Names that projects put there by mistake, and that clash with every other's. */
const NOT_MEANT = new Set([
  "test",
  "tests",
  "testing",
  "doc",
  "docs",
  "example",
  "examples",
  "setup",
  "conftest",
  "benchmarks",
]);

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** `name.py`, or an extension module such as `name.cpython-311-x86_64-linux-gnu.so`. */
const MODULE = /^([^./]+)(?:\.py|(?:\.[^/]+)?\.(?:so|pyd))$/;

/**
 * The modules and packages at the top of a wheel, by the names of its entries; of a folder without an `__init__`, a namespace,
 * what lies in it. Sorted.
 */
export function listImportableModules(entries: readonly string[]): readonly string[] {
  const paths = entries
    .filter((entry) => !/^[^/]+\.dist-info\//.test(entry))
    .map((entry) => entry.replace(/^[^/]+\.data\/(?:purelib|platlib)\//, ""))
    .filter((entry) => !/^[^/]+\.data\//.test(entry) && !entry.endsWith("/"));
  const found = new Set<string>();
  collect(paths, "", found);
  return [...found].filter((name) => !NOT_MEANT.has(name)).toSorted();
}

function collect(paths: readonly string[], namespace: string, found: Set<string>): void {
  const folders = new Map<string, string[]>();
  for (const path of paths) {
    const slash = path.indexOf("/");
    if (slash === -1) {
      const name = MODULE.exec(path)?.[1];
      if (name !== undefined && IDENTIFIER.test(name) && !(namespace !== "" && name === "__init__"))
        found.add(`${namespace}${name}`);
    } else {
      const folder = path.slice(0, slash);
      folders.set(folder, [...(folders.get(folder) ?? []), path.slice(slash + 1)]);
    }
  }
  for (const [folder, inside] of folders) {
    if (!IDENTIFIER.test(folder)) continue;
    if (inside.some((path) => MODULE.exec(path)?.[1] === "__init__")) found.add(`${namespace}${folder}`);
    else if (!NOT_MEANT.has(folder)) collect(inside, `${namespace}${folder}.`, found);
  }
}
