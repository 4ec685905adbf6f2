/** Commands that install from this index and from no other place that a stranger could fill. */
import { encodePath } from "../simple/href.ts";
import type { DistributionFile } from "../simple/model.ts";
import { fill, type Words } from "./words.ts";

/** What one tool needs. */
export interface InstallView {
  readonly id: string;
  readonly tool: string;
  /** Lines to copy. */
  readonly code: string;
  /** A file to put them into; undefined for the command line. */
  readonly file: string | undefined;
  readonly note: string | undefined;
}

/** The address of the index, as commands write it. */
export interface IndexAddress {
  /** Of the project list; ends in a slash. */
  readonly url: string;
  /** Of the root; undefined where it is not known. */
  readonly root: string | undefined;
  /** A name by which tools know the index. */
  readonly name: string;
}

/** Stands for the address where `[index] url` is not set; the script of the site puts the real one there. */
export const UNKNOWN_ADDRESS = "https://ADDRESS-OF-THIS-INDEX/";

/** The address of an index under `root`, of the layout whose list is in `listDirectory`. */
export function toIndexAddress(root: string | undefined, listDirectory: string, title: string): IndexAddress {
  const slug = title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 40)
    .replace(/^-+|-+$/g, "");
  const isUsual = slug === "" || slug === "python-package-index" || /^(?:pypi|default)$/.test(slug);
  return {
    url: `${root ?? UNKNOWN_ADDRESS}${listDirectory === "" ? "" : `${listDirectory}/`}`,
    root,
    name: isUsual ? "my-index" : slug,
  };
}

/** What a project's install box needs to know of it. */
export interface InstallFacts {
  readonly name: string;
  readonly version: string | undefined;
  /** The files of the newest release. */
  readonly files: readonly DistributionFile[];
  /** Whether all that it needs is in this index too, so that no other has to be asked. */
  readonly isSelfContained: boolean;
}

/** The tabs of the install box, pip first. */
export function toInstallViews(
  facts: InstallFacts,
  address: IndexAddress,
  words: Words,
): readonly InstallView[] {
  const { name } = facts;
  const url = quoteForShell(address.url);
  return [
    { id: "pip", tool: "pip", file: undefined, ...pipLines(facts, address, words) },
    {
      id: "uv",
      tool: "uv",
      code: `uv add ${name} --index ${quoteForShell(`${address.name}=${address.url}`)}`,
      file: undefined,
      note: words.uvNote,
    },
    {
      id: "poetry",
      tool: "Poetry",
      code: `poetry source add --priority=explicit ${address.name} ${url}\npoetry add --source ${address.name} ${name}`,
      file: undefined,
      note: words.poetryNote,
    },
    {
      id: "pdm",
      tool: "PDM",
      code: `[[tool.pdm.source]]\nname = "${address.name}"\nurl = "${address.url}"\ninclude_packages = ["${name}"]\n\n[[tool.pdm.source]]\nname = "pypi"\nurl = "https://pypi.org/simple"\nexclude_packages = ["${name}"]`,
      file: "pyproject.toml",
      note: fill(words.pdmNote, { name }),
    },
    {
      id: "pixi",
      tool: "pixi",
      code: `pixi add --pypi --index ${url} ${name}`,
      file: undefined,
      note: words.pixiNote,
    },
    {
      id: "requirements",
      tool: "requirements.txt",
      file: "requirements.txt",
      ...requirementLines(facts, address, words),
    },
  ];
}

/** pip ties no name to an index: either this one has all, or the rest is installed in a step of its own. */
function pipLines(
  { name, version, isSelfContained }: InstallFacts,
  address: IndexAddress,
  words: Words,
): Pick<InstallView, "code" | "note"> {
  const url = quoteForShell(address.url);
  if (isSelfContained || version === undefined)
    return { code: `pip install --index-url ${url} ${name}`, note: words.onlyHereNote };
  return {
    // Joined, so that nothing asks PyPI for the name where this index could not give it.
    code: `pip install --index-url ${url} --no-deps ${name} &&\n  pip install ${name}`,
    note: words.pipNote,
  };
}

function requirementLines(
  { name, version, files, isSelfContained }: InstallFacts,
  address: IndexAddress,
  words: Words,
): Pick<InstallView, "code" | "note"> {
  const [file] = files;
  if (!isSelfContained && files.length === 1 && file !== undefined && address.root !== undefined) {
    const href = `${address.root}${encodePath(file.path)}#sha256=${file.sha256}`;
    return {
      code: `${name} @ ${href}`,
      note: words.directNote,
    };
  }
  return {
    code: `--index-url ${address.url}\n${name}${version === undefined ? "" : `==${version}`}`,
    note: isSelfContained ? words.onlyHereNote : words.requirementsNote,
  };
}

/** As a POSIX shell needs it: bare where nothing in it is special. */
export function quoteForShell(text: string): string {
  return /^[\w@%+=:,./~-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
