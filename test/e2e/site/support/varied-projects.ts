/** Projects as different as those of a grown index: what they say of themselves, how, in how many words, and in which script. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { WheelOptions } from "../../../support/make-wheel.ts";
import { publishSite, type PublishedSite } from "./published-site.ts";

const MARKDOWN = { "Description-Content-Type": "text/markdown; charset=UTF-8; variant=GFM" };

/** All that a README on a package site uses, and some that only few do. */
export const README = `# Grid solver

[![build](https://badges.example.org/build.svg)](https://ci.example.org/) ![coverage](https://badges.example.org/coverage.svg)

Solves **sparse** systems on *structured* grids, ~~slowly~~ in parallel. See the [manual](https://docs.example.org/),
[the installation](#installation), [a file of the repository](docs/manual.md), or write to <mail@example.org>.

## Installation

\`\`\`bash
pip install grid-solver  # a comment
export GRID_SOLVER_THREADS=8 && grid-solver --input a-very-long-file-name.nc --output another-very-long-file-name.nc --verbose
\`\`\`

## Use

\`\`\`python
from grid_solver import Grid, solve

def main(size: int = 128) -> None:
    """Solves a system."""
    grid = Grid(size, periodic=True)
    print(f"residual: {solve(grid).residual:.3e}")  # 1.234e-10
\`\`\`

| Option | Default | Meaning |
| :-- | :-: | --: |
| \`size\` | 128 | cells in each direction |
| \`tolerance\` | 1e-9 | where it stops |
| \`a_rather_long_option_name_that_does_not_break\` | none | nothing |

1. first
2. second
   - with a list
   - in it

- [x] done
- [ ] not done

> A quotation, with \`code\`.

<details><summary>More</summary>

Hidden text.

</details>

<p align="center">In the middle</p>

#### A heading that leaves a level out

Term<sup>2</sup> & more: a_very_long_word_without_any_place_to_break_it_${"x".repeat(120)}

![a picture](https://images.example.org/a.png "title")
`;

const RST = `Reader
======

.. image:: https://badges.example.org/build.svg

Reads *reStructuredText*::

    import reader
    reader.read("a.rst")

+------+-------+
| a    | b     |
+------+-------+

* \`A link <https://example.org/>\`_
`;

const PLATFORMS = [
  "manylinux_2_17_x86_64.manylinux2014_x86_64",
  "manylinux_2_17_aarch64.manylinux2014_aarch64",
  "musllinux_1_2_x86_64",
  "macosx_11_0_arm64",
  "win_amd64",
];

function solverWheels(): readonly WheelOptions[] {
  const metadata = {
    summary: "Solves sparse systems on structured grids",
    description: README,
    requiresPython: ">=3.9,!=3.9.1",
    requiresDist: [
      "numpy >=1.26,<3 ; python_version >= '3.10'",
      "words-of-the-east",
      "reader[fast] ~=1.0",
      'pytest >=8 ; extra == "test"',
      'reader ; extra == "test"',
      'sphinx ; extra == "docs"',
      'something-of-elsewhere @ https://example.org/something-1.0.zip ; extra == "docs"',
    ],
    headers: {
      ...MARKDOWN,
      "Provides-Extra": ["test", "docs"],
      "Author-email": '"Grid Tools" <tools@example.org>, Another Team <team@example.org>',
      Maintainer: "Somebody Else",
      Keywords: "grid,solver,sparse,parallel",
      "License-Expression": "BSD-3-Clause",
      "Project-URL": [
        "Homepage, https://example.org/grid-solver",
        "Issues, https://example.org/grid-solver/issues",
        "Archive, https://example.org/grid-solver-1.0.tar.gz",
      ],
      Classifier: [
        "Development Status :: 5 - Production/Stable",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3.12",
        "Topic :: Scientific/Engineering",
        "Private",
      ],
    },
  };
  const name = "Grid-Solver";
  const built = ["2.0", "2.1"].flatMap((version) =>
    ["cp310", "cp311", "cp312", "cp313"].flatMap((python) =>
      PLATFORMS.map((platform) => ({ name, version, metadata, tag: `${python}-${python}-${platform}` })),
    ),
  );
  const pure = ["1.0", "1.1", "2.2rc1", "3.0.dev20260101"].map((version) => ({ name, version, metadata }));
  return [...pure, ...built];
}

/** The projects that the tests look at one by one. */
export const PROJECTS = {
  rich: "grid-solver",
  plain: "reader",
  rightToLeft: "words-of-the-east",
  long: `a-name-that-goes-on-and-on-${"and-on-".repeat(12)}to-the-end`,
  bare: "bare",
  yanked: "only-yanked",
  quarantined: "held-back",
  deprecated: "old-tool",
} as const;

/** The wheels of all these projects. */
export function variedWheels(): readonly WheelOptions[] {
  return [
    ...solverWheels(),
    {
      name: PROJECTS.plain,
      version: "1.0",
      metadata: {
        summary: "Reads reStructuredText",
        description: RST,
        headers: {
          "Description-Content-Type": "text/x-rst",
          Author: "A Team",
          "Author-email": "a@example.org",
        },
      },
    },
    {
      name: PROJECTS.rightToLeft,
      version: "1.0",
      metadata: {
        summary: "כלים לעיבוד שפה - أدوات لمعالجة اللغة",
        description: "# أدوات\n\nنص من اليمين إلى اليسار، مع `code` في الوسط.\n\n- واحد\n- اثنان\n",
        headers: { ...MARKDOWN, Author: "فريق الأدوات", Keywords: "لغة,שפה,言語", License: "رخصة" },
      },
    },
    {
      name: PROJECTS.long,
      version: "1!2026.12.31.post123.dev456+a.local.label.that.is.long.too",
      metadata: {
        summary: `${"A summary of many words that nobody reads to its end, ".repeat(8)}and${"without".repeat(40)}blanks`,
        requiresDist: [
          `${PROJECTS.long}-plugin >=1,<2,!=1.1,!=1.2,!=1.3,!=1.4,!=1.5,!=1.6 ; python_version >= '3.10'`,
        ],
        headers: {
          License: "L".repeat(300),
          Author: "N".repeat(300),
          Keywords: `${"k".repeat(200)},b`,
          "Project-URL": [`${"Label".repeat(6)}, https://example.org/${"path/".repeat(100)}`],
          Classifier: [`Topic :: ${"x".repeat(150)}`],
        },
      },
    },
    { name: PROJECTS.bare, version: "0.0.1" },
    { name: PROJECTS.yanked, version: "1.0", metadata: { summary: "Its only release is yanked" } },
    { name: PROJECTS.quarantined, version: "1.0", metadata: { summary: "Nobody gets this" } },
    {
      name: PROJECTS.deprecated,
      version: "1.0",
      metadata: { summary: "Use something else: 日本語の要約 🎉", requiresDist: ["grid-solver"] },
    },
    ...Array.from({ length: 24 }, (_, number) => ({
      name: `team-part-${number}`,
      version: `1.${number}`,
      metadata: { summary: `Part ${number} of the team's tools`, requiresDist: ["reader"] },
    })),
  ];
}

/** An index of all these projects, with decisions about some, and source commits of others. */
export async function publishVariedSite(configuration = ""): Promise<PublishedSite> {
  const site = await publishSite(variedWheels(), configuration);
  await site.run("yank", "grid-solver==2.0", "--reason", "wrong results for periodic grids; use 2.1");
  await site.run("yank", "only-yanked");
  await site.run("status", "held-back", "quarantined", "--reason", "under investigation");
  await site.run("status", "old-tool", "deprecated", "--reason", "grid-solver does all of it");
  addSources(site, PROJECTS.rich, "octo-org/grid-solver");
  await site.run("generate");
  return site;
}

/** Puts down where the files of a project came from, as `publish` would have. */
function addSources(site: PublishedSite, project: string, repository: string): void {
  const path = join(site.root, ".pkgindex", "records", `${project}.jsonl`);
  const source = JSON.stringify({ repository, commit: "0f1e2d3c".repeat(5) });
  const lines = readFileSync(path, "utf8").replaceAll(
    /^(\{"event":"uploaded".*)\}$/gm,
    `$1,"source":${source}}`,
  );
  writeFileSync(path, lines);
}
