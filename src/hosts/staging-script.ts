/**
 * Shell lines that copy what is published, and nothing else of the root, into an empty folder: hosts that take a folder serve
 * all that is in it, and the root may hold records, `.git`, tokens and configuration.
 */
import type { HostFacts } from "./host.ts";

/** Quotes a text for a POSIX shell. */
export function quoteShell(text: string): string {
  return `'${text.replace(/'/g, "'\\''")}'`;
}

/** Lines that bring the pages up to date and fill the folder `$site`, from the variable `$root`. */
export function stagingLines({ cli }: HostFacts, base: string): string {
  const folder = base === "/" ? "" : base.replace(/\/$/, "");
  const target = folder === "" ? '"$site"' : `"$site"${quoteShell(folder)}`;
  const mention =
    folder === ""
      ? ""
      : `\nfor name in _headers _routes.json; do\n  if [ -e ${target}/"$name" ]; then mv ${target}/"$name" "$site"; fi\ndone`;
  return `# Until pkgindex is installed in another way, npx fetches it.
\${PKGINDEX:-npx --yes --package ${quoteShell(cli)} pkgindex} generate --root "$root"
mkdir -p ${target}
# What is published, and nothing else of the root: it may hold records, .git, tokens and configuration.
(
  cd "$root"
  find . \\( -name '.?*' -o -name node_modules \\) -prune -o \\( -type f -o -type l \\) \\( \\
    -name '*.whl' -o -name '*.whl.metadata' -o -name '*.tar.gz' -o -name '*.zip' -o -name '*.provenance' -o \\
    -name index.html -o -name index.v1.json -o -path './pypi/*/json' -o -path './-/*' -o \\
    -path ./404.html -o -path ./sitemap.xml -o -path ./_headers -o -path ./_routes.json \\) -print0 |
    tar --create --dereference --null --files-from - --file -
) | tar --extract --file - --directory ${target}${mention}`;
}
