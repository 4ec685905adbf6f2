/** What is told of a publication: the commit message, and the summary page of a run in Actions. */
import { parseFilename } from "../archive/parse-filename.ts";
import type { BuildReport } from "../builds/build-report.ts";
import { readGithubAddresses } from "../github/addresses.ts";
import type { PublishTarget } from "../github/publish-target.ts";
import { writeActionsSummary } from "../io/actions-files.ts";
import { formatBytes } from "../io/terminal.ts";
import { simpleAddress } from "../simple/layout.ts";
import { formatCell, formatCommit, formatText } from "./actions-report.ts";
import type { Addition } from "./decide-addition.ts";
import type { Publication } from "./publish-files.ts";

/** The commit message: the release in its first line, then the files and where they were built from. */
export function formatCommitMessage({ change }: Addition, report: BuildReport | undefined): string {
  const releases = [...new Set(change.incoming.map(({ filename }) => formatRelease(filename)))];
  const [release, ...others] = releases;
  const title = others.length === 0 ? `add ${release}` : `add ${releases.length} releases`;
  const files = change.incoming.map(({ filename }) => filename).join("\n");
  const source = report === undefined ? "" : `\nBuilt from ${report.repository} at ${report.commit}\n`;
  return `${title}\n\n${files}\n${source}`;
}

function formatRelease(filename: string): string {
  const { name, version } = parseFilename(filename);
  return `${name} ${version.text}`;
}

/** The summary page: what came, from which commit, where it is now, and how to install it. */
export function writePublishSummary(
  environment: Readonly<Record<string, string | undefined>>,
  { addition, config, commit }: Publication,
  target: PublishTarget,
  report: BuildReport | undefined,
): void {
  const { server } = readGithubAddresses(environment);
  const { change, alreadyThere } = addition;
  const releases = [...new Set(change.incoming.map(({ filename }) => formatRelease(filename)))];
  const title =
    commit === undefined ? "Nothing new to publish" : `Published ${formatText(releases.join(", "))}`;
  const lines = [`## ${title}`, ""];
  const rows = change.incoming.map(
    ({ filename, inspection: { size, sha256 } }) =>
      `| ${formatCell(filename)} | ${formatBytes(size)} | ${formatCell(sha256 ?? "")} |`,
  );
  if (rows.length > 0) lines.push("| File | Size | SHA-256 |", "| --- | --- | --- |", ...rows, "");
  for (const path of alreadyThere) lines.push(`- ${formatCell(path)} is there already`);
  if (alreadyThere.length > 0) lines.push("");
  if (report !== undefined) {
    const ref = report.ref === report.commit ? "" : ` (${formatCell(report.ref)})`;
    lines.push(`Built from ${formatCommit(server, report.repository, report.commit)}${ref}`, "");
  }
  if (commit !== undefined && target.isGithub)
    lines.push(`Added to ${formatCommit(server, target.display, commit)}`, "");
  const install = findInstallCommand(config, change.incoming[0]?.filename);
  if (install !== undefined) lines.push("```bash", install, "```");
  else if (config.url === undefined)
    lines.push("Once `[index] url` is set in pkgindex.toml, the command to install it stands here.");
  writeActionsSummary(environment, `${lines.join("\n").trimEnd()}\n`);
}

function findInstallCommand(
  { url, layout }: Publication["config"],
  filename: string | undefined,
): string | undefined {
  if (url === undefined || filename === undefined) return undefined;
  const { name, version } = parseFilename(filename);
  return `pip install --extra-index-url ${simpleAddress(url, layout)} ${name}==${version.text}`;
}
