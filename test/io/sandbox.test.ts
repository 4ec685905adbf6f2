import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listSecretPlaces } from "../../src/io/sandbox.ts";
import { temporaryDirectory } from "../support/make-tree.ts";

test("the places of secrets are those that are there, and none that a build needs", () => {
  const home = temporaryDirectory();
  for (const folder of [".ssh", ".aws", "actions", "work/.git"])
    mkdirSync(join(home, folder), { recursive: true });
  for (const file of [".netrc", "actions/env", "event.json", "work/.git/config"])
    writeFileSync(join(home, file), "");
  const environment = {
    HOME: home,
    GITHUB_ENV: join(home, "actions/env"),
    GITHUB_OUTPUT: "",
    GITHUB_EVENT_PATH: join(home, "event.json"),
  };
  const needed = [join(home, ".pyenv/bin/python"), join(home, ".aws/in-use")];
  const places = listSecretPlaces(environment, [join(home, "work")], needed);
  expect(places.map((place) => place.slice(home.length + 1)).toSorted()).toEqual(
    // The event lies beside a Python: it alone is covered, and not its folder.
    [".netrc", ".ssh", "actions", "event.json", "work/.git/config"],
  );
});
