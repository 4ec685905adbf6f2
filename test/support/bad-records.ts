/** Lines that must not stand in a record. */

/** What is wrong, the line or the keys that differ from a right one, and what any sensible sentence about it says. */
export const BAD_LINES: readonly (readonly [string, string | Readonly<Record<string, unknown>>, RegExp])[] = [
  ["a line that is cut off", '{"event":"uploaded","file":"re', /JSON|cut|complete|damaged/i],
  ["a line that is nonsense", "hello\n", /JSON/i],
  ["a merge conflict", "<<<<<<< HEAD\n", /JSON|conflict|merge/i],
  ["a line of zeros", `${"\0".repeat(80)}\n`, /JSON/i],
  ["a line that is no object", "[1, 2]\n", /object/i],
  [
    "a line nested a hundred thousand deep",
    `${"[".repeat(100_000)}${"]".repeat(100_000)}\n`,
    /object|JSON|long|deep/i,
  ],
  ["an event that is unknown", { event: "mirrored" }, /newer|unknown/i],
  ["no event", { event: undefined }, /event/i],
  ["the event __proto__", { event: "__proto__" }, /newer|unknown/i],
  ["a control character in an unknown event", { event: "\u001b[31mred\n" }, /newer|unknown/i],
  ["a string for a size", { size: "12" }, /size/i],
  ["a negative size", { size: -12 }, /size/i],
  ["a huge size", { size: 1e300 }, /size/i],
  ["a sha256 that is none", { sha256: "abc" }, /sha256/i],
  ["a path out of the root", { path: "../../outside/a-2.0-py3-none-any.whl" }, /path/i],
  ["an absolute path", { path: "/etc/a-2.0-py3-none-any.whl" }, /path/i],
  ["a time that is none", { time: "yesterday" }, /time/i],
  ["a file name that is none", { file: "../evil" }, /file/i],
  ["a file of another project", { file: "other-1.0-py3-none-any.whl" }, /file|project/i],
];
