import { createRequire } from "node:module";

import { expect, it } from "vitest";

import { load, makeFolder } from "./scratch-folder.ts";

/** Which of the packages that only a file needs are loaded; all that are CommonJS are in this one cache. */
function loadedPackages(): string[] {
  const paths = Object.keys(createRequire(import.meta.url).cache);
  return ["@iarna/toml", "semver"].filter((name) =>
    paths.some((path) => path.includes(`/node_modules/${name}/`)),
  );
}

it("the parser is loaded by a file only, and the version ranges by required-version only", async () => {
  await load(makeFolder({ ".git/": "" }));
  expect(loadedPackages()).toStrictEqual([]);
  await load(makeFolder({ "pkgindex.toml": 'index.title = "T"' }));
  expect(loadedPackages()).toStrictEqual(["@iarna/toml"]);
  await load(makeFolder({ "pkgindex.toml": 'required-version = "*"' }));
  expect(loadedPackages()).toStrictEqual(["@iarna/toml", "semver"]);
});
