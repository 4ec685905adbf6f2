/** What the suite prints and writes down. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { CHECKS } from "./checks.ts";
import type { Noticed } from "./run-breakages.ts";
import type { Result, SuiteResults } from "./run-suite.ts";

const TABLE = fileURLToPath(new URL("RESULTS.md", import.meta.url));
const SIGNS = { passed: "ok", limit: "limit", failed: "FAILED" } as const;

/** One line for each result, and what was said where it failed. */
export function formatResult({ client, host, check, outcome }: Result): string {
  const line = `${SIGNS[outcome.state].padEnd(6)}  ${client.padEnd(13)} ${host.padEnd(13)} ${check}  ${outcome.seconds.toFixed(1)} s`;
  if (outcome.state === "passed") return line;
  return `${line}\n${outcome.words.replaceAll(/^/gm, "          ")}`;
}

/** Prints the list of breakages and the last line; returns the exit code. */
export function printSummary(suite: SuiteResults, breakages: readonly Noticed[], strict: boolean): 0 | 1 {
  if (breakages.length > 0) {
    console.log("\nA good tree, broken, and who noticed:");
    for (const line of breakageLines(breakages)) console.log(line);
  }
  const failed = suite.results.filter(({ outcome }) => outcome.state === "failed");
  const unseen = breakages.filter(({ noticedBy }) => noticedBy.length === 0);
  if (failed.length > 0) console.log("\nFailed:");
  for (const { client, host, check } of failed) console.log(`  ${client} on ${host}: ${check}`);
  for (const { breakage } of unseen) console.log(`  nobody noticed: ${breakage}`);
  const limits = new Map(
    suite.results
      .filter(({ outcome }) => outcome.state === "limit")
      .map(({ client, outcome }) => [`${client} ${outcome.words}`, 0]),
  );
  if (limits.size > 0) console.log("\nLimits of clients, seen to be still there:");
  for (const limit of limits.keys()) console.log(`  ${limit}`);
  const passed = suite.results.length - failed.length + breakages.length - unseen.length;
  const why = suite.skips.map(({ what, why: reason }) => `${what}: ${reason}`).join("; ");
  console.log(
    `\n${passed} passed, ${failed.length + unseen.length} failed, ${suite.skips.length} skipped${why === "" ? "" : ` (${why})`}`,
  );
  const nothing = suite.results.length === 0;
  return failed.length + unseen.length > 0 || nothing || (strict && suite.skips.length > 0) ? 1 : 0;
}

function breakageLines(breakages: readonly Noticed[]): string[] {
  return breakages.map(
    ({ breakage, noticedBy }) =>
      `  ${noticedBy.length > 0 ? "ok    " : "FAILED"}  ${breakage}: ${noticedBy.join(", ") || "nobody"}`,
  );
}

/** Writes `RESULTS.md`: client x host x check, the limits, the breakages. */
export function writeTable(suite: SuiteResults, breakages: readonly Noticed[]): void {
  const hosts = [...new Set(suite.results.map(({ host }) => host))];
  const lines = [
    "# Every client on every host",
    "",
    "Written by `npm run test:clients -- --all`. `ok`: the client got what it must; `limit`: the client cannot, whatever the index",
    "does, and the reason is below; an empty cell: the client or the host has no such thing. Hosts without a path serve the root",
    "of the tree, `/a/b/` a sub-path; `flat` is the flat layout.",
    "",
    `Clients: ${suite.clients
      .filter(({ version }) => version !== "")
      .map(({ name, version }) => (name.endsWith(version) ? name : `${name} ${version}`))
      .join(", ")}.`,
  ];
  for (const { name: client } of suite.clients) {
    lines.push("", `## ${client}`, "", ...tableOf(suite, client, hosts));
  }
  lines.push("", "## Limits of clients", "");
  const limits = new Map<string, Set<string>>();
  for (const { client, check, host, outcome } of suite.results) {
    if (outcome.state !== "limit") continue;
    const key = `- ${client}, ${check}: ${outcome.words}`;
    limits.set(key, (limits.get(key) ?? new Set()).add(host));
  }
  for (const [limit, where] of limits) lines.push(`${limit} (${[...where].toSorted().join(", ")})`);
  lines.push("", "## Skipped", "");
  lines.push(
    ...(suite.skips.length === 0
      ? ["Nothing."]
      : suite.skips.map(({ what, why }) => `- ${what}: ${why.split("\n")[0]}`)),
  );
  lines.push("", "## A good tree, broken, and who noticed", "");
  for (const { breakage, noticedBy } of breakages)
    lines.push(`- ${breakage}: ${noticedBy.join(", ") || "**nobody**"}`);
  writeFileSync(TABLE, `${lines.join("\n")}\n`);
}

function tableOf({ results }: SuiteResults, client: string, hosts: readonly string[]): string[] {
  const own = results.filter((result) => result.client === client);
  const used = hosts.filter((host) => own.some((result) => result.host === host));
  const checks = CHECKS.map(({ name }) => name).filter((name) => own.some(({ check }) => check === name));
  const rows = [...new Set(checks)].map((check) => [
    check,
    ...used.map((host) => {
      const result = own.find((candidate) => candidate.host === host && candidate.check === check);
      return result === undefined ? "" : SIGNS[result.outcome.state];
    }),
  ]);
  return alignTable([["check", ...used], ...rows]);
}

/** As prettier lays a table out. */
function alignTable(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(3, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const lines = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`,
  );
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [lines[0] ?? "", rule, ...lines.slice(1)];
}

/** Writes a report of the same form as vitest's, for whoever adds up several. */
export function writeReport(path: string, suite: SuiteResults, breakages: readonly Noticed[]): void {
  const assertionResults = [
    ...suite.results.map(({ client, host, check, outcome }) => ({
      fullName: `${client} on ${host}: ${check}`,
      status: outcome.state === "failed" ? "failed" : "passed",
    })),
    ...breakages.map(({ breakage, noticedBy }) => ({
      fullName: `noticed: ${breakage}`,
      status: noticedBy.length > 0 ? "passed" : "failed",
    })),
    ...suite.skips.map(({ what, why }) => ({ fullName: `${what}: ${why}`, status: "skipped" })),
  ];
  const count = (status: string): number =>
    assertionResults.filter((result) => result.status === status).length;
  const report = {
    success: count("failed") === 0,
    numPassedTests: count("passed"),
    numFailedTests: count("failed"),
    testResults: [{ name: "test/clients", assertionResults }],
  };
  writeFileSync(path, `${JSON.stringify(report)}\n`);
}
