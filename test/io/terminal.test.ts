import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import {
  createTerminal,
  formatBytes,
  formatCount,
  formatProblem,
  toVisible,
  type Output,
  type Terminal,
} from "../../src/io/terminal.ts";

// Properties take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

interface Screen {
  readonly terminal: Terminal;
  readonly stdout: () => string;
  readonly stderr: () => string;
}

interface ScreenOptions {
  readonly stdoutIsTTY?: boolean;
  readonly stderrIsTTY?: boolean;
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** A terminal on streams that keep what is written to them; a real one on both by default. */
function makeScreen(options: ScreenOptions = {}): Screen {
  const written = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof written, isTTY: boolean): Output => ({
    isTTY,
    columns: options.columns,
    write: (text) => {
      written[name] += text;
    },
  });
  const terminal = createTerminal({
    stdout: stream("stdout", options.stdoutIsTTY ?? true),
    stderr: stream("stderr", options.stderrIsTTY ?? true),
    env: options.env ?? {},
  });
  return { terminal, stdout: () => written.stdout, stderr: () => written.stderr };
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("print and talk", () => {
  it("write a line each, data to stdout and talk to stderr", () => {
    const { terminal, stdout, stderr } = makeScreen();
    terminal.print("data");
    terminal.talk("talk");
    terminal.print("");
    expect([stdout(), stderr()]).toEqual(["data\n\n", "talk\n"]);
  });
});

describe("in GitHub Actions", () => {
  const env = { GITHUB_ACTIONS: "true" };

  it.each([
    ["::set-output name=digest::x", ": :set-output name=digest::x"],
    ["  ::add-mask::a", "  : :add-mask::a"],
    ["one\n::debug::a", "one\n: :debug::a"],
    ["note: x##[add-mask]a", "note: x## [add-mask]a"],
    ["a::b is no command, ## [nor is this]", "a::b is no command, ## [nor is this]"],
  ])("what is said is no command: %j", (line, shown) => {
    const { terminal, stderr } = makeScreen({ env });
    terminal.talk(line);
    expect(stderr()).toBe(`${shown}\n`);
    const elsewhere = makeScreen();
    elsewhere.terminal.talk(line);
    expect(elsewhere.stderr()).toBe(`${line}\n`);
  });

  it("a command stays what it is, and errors are remembered, as many as one can read", () => {
    const { terminal, stderr } = makeScreen({ env });
    terminal.command("::error::x");
    terminal.talk("note: a: b");
    terminal.talk("error: c: d");
    expect([stderr(), terminal.errors]).toEqual(["::error::x\nnote: a: b\nerror: c: d\n", ["c: d"]]);
    for (let count = 0; count < 100; count += 1) terminal.talk("error: again");
    expect(terminal.errors.length).toBe(10);
  });
});

describe("colour", () => {
  const styled = ({ terminal }: Screen): string => terminal.bold("a") + terminal.dim("b");

  it("is on a terminal", () => {
    expect(styled(makeScreen())).toBe("\x1b[1ma\x1b[22m\x1b[2mb\x1b[22m");
    expect(styled(makeScreen({ env: { NO_COLOR: "", TERM: "xterm" } }))).toBe(
      "\x1b[1ma\x1b[22m\x1b[2mb\x1b[22m",
    );
  });

  it.each([
    ["stdout is no terminal", { stdoutIsTTY: false }],
    ["NO_COLOR is set", { env: { NO_COLOR: "1" } }],
    ["NO_COLOR is set to anything", { env: { NO_COLOR: "0" } }],
    ["the terminal is dumb", { env: { TERM: "dumb" } }],
  ])("is not there where %s", (_, options) => {
    expect(styled(makeScreen(options))).toBe("ab");
  });

  it("is not there where the stream does not say what it is", () => {
    const output: Output = { write: () => undefined };
    const terminal = createTerminal({ stdout: output, stderr: output, env: {} });
    expect(terminal.bold("a")).toBe("a");
  });
});

describe("progress", () => {
  it("shows nothing in the first second", () => {
    const { terminal, stdout, stderr } = makeScreen();
    terminal.progress("reading", 1, 10);
    vi.advanceTimersByTime(999);
    terminal.progress("reading", 9, 10);
    terminal.endProgress();
    expect([stdout(), stderr()]).toEqual(["", ""]);
  });

  it("shows a bar on stderr after a second, and takes it away", () => {
    const { terminal, stdout, stderr } = makeScreen({ columns: 40 });
    vi.advanceTimersByTime(1000);
    terminal.progress("reading", 1, 4);
    expect(stderr()).toBe("\rreading [======                 ]  25 %\x1b[K");
    terminal.endProgress();
    expect(stderr().slice(-4)).toBe("\r\x1b[K");
    terminal.endProgress();
    expect(stderr().match(/\r\x1b\[K/g)).toHaveLength(1);
    expect(stdout()).toBe("");
  });

  it("takes the bar away before a line is written", () => {
    for (const write of ["print", "talk"] as const) {
      const { terminal, stdout, stderr } = makeScreen();
      vi.advanceTimersByTime(1000);
      terminal.progress("reading", 1, 4);
      terminal[write]("line");
      expect(stderr()).toContain("\x1b[K\r\x1b[K");
      expect((stdout() + stderr()).endsWith("line\n") || stdout() === "line\n").toBe(true);
    }
  });

  it("is drawn again at most every 80 milliseconds", () => {
    const { terminal, stderr } = makeScreen();
    vi.advanceTimersByTime(2000);
    for (let done = 1; done <= 1000; done += 1) {
      vi.advanceTimersByTime(1);
      terminal.progress("reading", done, 1000);
    }
    const bars = stderr().match(/\r/g)?.length ?? 0;
    expect(bars).toBeGreaterThan(5);
    expect(bars).toBeLessThan(14);
  });

  it("shows nothing where stderr is no terminal, however long it takes", () => {
    const { terminal, stdout, stderr } = makeScreen({ stderrIsTTY: false });
    vi.advanceTimersByTime(10_000);
    terminal.progress("reading", 1, 2);
    terminal.endProgress();
    expect([stdout(), stderr()]).toEqual(["", ""]);
  });

  it("shows its bar where only stdout is no terminal", () => {
    const { terminal, stdout, stderr } = makeScreen({ stdoutIsTTY: false });
    vi.advanceTimersByTime(1000);
    terminal.progress("reading", 1, 2);
    expect(stderr()).toContain("50 %");
    expect(stdout()).toBe("");
  });

  it.each([
    [0, 10, "  0 %"],
    [999, 1000, " 99 %"],
    [10, 10, "100 %"],
    [11, 10, "100 %"],
    [0, 0, "100 %"],
  ])("%i of %i is %s", (done, total, percent) => {
    const { terminal, stderr } = makeScreen();
    vi.advanceTimersByTime(1000);
    terminal.progress("reading", done, total);
    expect(stderr().endsWith(`] ${percent}\x1b[K`)).toBe(true);
  });

  it.each([24, 40, 80, 200])("fits into a line of %i columns", (columns) => {
    const { terminal, stderr } = makeScreen({ columns });
    vi.advanceTimersByTime(1000);
    terminal.progress("reading", 5, 10);
    const shown = stderr().replace("\r", "").replace("\x1b[K", "");
    expect(shown.length).toBeLessThan(columns);
    expect(shown).toMatch(/^reading \[=+ +\] {2}50 %$/);
  });
});

describe("formatBytes", () => {
  it.each([
    [0, "0 B"],
    [1, "1 B"],
    [854, "854 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [1049, "1.0 kB"],
    [12_345, "12.3 kB"],
    [99_900, "99.9 kB"],
    [99_949, "99.9 kB"],
    [99_950, "100 kB"],
    [999_499, "999 kB"],
    [999_500, "1.0 MB"],
    [1_900_000_000, "1.9 GB"],
    [999_499_999_999, "999 GB"],
    [2_000_000_000_000, "2.0 TB"],
    [9_007_199_254_740_991, "9007 TB"],
  ])("%i is %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe("formatCount", () => {
  it.each([
    [0, "0 files"],
    [1, "1 file"],
    [2, "2 files"],
    [71_000, "71,000 files"],
  ])("%i is %s", (count, text) => {
    expect(formatCount(count, "file")).toBe(text);
  });
});

describe("toVisible", () => {
  it.each([
    ["plain text, größer 🐍 \\ \"'<>", "plain text, größer 🐍 \\ \"'<>"],
    ["two\nlines\r\n", "two\\u000alines\\u000d\\u000a"],
    ["tab\t, bell\x07, NUL\0", "tab\\u0009, bell\\u0007, NUL\\u0000"],
    ["\x1b[31mred\x1b]0;title\x07", "\\u001b[31mred\\u001b]0;title\\u0007"],
    ["\x7f\x80\x9b31m\x9f", "\\u007f\\u0080\\u009b31m\\u009f"],
    ["\u2028\u2029", "\\u2028\\u2029"],
    ["\u202egpj.exe\u202c", "\\u202egpj.exe\\u202c"],
    ["\u2066a\u2067b\u2068c\u2069", "\\u2066a\\u2067b\\u2068c\\u2069"],
    ["\u200e\u200f", "\\u200e\\u200f"],
    ["שלום עולم", "שלום עולم"],
  ])("%j is %s", (text, visible) => {
    expect(toVisible(text)).toBe(visible);
  });

  it("leaves no character that controls the terminal, the line or the direction", () => {
    const controls: string[] = [];
    for (let code = 0; code < 0x3000; code += 1) {
      const character = String.fromCodePoint(code);
      if (/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(toVisible(character))) {
        controls.push(code.toString(16));
      }
    }
    expect(controls).toEqual([]);
  });

  it("changes nothing else", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        fc.pre(!/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(text));
        expect(toVisible(text)).toBe(text);
      }),
    );
  });
});

describe("formatProblem", () => {
  const problem = {
    code: "bad-wheel",
    severity: "error",
    path: "a/b.whl",
    message: "is no zip file",
    hint: "build it again",
  } as const;

  it("names the input, the rule and what to do", () => {
    expect(formatProblem(problem)).toBe("error: a/b.whl: is no zip file (hint: build it again)");
    expect(formatProblem({ ...problem, severity: "note" })).toMatch(/^note: /);
  });

  it("is one line, whatever is in it", () => {
    const text = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(text, text, text, (path, message, hint) => {
        const line = formatProblem({ ...problem, path, message, hint });
        expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});
