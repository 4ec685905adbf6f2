import { expect, it } from "vitest";

import { isTomlTable, parseToml, tomlEntries, TomlSyntaxError } from "../../src/config/parse-toml.ts";

/** Tables as nested pairs, which show keys that an object would hide. */
function toPairs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toPairs);
  return isTomlTable(value) ? tomlEntries(value).map(([key, inner]) => [key, toPairs(inner)]) : value;
}

/** Every property of what objects, functions and arrays inherit, and of their constructors. */
function inheritedProperties(): string[] {
  const seen = [Object, Object.prototype, Function.prototype, Array.prototype, ...Object.values(methods())];
  return seen.map((object) => Reflect.ownKeys(object).map(String).join(" "));
}

function methods(): Record<string, object> {
  const entries = Object.entries(Object.getOwnPropertyDescriptors(Object.prototype));
  return Object.fromEntries(
    entries.flatMap(([name, { value }]) => (typeof value === "function" ? [[name, value as object]] : [])),
  );
}

it.each([
  "__proto__ = 1\nconstructor = 2\ntoString = 3\nhasOwnProperty = 4",
  "[__proto__]\npolluted = 1",
  "__proto__.polluted = 1",
  "a = {__proto__ = {polluted = 1}}",
  "[constructor]\nkeys = 1\npolluted = 1",
  "constructor.prototype.polluted = 1",
  "[constructor.prototype]\npolluted = 1",
  "[toString]\ncall = 1",
  "hasOwnProperty.call = 1\nb = 2",
  "[[valueOf]]\na = 1\n[[valueOf]]\na = 2",
  "[[a.constructor.prototype]]\npolluted = 1",
  "a = {hasOwnProperty.call = 1, valueOf = {toString = 1}}",
  '"\\u0063onstructor".polluted = 1',
  "[ 'constructor' . 'prototype' ]\npolluted = 1",
])("keys that objects inherit are plain keys: %j", (text) => {
  const before = inheritedProperties();
  const shown = JSON.stringify(toPairs(parseToml(text)));
  expect(inheritedProperties()).toStrictEqual(before);
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  const names = text.match(/__proto__|prototype|toString|hasOwnProperty|valueOf|polluted|keys|call/g) ?? [];
  for (const name of names) expect(shown).toContain(`"${name}"`);
});

it("an inherited name that is set twice is found as any other", () => {
  expect(() => parseToml("toString = 1\ntoString = 2")).toThrow("Can't redefine existing key");
  expect(() => parseToml("[constructor]\n[constructor]")).toThrow("Can't redefine existing key");
});

it("keys keep the order of the file, numbers included", () => {
  expect(toPairs(parseToml('b = 1\n10 = 2\n9 = 3\n"" = 4\n"=x" = 5'))).toStrictEqual([
    ["b", 1],
    ["10", 2],
    ["9", 3],
    ["", 4],
    ["=x", 5],
  ]);
});

it("blanks around the parts of a key are no part of it", () => {
  expect(toPairs(parseToml("[ a . b ]\nc . d = 1\n[[ e ]]\n"))).toStrictEqual([
    ["a", [["b", [["c", [["d", 1]]]]]]],
    ["e", [[]]],
  ]);
});

it("a date or a time may end its line, and stand in a list or an inline table", () => {
  expect(
    toPairs(
      parseToml(
        "a = 07:32:00\nb = [07:32:00, 07:32:00.5]\nc = {d = 2026-11-20}\ne = [2026-11-20T07:32:00, 2026-11-20]\nf = 07:32:00",
      ),
    ),
  ).toMatchObject([
    ["a", expect.any(Date)],
    ["b", [expect.any(Date), expect.any(Date)]],
    ["c", [["d", expect.any(Date)]]],
    ["e", [expect.any(Date), expect.any(Date)]],
    ["f", expect.any(Date)],
  ]);
});

it("a fault has the index of the character", () => {
  for (const [text, offset] of [
    ["a = ?", 4],
    ["a = 1\nb = ?", 10],
    ["a = ", 4],
    ["a = 2026-99-99", 14],
  ] as const) {
    expect(() => parseToml(text)).toThrow(expect.objectContaining({ name: "TomlSyntaxError", offset }));
  }
});

it("lines may end in CRLF, also after comments", () => {
  const text = '# one\n[a] # two\nb = [ # three\n1, # four\n2]\nc = """\nx\ny"""\n# five\n';
  expect(toPairs(parseToml(text.replaceAll("\n", "\r\n")))).toEqual(toPairs(parseToml(text)));
});

it.each(["# one\na = 1\nb = \nc = 3\n", "# one\n\n\nx", "a = 1\n# two\n[b", "a = [\n1,\n"])(
  "a fault of %j is at the same place with CRLF",
  (text) => {
    const placeOf = (document: string): readonly unknown[] => {
      try {
        return [parseToml(document)];
      } catch (error) {
        if (!(error instanceof TomlSyntaxError)) throw error;
        const before = document.slice(0, error.offset).split(/\r?\n/);
        return [before.length, before.at(-1)?.replace(/\r$/, ""), error.message];
      }
    };
    const place = placeOf(text);
    expect(place).toHaveLength(3);
    expect(placeOf(text.replaceAll("\n", "\r\n"))).toEqual(place);
  },
);

it("a CR alone is no line end", () => {
  expect(() => parseToml("# one\ra = 1\n")).toThrow(TomlSyntaxError);
});
