import { describe, expect, test } from "vitest";
import { fixPath, toBuildEnvironment } from "../../src/builds/build-environment.ts";
import { BuildLog } from "../../src/builds/build-log.ts";

const OWN = { home: "/builds/home", temporary: "/builds/tmp", path: "/usr/bin" };

describe("the environment of a build", () => {
  test.each([
    "GITHUB_TOKEN",
    "GH_TOKEN",
    "PKG_UPDATE_TOKEN",
    "ACTIONS_RUNTIME_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "GITHUB_ENV",
    "GITHUB_OUTPUT",
    "AWS_SECRET_ACCESS_KEY",
    "TWINE_PASSWORD",
    "SSH_AUTH_SOCK",
    "GIT_CONFIG_VALUE_0",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "LD_PRELOAD",
    "BASH_ENV",
    "NODE_OPTIONS",
  ])("has no %s", (name) => {
    expect(toBuildEnvironment({ [name]: "canary" }, OWN)).not.toHaveProperty(name);
  });

  test("has what compilers and pip are told, and folders of its own", () => {
    const given = {
      CC: "clang",
      PIP_INDEX_URL: "https://pypi.example.org/simple",
      HOME: "/root",
      PATH: "/bin",
    };
    expect(toBuildEnvironment(given, OWN)).toMatchObject({
      CC: "clang",
      PIP_INDEX_URL: "https://pypi.example.org/simple",
      HOME: "/builds/home",
      TMPDIR: "/builds/tmp",
      PATH: "/usr/bin",
    });
  });

  test("has no address with a password", () => {
    const environment = toBuildEnvironment(
      { PIP_INDEX_URL: "https://me:canary@pypi.example.org/simple", https_proxy: "http://canary@proxy" },
      OWN,
    );
    expect(JSON.stringify(environment)).not.toContain("canary");
  });

  test("looks for programs in absolute folders alone", () => {
    expect(fixPath(".:/usr/bin::bin:/bin:/usr/bin")).toBe("/usr/bin:/bin");
    expect(fixPath(undefined)).toBe("/usr/local/bin:/usr/bin:/bin");
  });
});

describe("the log of a build", () => {
  function logOf(isInActions: boolean, ...chunks: readonly (string | Buffer)[]): string[] {
    const lines: string[] = [];
    const say = (line: string): void => void lines.push(line);
    const log = new BuildLog({ talk: say, command: say }, isInActions);
    for (const chunk of chunks) log.add(Buffer.from(chunk as string));
    log.close(false);
    return lines;
  }

  test("marks each line, and shows what is invisible", () => {
    expect(logOf(false, "one\r\ntwo\x1b[31m red\x1b[0m\n", "a\x07b\0\n", "en", "d")).toEqual([
      "| one",
      "| two red",
      "| a\\u0007b\\u0000",
      "| end",
    ]);
  });

  test("keeps characters that come in two parts", () => {
    const bytes = Buffer.from("ü\n");
    expect(logOf(false, bytes.subarray(0, 1), bytes.subarray(1))).toEqual(["| ü"]);
  });

  test("takes the runner's commands away until it ends", () => {
    const lines = logOf(true, "::stop-commands::x\n");
    const token = /^::stop-commands::([0-9a-f]{48})$/.exec(lines[0]!)?.[1];
    expect(lines).toEqual([lines[0], "| ::stop-commands::x", `::${token}::`]);
    expect(logOf(true)[0]).not.toBe(lines[0]);
  });

  test("ends somewhere, and so does a line", () => {
    const lines = logOf(false, "x".repeat(10_000), "\n", ...Array<string>(2000).fill(`${"y".repeat(999)}\n`));
    expect(lines[0]!.length).toBeLessThan(2100);
    expect(lines.join("\n").length).toBeLessThan(600_000);
    expect(lines.at(-1)).toBe("| ... 2.0 MB in all");
  });
});
