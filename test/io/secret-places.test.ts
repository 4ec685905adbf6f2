import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listSecretPlaces } from "../../src/io/secret-places.ts";
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

test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
  ["an agent's socket", { SSH_AUTH_SOCK: "HOME/agent" }, ["agent"]],
  ["a list", { KUBECONFIG: "HOME/one:HOME/two:HOME/three" }, ["one", "two"]],
  ["an address", { DBUS_SESSION_BUS_ADDRESS: "unix:path=HOME/run/bus,guid=0" }, ["run/bus"]],
  ["an address with slashes", { DOCKER_HOST: "unix://HOME/run/bus" }, ["run/bus"]],
  ["a folder", { XDG_RUNTIME_DIR: "HOME/run/", SSH_AUTH_SOCK: "HOME/run/bus" }, ["run"]],
  ["a folder that a build needs", { XDG_RUNTIME_DIR: "HOME/needed" }, []],
  ["what is no path", { DOCKER_HOST: "tcp://127.0.0.1:2375", GNUPGHOME: "agent" }, []],
])("what the environment names is among them: %s", (_, named, expected) => {
  const home = temporaryDirectory();
  mkdirSync(join(home, "run"));
  mkdirSync(join(home, "needed"));
  for (const file of ["agent", "one", "two", "run/bus"]) writeFileSync(join(home, file), "");
  const environment = Object.fromEntries(
    Object.entries(named).map(([name, value]) => [name, value.replaceAll("HOME", home)]),
  );
  const places = listSecretPlaces(environment, [], [join(home, "needed/python")]);
  const below = places.filter((place) => place.startsWith(`${home}/`));
  expect(below.map((place) => place.slice(home.length + 1))).toEqual(expected);
});

test("devices, and what this user may not look at, are not among them", () => {
  const environment = { GIT_CONFIG_GLOBAL: "/dev/null", PIP_CONFIG_FILE: "/dev/null", NETRC: "/" };
  const places = listSecretPlaces(environment, [], []);
  expect(places.filter((place) => place === "/" || place.startsWith("/dev"))).toEqual([]);
});
