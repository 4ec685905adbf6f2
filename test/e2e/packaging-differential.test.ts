/**
 * The parsers of `src/packaging/` against the PyPA's own: real-looking and mutated strings from a seeded generator go
 * to one Python process, and both sides must accept, refuse, normalize and sort alike. What is meant to differ is
 * written down in `DIFFERENCES`, and each difference must occur.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { beforeAll, describe, expect, it } from "vitest";

import { parseCoreMetadata, readIdentity } from "../../src/packaging/core-metadata.ts";
import { parseProjectName } from "../../src/packaging/project-name.ts";
import { parseRecord } from "../../src/packaging/record.ts";
import { parseSdistFilename } from "../../src/packaging/sdist-filename.ts";
import { isValidSpecifierSet } from "../../src/packaging/specifier-set.ts";
import { canonicalVersion, compareVersions, parseVersion } from "../../src/packaging/version.ts";
import { expandTags } from "../../src/packaging/wheel-file.ts";
import { parseWheelFilename } from "../../src/packaging/wheel-filename.ts";
import { NEEDS_PYTHON, e2ePython } from "./support/pip.ts";

type Area = "version" | "name" | "wheel" | "sdist" | "specifier" | "document" | "record";

interface Difference {
  /** What happens at a difference: one side refuses, or both read something else. */
  readonly is: "we refuse" | "we accept" | "read otherwise";
  /** `theirs` is what Python gave: `null` where it refused. */
  readonly applies: (text: string, theirs: unknown) => boolean;
  readonly reason: string;
}

const hasStrangeCharacter = (filename: string): boolean => !/^[A-Za-z0-9._+!-]*$/.test(filename);
const isTooLong = (filename: string): boolean => filename.length > 255;

/** Where the two sides are meant to differ, and why. */
const DIFFERENCES: Readonly<Record<Area, readonly Difference[]>> = {
  version: [
    {
      is: "we refuse",
      applies: isTooLong,
      reason: "a version that is longer than any file name is refused, so that no work is unbounded",
    },
  ],
  name: [],
  wheel: [
    {
      is: "we refuse",
      applies: hasStrangeCharacter,
      reason:
        "packaging takes blanks around the version, letters of any alphabet in the name, and anything in build, abi and platform tags; such a name is not safe in paths and pages, and no build tool writes it",
    },
    {
      is: "we refuse",
      applies: (filename) => /^[._]|^[^-]*[._]-/.test(filename),
      reason:
        "packaging does not look at the ends of the name; they are a letter or digit by the names specification",
    },
    {
      is: "we refuse",
      applies: (filename) => /^[^-]*-[^-]*-.*[+!]/.test(filename),
      reason:
        "packaging takes + and ! in abi, platform and build tags; the specification has them in versions only",
    },
    { is: "we refuse", applies: isTooLong, reason: "common file systems hold no longer name" },
  ],
  sdist: [
    {
      is: "we refuse",
      applies: hasStrangeCharacter,
      reason: "packaging takes any character in the name, and blanks around the version",
    },
    {
      is: "we refuse",
      applies: (filename) => !/^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?-[^-]*$/.test(filename),
      reason: "packaging takes any name that is not empty, this one breaks the names specification",
    },
    {
      is: "we accept",
      applies: (filename) => /-.*-/.test(filename),
      reason: "packaging only divides at the last hyphen; versions such as 1.0-rc1 have one themselves",
    },
    { is: "we refuse", applies: isTooLong, reason: "common file systems hold no longer name" },
  ],
  specifier: [
    {
      is: "we refuse",
      applies: (text) => /[\u0131\u017F]/.test(text),
      reason: "packaging's pattern for ~= ignores case beyond ASCII, where the long s is an s",
    },
    { is: "we refuse", applies: isTooLong, reason: "as for versions" },
  ],
  document: [
    {
      is: "read otherwise",
      applies: (text) => text.startsWith("\xEF\xBB\xBF"),
      reason: "a byte order mark hides every field from Python",
    },
    {
      is: "read otherwise",
      applies: (text) => /(?:^|[\r\n])From /.test(text),
      reason: "a mailbox separator as the last line of the fields is body to Python, and nothing here",
    },
    {
      is: "read otherwise",
      applies: (text) => /^content-transfer-encoding:/im.test(text),
      reason: "Python decodes a MIME body; core metadata has no such field",
    },
  ],
  record: [
    {
      is: "read otherwise",
      applies: (text) => text.startsWith("\uFEFF"),
      reason: "a byte order mark is part of the first path to Python",
    },
    {
      is: "we refuse",
      applies: (_text, theirs) => !(theirs as TheirRecord).isClosed,
      reason: "a quote that is never closed ends with the file for Python; here the file is cut off",
    },
    {
      is: "we refuse",
      applies: (_text, theirs) => (theirs as TheirRecord).rows.some(isNoRecordEntry),
      reason: "Python's csv module gives any row; here it must be a path with an optional hash and size",
    },
  ],
};

function isNoRecordEntry([path = "", hash = "", size = "", ...more]: readonly string[]): boolean {
  const isEntry = /^[\w-]+=[\w-]+=*$|^$/.test(hash) && /^[0-9]*$/.test(size);
  return more.length > 0 || path === "" || path.includes("\0") || !isEntry;
}

const PYTHON_SCRIPT = fileURLToPath(new URL("packaging-differential.py", import.meta.url));

/** mulberry32: small, and the same on every machine. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const random = seededRandom(20_260_212);
const below = (limit: number): number => Math.floor(random() * limit);
const chance = (probability: number): boolean => random() < probability;
const oneOf = <T>(items: readonly T[]): T => items[below(items.length)] as T;
const several = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

const STRANGE = [
  ..." \t\n\r\v\f.,-_+!*=<>~;:/()[]'\"|#@%&0123456789abcdvrxyzABRCVZ",
  ..."\u0000\u001c\u0085\u00a0\u00e9\u00df\u0131\u017f\u212a\u0663\uff11\u2028\u3000\ufeff\ufffd",
];

/** `text`, or one to three edits away from it. */
function mutated(text: string, probability = 0.5): string {
  if (!chance(probability)) return text;
  let result = text;
  for (let edits = 1 + below(3); edits > 0; edits -= 1) {
    const at = below(result.length + 1);
    const [before, after] = [result.slice(0, at), result.slice(at)];
    result = oneOf([
      () => before + after.slice(1),
      () => before + oneOf(STRANGE) + after,
      () => before + oneOf(STRANGE) + after.slice(1),
      () => before + after.slice(0, 1) + after,
      () => before + after.toUpperCase(),
    ])();
  }
  return result;
}

function someNumber(): string {
  if (chance(0.03)) return "9".repeat(1 + below(40));
  if (chance(0.1)) return `0${below(30)}`;
  return String(below(chance(0.2) ? 3000 : 12));
}

const separator = (): string => oneOf(["", "", "", ".", "-", "_"]);

function someVersion(): string {
  let version = chance(0.1) ? `${someNumber()}!` : "";
  version += several(1 + below(4), someNumber).join(".");
  if (chance(0.1)) version += ".0".repeat(1 + below(3));
  if (chance(0.25)) {
    version += separator() + oneOf(["a", "b", "c", "rc", "alpha", "beta", "pre", "preview"]);
    version += separator() + (chance(0.8) ? someNumber() : "");
  }
  if (chance(0.2)) {
    version += chance(0.2) ? `-${someNumber()}` : separator() + oneOf(["post", "rev", "r"]) + separator();
    if (chance(0.7)) version += someNumber();
  }
  if (chance(0.2)) version += `${separator()}dev${separator()}${chance(0.8) ? someNumber() : ""}`;
  if (chance(0.2)) {
    const part = (): string =>
      oneOf(["cu121", "g1a2b3c", "ubuntu", "cpu", "0x10", "1e5", "Infinity", someNumber()]);
    version += `+${several(1 + below(3), part).join(oneOf([".", ".", "-", "_"]))}`;
  }
  if (chance(0.05)) version = `v${version}`;
  if (chance(0.03)) version = ` ${version}\n`;
  if (chance(0.05)) version = version.toUpperCase();
  return version;
}

/** As a build tool writes it into a file name. */
const fileVersion = (): string => (chance(0.9) ? someVersion().replaceAll("-", "_") : someVersion());

const NAMES = [
  "requests",
  "Django",
  "zope.interface",
  "ruamel.yaml.clib",
  "typing_extensions",
  "Flask-SQLAlchemy",
];
const MORE_NAMES = [
  "a",
  "2to3",
  "backports.ssl_match_hostname",
  "py--x",
  "x__y",
  "dace",
  "PyYAML",
  "_private",
  "end.",
];
const someName = (): string => mutated(oneOf([...NAMES, ...MORE_NAMES]), 0.3);
const fileName = (): string => (chance(0.8) ? someName().replace(/[-_.]+/g, "_") : someName());

const PYTHON_TAGS = ["py3", "py2.py3", "cp311", "cp312.cp311", "pp310", "CP39", "py3.py3", "ip2_7"];
const ABI_TAGS = ["none", "abi3", "cp311", "cp27mu", "abi3.none", "pypy310_pp73"];
const PLATFORM_TAGS = [
  "any",
  "win_amd64",
  "macosx_11_0_arm64",
  "linux_x86_64",
  "manylinux_2_17_x86_64.manylinux2014_x86_64",
];

function someWheel(): string {
  const build = chance(0.2) ? `-${oneOf(["1", "01", "2_abc", "0", "3.1", "b1", "1+x"])}` : "";
  const version = chance(0.02) ? `1.${"0".repeat(below(400))}1` : fileVersion();
  const name = `${fileName()}-${version}${build}-${oneOf(PYTHON_TAGS)}-${oneOf(ABI_TAGS)}-${oneOf(PLATFORM_TAGS)}.whl`;
  return mutated(name, 0.35);
}

function someSdist(): string {
  const version = chance(0.02) ? `1.${"0".repeat(below(400))}1` : someVersion();
  return mutated(
    `${chance(0.5) ? fileName() : someName()}-${version}${oneOf([".tar.gz", ".tar.gz", ".zip"])}`,
    0.35,
  );
}

function someSpecifierSet(): string {
  const one = (): string => {
    const operator = oneOf([">=", ">=", "<", "!=", "==", "~=", "<=", ">", "==="]);
    const version = oneOf([
      () => `3.${below(15)}`,
      () => `3.${below(15)}.*`,
      () => "3",
      () => "3.*",
      () => "~=1.0.po\u017Ft1".slice(2),
      someVersion,
    ])();
    return oneOf(["", "", " "]) + operator + oneOf(["", "", " "]) + version;
  };
  return mutated(several(below(4), one).join(oneOf([",", ",", ", ", " , "])), 0.35);
}

const FIELD_NAMES = [
  "Metadata-Version Name Version Summary Keywords Home-page Download-URL Author Author-email Maintainer",
  "Maintainer-email License License-Expression License-File Classifier Platform Supported-Platform Requires-Dist",
  "Requires-Python Requires-External Project-URL Provides-Extra Provides-Dist Obsoletes-Dist Requires Provides",
  "Obsoletes Dynamic Import-Name Import-Namespace Description-Content-Type Unknown-Field Description",
].flatMap((line) => line.split(" "));
const VALUES = [
  "2.4",
  "demo-pkg",
  "1.0",
  "",
  "UNKNOWN",
  "one, two,three",
  "one two  three",
  "Source, https://example.org/a,b",
  "Source, https://example.org/c",
  "no comma",
  'requests (>=2.0) ; extra == "x"',
  "gr\u00f6\u00dfe \u{1F40D}",
  "a: b",
  "trailing  ",
  "nul\u0000byte",
];
const ODD_LINES = [
  " ",
  "\t",
  ": x",
  "no field",
  "My Field: x",
  "N\u00e4me: x",
  "From me",
  "Content-Transfer-Encoding: base64",
];

/** The bytes of a METADATA file, one character each. */
function someDocument(): string {
  const lineEnd = (): string => (chance(0.03) ? "\r" : chance(0.03) ? "\r\n" : usual);
  const usual = oneOf(["\n", "\n", "\n", "\r\n", "\r"]);
  let text = chance(0.05) ? "\uFEFF" : "";
  const fields = chance(0.5) ? ["Metadata-Version", "Name", "Version"] : [];
  for (const field of [...fields, ...several(below(15), () => oneOf(FIELD_NAMES))]) {
    const spelled = chance(0.05) ? field.toUpperCase() : field;
    text += spelled + oneOf([": ", ": ", ": ", ":", ":\t"]) + oneOf(VALUES) + lineEnd();
    while (chance(0.1)) text += oneOf(["        ", " ", "\t", "       |"]) + oneOf(VALUES) + lineEnd();
    if (chance(0.02)) text += oneOf(ODD_LINES) + lineEnd();
  }
  if (chance(0.6)) text += lineEnd() + several(below(4), () => oneOf(VALUES) + lineEnd()).join("");
  const bytes = Buffer.from(text).toString("latin1");
  if (!chance(0.1)) return bytes;
  const at = below(bytes.length + 1);
  return (
    bytes.slice(0, at) + oneOf(["\xFF", "\xC3", "\xE2\x82", "\xED\xA0\x80", "\xC0\xAF"]) + bytes.slice(at)
  );
}

const QUOTED_PATHS = ['"a,b.py"', '"a""b"', '"a\nb"', '"x"y', 'x"y'];
const HASHES = ["", "sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU", "md5=abc=="];

function someRecord(): string {
  const text = several(below(6), () => {
    const path = oneOf(chance(0.5) ? QUOTED_PATHS : ["a.py", "demo/b.py", " z"]);
    const line = chance(0.05) ? "" : `${path},${oneOf(HASHES)},${oneOf(["", "0", "123", "007"])}`;
    return line + oneOf(["\n", "\n", "\r\n", "\r"]);
  });
  return mutated(text.join(""), 0.3);
}

const INPUTS: Readonly<Record<Area, readonly string[]>> = {
  version: [
    ...several(5000, () => mutated(someVersion(), 0.3)),
    "1".repeat(256),
    `1.0+${"a.".repeat(5000)}a`,
  ],
  name: several(2000, () => mutated(someName())),
  wheel: several(5000, someWheel),
  sdist: several(3000, someSdist),
  specifier: [...several(4000, someSpecifierSet), `>=${"1.".repeat(5000)}1`],
  document: several(2000, someDocument),
  record: [...several(2000, someRecord), "\uFEFFa.py,,\n"],
};

interface TheirDocument {
  readonly fields: Readonly<Record<string, readonly string[]>>;
  readonly body: string | null;
  readonly raw: Readonly<Record<string, string | readonly (string | readonly string[])[]>>;
  readonly description: string | null;
}

interface TheirRecord {
  readonly rows: readonly (readonly string[])[];
  readonly isClosed: boolean;
}

interface Answers extends Readonly<Record<Exclude<Area, "document">, readonly unknown[]>> {
  readonly document: readonly TheirDocument[];
  readonly order: readonly number[];
  readonly packaging: string;
}

function askPython(python: string): Answers {
  const encoded = {
    ...INPUTS,
    document: INPUTS.document.map((text) => Buffer.from(text, "latin1").toString("base64")),
  };
  const { status, stdout, stderr } = spawnSync(python, [PYTHON_SCRIPT], {
    input: JSON.stringify(encoded),
    env: { ...process.env, PYTHONIOENCODING: "utf-8" },
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`${python} cannot answer (it needs packaging 26.3 or newer): ${stderr}`);
  return JSON.parse(stdout) as Answers;
}

/** What `parse` gives, or `null` where it throws. */
function orNull(parse: () => unknown): unknown {
  try {
    return parse();
  } catch {
    return null;
  }
}

/** What our parser says to one string, in the form of the Python script's answer. */
const OURS: Readonly<Record<Exclude<Area, "document">, (text: string) => unknown>> = {
  version: (text) => {
    const version = parseVersion(text);
    const { isPrerelease, isDevelopment } = version;
    return { text: version.text, canonical: canonicalVersion(version), isPrerelease, isDevelopment };
  },
  name: parseProjectName,
  wheel: (text) => {
    const wheel = parseWheelFilename(text);
    return {
      name: wheel.name,
      version: wheel.version.text,
      build: wheel.buildTag?.replace(/^0+(?=[0-9])/, "") ?? "",
      tags: expandTags(wheel).toSorted(),
    };
  },
  sdist: (text) => {
    const { name, version } = parseSdistFilename(text);
    return { name, version: version.text };
  },
  specifier: (text) => isValidSpecifierSet(text) || null,
  record: (text) => ({
    rows: parseRecord(Buffer.from(text)).map(({ path, hash, size }) => [
      path,
      hash === undefined ? "" : `${hash.algorithm}=${hash.digest}`,
      size === undefined ? "" : String(size),
    ]),
    isClosed: true,
  }),
};

/** The answer of the csv module in our form: three fields, no padding, plain numbers. */
const asEntries = (theirs: TheirRecord | null): TheirRecord | null =>
  theirs === null
    ? null
    : {
        rows: theirs.rows.map(([path = "", hash = "", size = "", ...more]) => [
          path,
          hash.replace(/([^=])=+$/, "$1"),
          /^[0-9]+$/.test(size) ? String(Number(size)) : size,
          ...more,
        ]),
        isClosed: theirs.isClosed,
      };

/** Compares one area; gives what differs though no difference is written down for it, and which reasons were needed. */
function compareAll(
  area: Area,
  answers: readonly unknown[],
  ours: (text: string, place: number) => unknown,
): { unexpected: readonly unknown[]; unused: readonly string[]; accepted: number; refused: number } {
  const unexpected: unknown[] = [];
  const used = new Set<Difference>();
  let accepted = 0;
  for (const [place, text] of INPUTS[area].entries()) {
    const our = orNull(() => ours(text, place));
    const their = answers[place];
    if (our !== null) accepted += 1;
    if (JSON.stringify(our) !== JSON.stringify(their)) {
      const outcome = our === null ? "we refuse" : their === null ? "we accept" : "read otherwise";
      const difference = DIFFERENCES[area].find(({ is, applies }) => is === outcome && applies(text, their));
      if (difference === undefined) unexpected.push({ text, our, their });
      else used.add(difference);
    }
  }
  return {
    unexpected: unexpected.slice(0, 10),
    unused: DIFFERENCES[area].filter((difference) => !used.has(difference)).map(({ reason }) => reason),
    accepted,
    refused: INPUTS[area].length - accepted,
  };
}

describe.skipIf(e2ePython === undefined)(
  `the parsers agree with PyPA's packaging${NEEDS_PYTHON}`,
  { timeout: 120_000 },
  () => {
    let theirs: Answers;
    beforeAll(() => {
      theirs = askPython(e2ePython ?? "");
    }, 120_000);

    it.each(["version", "name", "wheel", "sdist", "specifier", "record"] as const)("on each %s", (area) => {
      const answers =
        area === "record" ? (theirs.record as readonly TheirRecord[]).map(asEntries) : theirs[area];
      const { unexpected, unused, accepted, refused } = compareAll(area, answers, OURS[area]);
      expect(unexpected).toEqual([]);
      expect(unused).toEqual([]);
      // Both sides of the rule must have been tried.
      expect(accepted).toBeGreaterThan(INPUTS[area].length / 5);
      expect(refused).toBeGreaterThan(INPUTS[area].length / 20);
    });

    it("on the order of versions", () => {
      const parsed = INPUTS.version.flatMap((text, place) => {
        const version = orNull(() => parseVersion(text)) as ReturnType<typeof parseVersion> | null;
        return version === null ? [] : [{ place, version }];
      });
      const order = parsed
        .toSorted((a, b) => compareVersions(a.version, b.version))
        .map(({ place }) => place);
      const known = new Set(order);
      expect(order).toEqual(theirs.order.filter((place) => known.has(place)));
    });

    it("on each METADATA document", () => {
      const their = theirs.document.map((document) => expectedMetadata(document));
      const { unexpected, unused } = compareAll("document", their, (text) => {
        const bytes = Buffer.from(text, "latin1");
        const { description, license, ...metadata } = parseCoreMetadata(bytes);
        const { name, version, requiresPython } = metadata;
        // The fast reader has to say the same as the full one.
        if (JSON.stringify(readIdentity(bytes)) !== JSON.stringify({ name, version, requiresPython }))
          return text;
        return { ...metadata, license: evenText(license), description: evenText(description) };
      });
      expect(unexpected).toEqual([]);
      expect(unused).toEqual([]);
    });

    it("on each METADATA document that packaging.metadata reads", () => {
      const disagreements = theirs.document.flatMap((document, place) => {
        const text = INPUTS.document[place] ?? "";
        if (DIFFERENCES.document.some(({ applies }) => applies(text, document))) return [];
        const metadata = parseCoreMetadata(Buffer.from(text, "latin1")) as unknown as Record<string, unknown>;
        return Object.entries(document.raw).flatMap(([key, their]) => {
          const our = metadata[key.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase())];
          return JSON.stringify(inTheirForm(key, our)) === JSON.stringify(withoutEmpty(key, their))
            ? []
            : [{ text, key, our, their }];
        });
      });
      expect(disagreements.slice(0, 10)).toEqual([]);
    });
  },
);

/** Text whose indentation and line breaks do not count. */
function evenText(text: string | undefined): string {
  return (text ?? "").replace(/[\s|]+/g, " ").trim();
}

/** What `parseCoreMetadata` must make of the fields that Python's email parser found. */
function expectedMetadata({ fields, body }: TheirDocument): unknown {
  const all = (field: string): readonly string[] => (fields[field] ?? []).filter((value) => value !== "");
  const one = (field: string): string | undefined => fields[field]?.[0] || undefined;
  const keywords = one("keywords") ?? "";
  return {
    metadataVersion: one("metadata-version"),
    name: one("name"),
    version: one("version"),
    summary: one("summary"),
    descriptionContentType: one("description-content-type"),
    keywords: keywords
      .split(keywords.includes(",") ? "," : /\s+/)
      .map((keyword) => keyword.trim())
      .filter((keyword) => keyword !== ""),
    homePage: one("home-page"),
    downloadUrl: one("download-url"),
    author: one("author"),
    authorEmail: one("author-email"),
    maintainer: one("maintainer"),
    maintainerEmail: one("maintainer-email"),
    licenseExpression: one("license-expression"),
    licenseFiles: all("license-file"),
    classifiers: all("classifier"),
    platforms: all("platform"),
    supportedPlatforms: all("supported-platform"),
    requiresPython: one("requires-python"),
    requiresDist: all("requires-dist"),
    requiresExternal: all("requires-external"),
    providesExtra: all("provides-extra"),
    providesDist: all("provides-dist"),
    obsoletesDist: all("obsoletes-dist"),
    requires: all("requires"),
    provides: all("provides"),
    obsoletes: all("obsoletes"),
    projectUrls: all("project-url").map((value) => {
      const [label = "", ...url] = value.split(",");
      return { label: label.trim(), url: url.join(",").trim() };
    }),
    dynamic: all("dynamic"),
    importNames: all("import-name"),
    importNamespaces: all("import-namespace"),
    license: evenText(one("license")),
    description: evenText(body?.trim() ? body : one("description")),
  };
}

/** One of our values as `parse_email` gives it. */
function inTheirForm(key: string, our: unknown): unknown {
  if (key === "license") return evenText(our as string | undefined);
  if (key === "project_urls") {
    return (our as readonly { label: string; url: string }[]).map(({ label, url }) => [label, url]);
  }
  return key === "keywords" ? evenText((our as readonly string[]).join(" ")) : (our ?? "");
}

/** One of their values without what we leave out: empty entries, and how keywords are divided. */
function withoutEmpty(key: string, their: TheirDocument["raw"][string]): unknown {
  if (key === "license") return evenText(String(their));
  if (typeof their === "string") return their;
  const kept = their.filter((value) => value.length > 0 && value[0] !== "");
  return key === "keywords" ? evenText(kept.join(" ")) : kept;
}
