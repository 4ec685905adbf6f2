/** What happens to output that nobody takes. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { MAIN } from "../support/run-cli.ts";

test("a reader that goes before the end is no fault", () => {
  const script = `{ "$0" "$1" generate --help; echo "code $?" >&2; } | true`;
  const { stderr } = spawnSync("sh", ["-c", script, process.execPath, MAIN], { encoding: "utf8" });
  expect(stderr).toBe("code 0\n");
});

test.skipIf(!existsSync("/dev/full"))("output to a full disk is a fault (needs /dev/full)", () => {
  const script = `"$0" "$1" generate --help > /dev/full; echo "code $?"`;
  const { stdout, stderr } = spawnSync("sh", ["-c", script, process.execPath, MAIN], { encoding: "utf8" });
  expect(stderr).toMatch(/^error: the output cannot be written \(ENOSPC\) \(hint: .+\)\n$/);
  expect(stdout).toBe("code 1\n");
});

test("output that is taken is whole", () => {
  const help = execFileSync(process.execPath, [MAIN, "generate", "--help"], { encoding: "utf8" });
  expect(help).toMatch(/^Usage: pkgindex generate \[options\]\n[^]+for CI\n$/);
});
