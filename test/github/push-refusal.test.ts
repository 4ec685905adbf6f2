/** What servers say to a push, word for word, and what is made of it. */
import { describe, expect, test } from "vitest";
import { judgePush } from "../../src/github/push-refusal.ts";

describe("judgePush", () => {
  test("an exit code of 0 is done, whatever is said", () => {
    expect(judgePush(0, "remote: error: GH006")).toEqual({ kind: "done" });
  });

  test.each([
    "!\tHEAD:refs/heads/main\t[rejected] (fetch first)",
    "!\tHEAD:refs/heads/main\t[rejected] (non-fast-forward)",
    "!\tHEAD:refs/heads/main\t[remote rejected] (cannot lock ref 'refs/heads/main': is at 1 but expected 2)",
    "!\tHEAD:refs/heads/main\t[remote rejected] (failed to update ref)",
    "error: RPC failed; HTTP 502 curl 22 The requested URL returned error: 502",
    "fatal: unable to access 'https://github.com/o/r/': Could not resolve host: github.com",
    "fatal: unable to access 'https://github.com/o/r/': The requested URL returned error: 429",
    "fatal: the remote end hung up unexpectedly",
  ])("%s is tried again", (words) => {
    expect(judgePush(1, words)).toMatchObject({ kind: "retry" });
  });

  test.each([
    [
      "remote: error: GH006: Protected branch update failed for refs/heads/main.\n ! [remote rejected] HEAD -> main (protected branch hook declined)",
      "the branch is protected",
    ],
    ["remote: error: GH013: Repository rule violations found for refs/heads/main.", "ruleset"],
    ["remote: error: GH001: Large files detected.", "of that size"],
    [
      "remote: Write access to repository not granted.\nfatal: The requested URL returned error: 403",
      "may not write",
    ],
    ["remote: Permission to octo-org/demo.git denied to octocat.\nreturned error: 403", "may not write"],
    [
      "remote: Invalid username or token.\nfatal: Authentication failed for 'https://github.com/o/r/'",
      "valid token",
    ],
    ["fatal: could not read Username for 'https://github.com': terminal prompts disabled", "valid token"],
    [
      "remote: Repository not found.\nfatal: repository 'https://github.com/o/r/' not found",
      "no such repository",
    ],
    ["git@github.com: Permission denied (publickey).", "over SSH"],
    ["!\tHEAD:refs/heads/main\t[remote rejected] (pre-receive hook declined)", "a hook of the server"],
    ["!\tHEAD:refs/heads/main\t[remote rejected] (branch is currently checked out)", "is checked out there"],
    ["fatal: transport 'ext' not allowed", "that protocol"],
    ["something else", "git ended with 1"],
  ])("%s is explained", (words, message) => {
    const outcome = judgePush(1, words);
    expect(outcome).toMatchObject({ kind: "refused", message: expect.stringContaining(message) });
  });
});
