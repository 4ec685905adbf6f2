/** What is told of a publication: the commit message, and the summary page of a run in Actions. */
import { parseFilename } from "../archive/parse-filename.ts";
import type { BuildReport } from "../builds/build-report.ts";
import { writeActionsSummary } from "../io/actions-files.ts";
import { simpleAddress } from "../simple/layout.ts";
import { formatCell } from "./actions-report.ts";
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

/** The summary page: what came, from which commit, and how to install it. */
export function writePublishSummary(
  environment: Readonly<Record<string, string | undefined>>,
  { addition, config, commit }: Publication,
  report: BuildReport | undefined,
): void {
  const { change, alreadyThere } = addition;
  const rows = change.incoming.map(
    ({ filename, inspection }) => `| ${formatCell(filename)} | ${formatCell(inspection.sha256 ?? "")} |`,
  );
  const lines = [commit === undefined ? "## Nothing new to publish" : "## Published", ""];
  if (rows.length > 0) lines.push("| File | SHA-256 |", "| --- | --- |", ...rows, "");
  for (const path of alreadyThere) lines.push(`- ${formatCell(path)} is there already`);
  if (report !== undefined) {
    const { repository, ref } = report;
    lines.push(
      "",
      `Built from ${formatCell(repository)} at ${formatCell(report.commit)} (${formatCell(ref)})`,
    );
  }
  const [first] = change.incoming;
  if (first !== undefined) {
    const { name, version } = parseFilename(first.filename);
    const index = config.url === undefined ? "URL" : simpleAddress(config.url, config.layout);
    lines.push("", "```bash", `pip install --extra-index-url ${index} ${name}==${version.text}`, "```");
  }
  writeActionsSummary(environment, `${lines.join("\n")}\n`);
}
