/** All text of the pages for people, so that it can be translated in one place. Templates find it as `it.words`. */

/** The text in English. */
export const WORDS = {
  language: "en",
  skip: "Skip to content",
  home: "All projects",
  useIndex: "Use this index",
  navigation: "Pages of this index",
  search: "Search projects",
  searchHint: "press / to search",
  searching: "Loading the list of projects",
  found: "{count} found",
  nothingFound: "Nothing found",
  searchFailed: "The list of projects cannot be loaded from here",
  copy: "Copy",
  copied: "Copied",
  copyCode: "Copy this command",
  copyHash: "Copy the sha256 of {name}",
  feed: "Feed of new releases",
  newestUpload: "Newest upload",
  madeWith: "Static pages by pkgindex",
  install: "Install",
  installFrom: "Install with",
  installFromHere: "Install a project from here",
  addressUnknown:
    "This index does not know its own address: put the address that you see in your browser, up to the last folder, in place of",
  onlyHereNote: "Asks this index and no other.",
  pipNote:
    "The first part asks this index and no other; the second fetches what it needs from PyPI, and leaves the installed release as it is.",
  uvNote: "Ties the name to this index; everything else comes from where it came before.",
  poetryNote: "An explicit source is asked for nothing but what names it.",
  pdmNote: "Ties the name to this index. Then run pdm add {name}.",
  pixiNote: "Ties the name to this index.",
  directNote: "A direct address: nothing else can take its place, and the rest comes from PyPI.",
  requirementsNote:
    "Asks this index and no other, so what it needs has to be here too; else use uv, Poetry, PDM or pixi.",
  risk: "With --extra-index-url, pip takes the highest version from either this index or PyPI: whoever registers one of these names there can have their code installed instead.",
  riskMore: "The ways that are safe, and why",
  useLead:
    "How to tell each tool of this index, so that it takes from here what is meant to come from here, and nothing else.",
  useAddress: "The address of this index",
  useWhy: "Why it matters",
  useWhyText:
    "A tool that looks at several indexes at once takes the highest version from any of them. Whoever registers one of the names of this index on PyPI, with a high version, would then have their code installed in its place. So each of these ways ties a name to this index, or asks this index alone.",
  useUv:
    "Adds the requirement, and ties its name to this index in pyproject.toml. With name=URL uv writes that tie; without the name it does not.",
  useUvFile: "The same by hand. explicit = true keeps uv from asking this index for anything else.",
  usePoetry: "A source with the priority explicit is asked for nothing but the requirements that name it.",
  usePdm: "include_packages ties names to a source; the second table keeps PyPI from being asked for them.",
  usePixi: "The address stands beside the requirement in pixi.toml, and counts for it alone.",
  usePip: "pip asks this index and no other. This is the way where everything that is needed is here.",
  usePipMixedTitle: "pip, with requirements from PyPI",
  usePipMixed:
    "pip ties no name to an index. So the project itself is installed from here first, and then what it needs from PyPI; the installed release stays as it is.",
  usePipFile: "For every call of pip on a machine that installs from this index only.",
  useRequirements: "For a file whose requirements are all here. Hashes (--require-hashes) make any way safe.",
  useExtra: "What --extra-index-url risks",
  useApi: "For programs",
  useApiText: "The simple repository API, in HTML and JSON:",
  recent: "Recently published",
  projects: "Projects",
  page: "Page {page} of {pages}",
  pages: "Pages of the list",
  previous: "Previous",
  next: "Next",
  emptyTitle: "Nothing has been published yet",
  emptyText: "Put wheels into package subfolders and run pkgindex generate; they are listed here.",
  noSummary: "No summary",
  latest: "newest",
  prerelease: "pre-release",
  yanked: "yanked",
  yankedRelease: "This release was yanked: installers take it only where exactly this version is asked for.",
  reason: "Reason:",
  quarantinedText: "This project is quarantined: the index offers none of its files.",
  archivedText: "This project is archived: no new releases are to be expected.",
  deprecatedText: "This project is deprecated: use something else.",
  description: "Description",
  noDescription: "The newest release has no description.",
  cutDescription: "The description goes on; all of it is in the metadata of the release.",
  releases: "Releases",
  noReleases: "There is nothing to download.",
  files: "Files of the newest release",
  olderFiles: "Files of older releases",
  filesOf: "Files of {version}",
  file: "File",
  size: "Size",
  python: "Python",
  abi: "ABI",
  platform: "Platform",
  metadata: "metadata",
  metadataOf: "Metadata of {name}",
  source: "source",
  version: "Version",
  date: "Date",
  commit: "Source commit",
  compatibility: "Compatibility",
  compatibilityText: "Wheels of {version}, by Python and platform",
  supported: "yes",
  notSupported: "no",
  sourceToo: "Elsewhere it can be built from its source distribution.",
  requiresPython: "Requires Python",
  dependencies: "Dependencies",
  noDependencies: "None.",
  forExtra: "With the extra",
  more: "and {count} more",
  usedBy: "Used by",
  inThisIndex: "in this index",
  about: "About",
  onThisPage: "On this page",
  license: "Licence",
  author: "Author",
  maintainer: "Maintainer",
  keywords: "Keywords",
  links: "Links",
  classifiers: "Classifiers",
  machines: "For programs",
  simplePage: "Page for installers",
  legacyName: "Legacy JSON",
  notFound: "Not found",
  notFoundText: "This Python package index has no page at this address.",
  image: "image",
  feedTitle: "{title}: new releases",
  projectFeedTitle: "{name}: releases",
  skipProjects: "Recently published and all projects",
} as const;

/** The words that a translation has to give. */
export type Words = { readonly [Key in keyof typeof WORDS]: string };

/** Puts values in the place of `{name}`. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, key: string) => String(values[key] ?? whole));
}

/** `1 file`, `2 files`: what counts is said in one place too. */
export const COUNTS = {
  projects: ["project", "projects"],
  files: ["file", "files"],
  releases: ["release", "releases"],
} as const;

/** A number with its noun. */
export function countWords(count: number, noun: keyof typeof COUNTS): string {
  const [one, many] = COUNTS[noun];
  return `${String(count).replace(/\B(?=(?:\d{3})+$)/g, ",")} ${count === 1 ? one : many}`;
}
