/**
 * Makes the distribution files of the demo in `index/`: `npx tsx test/support/make-demo.ts`. The same bytes every
 * time, on every machine; a test compares them with what is committed.
 *
 * Each project shows one thing that an index must get right, and says so in its own README.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

import { makeGzip, makeSdist } from "./make-sdist.ts";
import { makeWheel } from "./make-wheel.ts";

/** One file of the demo: where it lies below the root, and its bytes. */
export interface DemoFile {
  readonly path: string;
  readonly bytes: Buffer;
}

interface DemoRelease {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  /** The name of the one package inside. */
  readonly module: string;
  readonly summary: string;
  readonly keywords: string;
  readonly requiresPython: string;
  readonly requiresDist?: readonly string[];
  readonly extras?: readonly string[];
  readonly code: string;
  readonly readme: string;
  /** Where the file name keeps a spelling that tools of today would normalize. */
  readonly filename?: string;
}

/** 1 January 2026, in seconds. */
const MODIFICATION_TIME = Date.UTC(2026, 0, 1) / 1000;

const HELLO = {
  folder: "hello",
  name: "pkgindex-demo-hello",
  module: "pkgindex_demo_hello",
  summary: "The plainest demo of pkgindex: two releases, one of them also as a source distribution",
  keywords: "demo,pkgindex",
  requiresPython: ">=3.8",
  readme: `# pkgindex-demo-hello

A project of the demo that comes with pkgindex. It has two releases, so that a client has a choice to make, and the
newer one also as a source distribution.

    >>> import pkgindex_demo_hello
    >>> pkgindex_demo_hello.greet("index")
    'Hello, index!'
`,
} satisfies Partial<DemoRelease>;

function helloCode(version: string, ending: string): string {
  return `"""Says hello; the demo of pkgindex."""

__version__ = "${version}"


def greet(name: str = "world") -> str:
    """The greeting for a name."""
    return f"Hello, {name}${ending}"
`;
}

const EPOCH = {
  folder: "versions",
  name: "pkgindex-demo-epoch",
  module: "pkgindex_demo_epoch",
  summary: "A demo of pkgindex whose newest release has an epoch in its version",
  keywords: "demo,pkgindex,epoch",
  requiresPython: ">=3.8",
  readme: `# pkgindex-demo-epoch

Releases were numbered by the year once (2025.12) and start again at 1!1.0 now. The epoch in front of the exclamation
mark makes 1!1.0 the newer one: https://packaging.python.org/en/latest/specifications/version-specifiers/#version-epochs

In an address the exclamation mark is written %21.
`,
} satisfies Partial<DemoRelease>;

const LOCAL = {
  folder: "versions",
  name: "pkgindex-demo-local",
  module: "pkgindex_demo_local",
  summary: "A demo of pkgindex with a plain release and a local build of it",
  keywords: "demo,pkgindex,local-version",
  requiresPython: ">=3.8",
  readme: `# pkgindex-demo-local

The same release twice: 1.0, and 1.0+cpu, a local build of it. A client that asks for 1.0 gets the local build, since
it counts as newer; ===1.0 gets the plain one.
https://packaging.python.org/en/latest/specifications/version-specifiers/#local-version-identifiers

In an address the plus sign is written %2B: some hosts take a plain one for a space.
`,
} satisfies Partial<DemoRelease>;

const RELEASES: readonly DemoRelease[] = [
  { ...HELLO, version: "1.0.0", code: helloCode("1.0.0", ".") },
  { ...HELLO, version: "1.1.0", code: helloCode("1.1.0", "!") },
  {
    ...EPOCH,
    version: "2025.12",
    code: '"""Numbered by the year; the demo of pkgindex."""\n\n__version__ = "2025.12"\n',
  },
  {
    ...EPOCH,
    version: "1!1.0",
    code: '"""Numbered anew, in an epoch of its own; the demo of pkgindex."""\n\n__version__ = "1!1.0"\n',
  },
  { ...LOCAL, version: "1.0", code: '"""The plain build; the demo of pkgindex."""\n\n__version__ = "1.0"\n' },
  {
    ...LOCAL,
    version: "1.0+cpu",
    code: '"""The local build; the demo of pkgindex."""\n\n__version__ = "1.0+cpu"\n',
  },
  {
    folder: "mixed-case",
    name: "Pkgindex_Demo.Mixed",
    version: "0.3.0",
    module: "pkgindex_demo_mixed",
    summary: "A demo of pkgindex with a name that clients normalize, and a dependency in the same index",
    keywords: "demo,pkgindex,normalization",
    requiresPython: ">=3.8",
    requiresDist: ["Pkgindex.Demo_Hello>=1.0"],
    filename: "Pkgindex_Demo.Mixed-0.3.0-py3-none-any.whl",
    code: `"""Greets in capitals; the demo of pkgindex."""

from pkgindex_demo_hello import greet

__version__ = "0.3.0"


def shout(name: str = "world") -> str:
    """The greeting for a name, in capitals."""
    return greet(name).upper()
`,
    readme: `# Pkgindex_Demo.Mixed

The name of this project has capitals, an underscore and a dot. Its page is simple/pkgindex-demo-mixed/, and all of

    pip install Pkgindex_Demo.Mixed
    pip install pkgindex-demo-mixed
    pip install PKGINDEX.DEMO_MIXED

mean it: https://packaging.python.org/en/latest/specifications/name-normalization/

It needs pkgindex-demo-hello, which is in the same index.
`,
  },
  {
    folder: "settings",
    name: "pkgindex-demo-settings",
    version: "0.1.0",
    module: "pkgindex_demo_settings",
    summary: "A demo of pkgindex with a dependency from PyPI, an extra and a required Python version",
    keywords: "demo,pkgindex,dependencies",
    requiresPython: ">=3.9",
    requiresDist: ["iniconfig>=2,<3", 'pkgindex-demo-mixed>=0.3; extra == "shout"'],
    extras: ["shout"],
    code: `"""Reads a greeting from an ini file; the demo of pkgindex."""

from iniconfig import IniConfig

__version__ = "0.1.0"


def greeting(path: str) -> str:
    """What the section [demo] of the file at path says under "greeting"."""
    return IniConfig(path)["demo"]["greeting"]
`,
    readme: `# pkgindex-demo-settings

Needs iniconfig, which is on PyPI and not in this index: a client must be told of both.

    pip install --extra-index-url ADDRESS-OF-THIS-INDEX/simple/ pkgindex-demo-settings

The extra "shout" brings pkgindex-demo-mixed. Python 3.9 or newer is required.
`,
  },
];

function metadataOf(release: DemoRelease): string {
  const lines = [
    "Metadata-Version: 2.4",
    `Name: ${release.name}`,
    `Version: ${release.version}`,
    `Summary: ${release.summary}`,
    `Keywords: ${release.keywords}`,
    "License-Expression: MIT",
    "Classifier: Programming Language :: Python :: 3",
    `Requires-Python: ${release.requiresPython}`,
    ...(release.requiresDist ?? []).map((requirement) => `Requires-Dist: ${requirement}`),
    ...(release.extras ?? []).map((extra) => `Provides-Extra: ${extra}`),
    "Description-Content-Type: text/markdown",
  ];
  return `${lines.join("\n")}\n\n${release.readme}`;
}

function wheelOf(release: DemoRelease): DemoFile {
  const wheel = makeWheel({
    name: release.name,
    version: release.version,
    metadata: metadataOf(release),
    files: { [`${release.module}/__init__.py`]: release.code },
    wheelFile: "Wheel-Version: 1.0\nGenerator: pkgindex-demo\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    ...(release.filename === undefined ? {} : { filename: release.filename }),
  });
  return { path: `${release.folder}/${wheel.filename}`, bytes: wheel.bytes };
}

function sdistOf(release: DemoRelease): DemoFile {
  const sdist = makeSdist({
    name: release.name,
    version: release.version,
    pkgInfo: metadataOf(release),
    files: {
      "README.md": release.readme,
      [`${release.module}/__init__.py`]: release.code,
      "pyproject.toml": `[build-system]
requires = ["flit_core>=3.12,<4"]
build-backend = "flit_core.buildapi"

[project]
name = "${release.name}"
version = "${release.version}"
description = "${release.summary}"
keywords = [${release.keywords
        .split(",")
        .map((keyword) => `"${keyword}"`)
        .join(", ")}]
license = "MIT"
readme = "README.md"
requires-python = "${release.requiresPython}"
classifiers = ["Programming Language :: Python :: 3"]

[tool.flit.module]
name = "${release.module}"
`,
    },
  });
  return { path: `${release.folder}/${sdist.filename}`, bytes: makeGzip(stampTar(gunzipSync(sdist.bytes))) };
}

/** A time for every file of a tar: a wheel cannot be built from files that are older than the zip format. */
function stampTar(tar: Buffer): Buffer {
  for (let offset = 0; tar[offset] !== 0;) {
    const header = tar.subarray(offset, offset + 512);
    header.write(MODIFICATION_TIME.toString(8).padStart(11, "0"), 136);
    header.write(" ".repeat(8), 148);
    const checksum = header.reduce((sum, byte) => sum + byte, 0);
    header.write(`${checksum.toString(8).padStart(6, "0")}\0 `, 148);
    const size = Number.parseInt(header.toString("latin1", 124, 135), 8);
    offset += 512 + Math.ceil(size / 512) * 512;
  }
  return tar;
}

/** All files of the demo. Pure. */
export function makeDemo(): readonly DemoFile[] {
  const sdists = RELEASES.filter(({ name, version }) => name === HELLO.name && version === "1.1.0");
  return [...RELEASES.map(wheelOf), ...sdists.map(sdistOf)];
}

function writeDemo(root: string): void {
  for (const { path, bytes } of makeDemo()) {
    const target = join(root, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, bytes);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeDemo(fileURLToPath(new URL("../../index/", import.meta.url)));
}
