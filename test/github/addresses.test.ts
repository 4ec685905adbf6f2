import { expect, it } from "vitest";
import { readGithubAddresses, tryParseRemote } from "../../src/github/addresses.ts";

it.each([
  [{}, "https://api.github.com", "https://github.com"],
  [{ GITHUB_API_URL: "" }, "https://api.github.com", "https://github.com"],
  [{ GITHUB_API_URL: "https://api.github.com/" }, "https://api.github.com", "https://github.com"],
  [
    { GITHUB_API_URL: "https://git.example.org/api/v3" },
    "https://git.example.org/api/v3",
    "https://git.example.org",
  ],
  [
    { GITHUB_SERVER_URL: "https://git.example.org/" },
    "https://git.example.org/api/v3",
    "https://git.example.org",
  ],
  [{ GITHUB_API_URL: "https://api.octo.ghe.com" }, "https://api.octo.ghe.com", "https://octo.ghe.com"],
  [{ GITHUB_SERVER_URL: "https://octo.ghe.com" }, "https://api.octo.ghe.com", "https://octo.ghe.com"],
  [
    { GITHUB_API_URL: "http://127.0.0.1:81/api", GITHUB_SERVER_URL: "http://127.0.0.1:82" },
    "http://127.0.0.1:81/api",
    "http://127.0.0.1:82",
  ],
])("%j means %s and %s", (environment, api, server) => {
  expect(readGithubAddresses(environment)).toEqual({ api, server });
});

it.each(["nonsense", "ftp://example.org", "file:///etc", "https://"])("%j is no address", (text) => {
  expect(() => readGithubAddresses({ GITHUB_API_URL: text })).toThrow(/is no address of a server/);
});

it("an address with a password is refused without repeating it", () => {
  expect(() => readGithubAddresses({ GITHUB_SERVER_URL: "https://me:canary@example.org" })).toThrow(
    /^(?!.*canary).*has a user/,
  );
});

it.each([
  ["https://github.com/octo-org/demo", "octo-org/demo"],
  ["https://github.com/octo-org/demo.git", "octo-org/demo"],
  ["https://github.com/octo-org/demo/", "octo-org/demo"],
  ["https://x-access-token:secret@github.com/octo-org/demo.git", "octo-org/demo"],
  ["git@github.com:octo-org/demo.git", "octo-org/demo"],
  ["github.com:octo-org/demo", "octo-org/demo"],
  ["ssh://git@github.com/octo-org/demo.git", "octo-org/demo"],
  ["ssh://git@ssh.github.com:443/octo-org/demo.git", "octo-org/demo"],
  ["git://github.com/octo-org/demo.git", "octo-org/demo"],
  ["https://GitHub.com/octo-org/demo.git", "octo-org/demo"],
])("the remote %s is %s", (remote, name) => {
  const { owner, repo } = tryParseRemote(remote, "https://github.com") ?? {};
  expect(`${owner}/${repo}`).toBe(name);
});

it.each([
  "https://gitlab.com/octo-org/demo",
  "git@example.org:octo-org/demo.git",
  "/srv/git/demo.git",
  "../demo",
  "file:///srv/github.com/octo-org/demo",
  "https://github.com/octo-org",
  "https://github.com/octo-org/demo/tree/main",
  "https://github.com.example.org/octo-org/demo",
  "",
])("the remote %j is none of github.com's", (remote) => {
  expect(tryParseRemote(remote, "https://github.com")).toBeUndefined();
});

it("a server with a port is told from the same machine without it by git over SSH alone", () => {
  const server = "http://127.0.0.1:8123";
  expect(tryParseRemote("http://127.0.0.1:8123/o/r.git", server)).toEqual({ owner: "o", repo: "r" });
  expect(tryParseRemote("git@127.0.0.1:o/r.git", server)).toEqual({ owner: "o", repo: "r" });
});
