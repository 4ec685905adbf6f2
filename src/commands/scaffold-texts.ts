/** The files of a new index repository that are meant for its owner: configuration, README, git attributes. */
import { parseRepositoryName } from "../github/repository-name.ts";
import { simpleAddress, type LayoutName } from "../simple/layout.ts";

/** What a repository is scaffolded from. */
export interface ScaffoldSettings {
  /** The published root as seen from the repository, parts joined by `/`; `.` for the repository itself. */
  readonly root: string;
  readonly layout: LayoutName;
  /** The address of the root, ending in a slash, where it is known. */
  readonly url: string | undefined;
  readonly title: string;
  readonly description: string | undefined;
  readonly packages: readonly string[];
  readonly ignore: readonly string[];
  readonly host: string;
  /** The repository on GitHub, as `owner/repository`. */
  readonly index: string | undefined;
  readonly allow: readonly string[];
  readonly cli: string;
  readonly replace: boolean;
}

/** Where GitHub Pages serves the repository (https://docs.github.com/en/pages/getting-started-with-github-pages/what-is-github-pages). */
export function pagesAddress(index: string): string | undefined {
  const { owner, repo } = parseRepositoryName(index);
  // Accounts that an enterprise manages get an address that nobody can tell beforehand.
  if (owner.includes("_")) return undefined;
  const machine = `${owner.toLowerCase()}.github.io`;
  return repo.toLowerCase() === machine ? `https://${machine}/` : `https://${machine}/${repo}/`;
}

/** `pkgindex.toml`: what is set, and as comments what could be. */
export function renderConfigFile(settings: ScaffoldSettings): string {
  const { root, layout, url, title, description, packages, ignore, host, index, allow, cli } = settings;
  const set = (key: string, value: unknown): string => `${key} = ${toToml(value)}`;
  const setOrHint = (key: string, value: string | undefined, example: string): string =>
    value === undefined ? `# ${set(key, example)}` : set(key, value);
  return `# The settings of this package index; every key is optional. pkgindex reads them wherever it works on the index.

[index]
# The published folder: each folder in it that holds wheels is a package, and the pages are written beside them.
${set("root", root)}
# "simple" puts the pages under simple/, "flat" puts them at the root itself.
${set("layout", layout)}
# The address that the published folder is served under.
${setOrHint("url", url, "https://packages.example.org/")}
${set("title", title)}
${setOrHint("description", description, "What people find here.")}
# Where it is published: pkgindex warns of what the host would refuse.
${set("host", host)}
# What is a package, and what is left out below the root: folders, as names or globs.
${packages.length === 0 ? `# ${set("packages", ["demo", "grid-*"])}` : set("packages", packages)}
${ignore.length === 0 ? `# ${set("ignore", ["**/old"])}` : set("ignore", ignore)}

[automation]
# This repository on GitHub: pkgindex issue-update and pkgindex publish speak to it.
${setOrHint("index", index, "octo-org/wheels")}
# The source repositories whose packages are built here: nobody's, until they are named.
${allow.length === 0 ? `allow = [] # ["octo-org/demo"]` : set("allow", allow)}
# What npm installs in the workflows to have pkgindex: a package, a tarball, a path or a git address. Where you change it,
# run pkgindex init again, which brings the workflows up to date.
${set("cli", cli)}
# Whether a build of another commit may take the place of a published file. Lock files hold hashes: better not.
${set("replace", settings.replace)}
`;
}

function toToml(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(toToml).join(", ")}]` : JSON.stringify(value);
}

/** The README for those who install from the index. */
export function renderReadme({
  title,
  description,
  url,
  root,
  layout,
}: Pick<ScaffoldSettings, "title" | "description" | "url" | "root" | "layout">): string {
  const address = simpleAddress(url ?? "https://packages.example.org/", layout);
  const folder = root === "." ? "Each folder" : `Each folder below \`${root}/\``;
  return `# ${escapeMarkdown(title)}

${description === undefined ? "" : `${escapeMarkdown(description)}\n\n`}A Python package index at <${address}>.${
    url === undefined ? " (Put the real address here, and into `[index] url` of `pkgindex.toml`.)" : ""
  }

## Install from it

\`\`\`bash
pip install --index-url ${address} NAME
pip install --extra-index-url ${address} NAME
uv add NAME --index packages=${address}
poetry source add --priority=explicit packages ${address} && poetry add --source packages NAME
\`\`\`

The first line takes everything from this index, the second one takes what is missing here from PyPI. With
\`--extra-index-url\` pip looks at both and takes the highest version from either, so whoever registers one of these names on PyPI
could have their code installed; uv and Poetry tie the name to this index, as their lines do.

## Add a package

\`\`\`bash
pkgindex add dist/*.whl
git add --all && git commit --message "add a package" && git push
\`\`\`

${folder} that holds wheels is a package. A published file never changes: give a new build a new version.

A source repository can have its packages added by itself: name it in \`[automation] allow\` of \`pkgindex.toml\`, and run
\`pkgindex workflows install\` there.
`;
}

/** What Markdown would read as markup. */
function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|]/g, "\\$&");
}

/**
 * Wheels are never text; what is generated is compared byte for byte, so no line end may change.
 * https://git-scm.com/docs/gitattributes
 */
export function renderGitAttributes(root: string): string {
  const base = root === "." ? "" : `${encodePattern(root)}/`;
  const pages = ["index.html", "index.v1.json"].map((name) => `${base === "" ? "" : `/${base}**/`}${name}`);
  const rest = ["404.html", "sitemap.xml", "-/**", "pypi/**", "project/**"].map((path) => `/${base}${path}`);
  return `# Wheels and sdists are no text.
*.whl binary
*.tar.gz binary
*.zip binary

# Pages and metadata are generated, and compared byte for byte.
*.whl.metadata -text
*.provenance -text
${[...pages, ...rest].map((pattern) => `${pattern} -text linguist-generated`).join("\n")}
`;
}

/** A path with blanks or wildcards in the syntax of git's patterns. */
function encodePattern(path: string): string {
  const escaped = path.replace(/[*?[\]\\]/g, "\\$&");
  return escaped.replace(/\s/g, "?");
}
