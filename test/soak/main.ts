/**
 * Kills pkgindex again and again: `npm run soak -- --kills 300`.
 *
 * Two trees get the same changes. In one of them every run is left alone; in the other it is killed with SIGKILL at a
 * random moment, one to three times. After each kill the tree must be an index that a client can use, and after a last
 * run that is left alone both trees must be equal, byte for byte.
 *
 * A third of the rounds changes files and kills `generate`; the others kill a command that decides something (`add`, `yank`,
 * `unyank`, `status`, `remove`, `prune`): after the next `generate` it must have happened or not, whole.
 */
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";

import { MAIN } from "../support/run-cli.ts";
import { checkIndex } from "./check-index.ts";
import { makeCorpus } from "./corpus.ts";
import { DECISIONS, RETENTION, type Decision, planDecision } from "./decisions.ts";
import { PHASES, type Phase, chooseMoment, phaseOf } from "./kill-plan.ts";
import { type KillMoment, type RunEnd, runCommand } from "./killed-run.ts";
import { type Known, applyMutation, planMutation } from "./mutations.ts";
import { downloadOneWithPip } from "./pip-check.ts";
import { createRandom } from "./random.ts";
import { compareTrees, hashTree, snapshotTree } from "./tree.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "300" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    projects: { type: "string", default: "40" },
    wheels: { type: "string", default: "400" },
    "pip-every": { type: "string", default: "10" },
    // Another program than the one that is built: one that is broken on purpose, to see the soak fail.
    program: { type: "string", default: MAIN },
    report: { type: "string" },
  },
});
const { program } = values;
const wanted = Number(values.kills);
const pipEvery = Number(values["pip-every"]);
const python = process.env["PKGINDEX_E2E_PYTHON"];
if (!Number.isInteger(wanted) || wanted < 1) throw new Error("--kills takes a whole number from 1");

const random = createRandom(Number(values.seed));
const folder = mkdtempSync(join(realpathSync(tmpdir()), "pkgindex-soak-"));
const victim = join(folder, "victim", "index");
const twin = join(folder, "twin", "index");
const known = new Map<string, Known>();
for (const wheel of makeCorpus(Number(values.projects), Number(values.wheels))) {
  known.set(wheel.filename, { wheel, revision: 0, folder: wheel.folder });
}

const failures: string[] = [];
const phases = new Map<Phase, number>(PHASES.map((phase) => [phase, 0]));
const mutations = new Map<string, number>();
/** How the killed decisions of each command turned out. */
const decisions = new Map(DECISIONS.map((name) => [name, { happened: 0, not: 0 }]));
const tally = { kills: 0, late: 0, missed: 0, pipChecks: 0 };

function fail(what: string, run?: RunEnd): void {
  const kept = join(folder, `failure-${failures.length + 1}`);
  cpSync(victim, kept, { recursive: true, preserveTimestamps: true });
  const said = run === undefined ? "" : `\n${run.output.trimEnd().replaceAll(/^/gm, "    ")}`;
  failures.push(`kill ${tally.kills}: ${what}${said}\n    the tree is kept in ${kept}`);
  console.error(failures.at(-1));
}

/** Starts a run on the victim and kills it. Returns whether there was something to do and the run did not end before. */
async function killOnce(
  command: readonly string[],
  epoch: number,
  took: number,
  tolerated: ReadonlySet<string>,
  moment?: KillMoment,
): Promise<boolean> {
  const before = snapshotTree(victim);
  const toMend = compareTrees(victim, twin).filter(({ write }) => write !== "temporary");
  if (toMend.length === 0) return false;
  const isLate = tally.late < tally.kills * 0.6 || random.next() < 0.6;
  const kill = moment ?? chooseMoment(toMend, took, random, isLate);
  const run = await runCommand(victim, { program, command, epoch, kill, slowDisk: random.next() < 0.5 });
  if (run.signal !== "SIGKILL") {
    tally.missed += 1;
    if (run.code !== 0) fail(`the run ended by itself with exit code ${run.code}`, run);
    return false;
  }
  tally.kills += 1;
  const phase = phaseOf(
    before,
    snapshotTree(victim),
    compareTrees(victim, twin).every(({ write }) => write === "temporary"),
  );
  phases.set(phase, (phases.get(phase) ?? 0) + 1);
  if (phase !== "before the first write") tally.late += 1;

  const faults = checkIndex(victim).filter(({ subject }) => !tolerated.has(subject));
  if (faults.length > 0) {
    const texts = faults.slice(0, 5).map(({ text }) => text);
    fail(`killed in phase "${phase}", ${faults.length} faults: ${texts.join("; ")}`);
  }
  if (python !== undefined && tally.kills % pipEvery === 0) {
    const { checked, fault } = await downloadOneWithPip(python, victim, random, tolerated);
    if (checked) tally.pipChecks += 1;
    if (fault !== undefined) fail(`killed in phase "${phase}", and pip fails: ${fault}`);
  }
  return true;
}

/** Every round is an hour later than the one before. */
function epochOf(number: number): number {
  return Date.UTC(2026, 0, 1) / 1000 + number * 3600;
}

/** One round of files: a change of both trees, a run that is left alone, runs that are killed, and the run that heals. */
async function round(number: number): Promise<void> {
  const epoch = epochOf(number);
  const mutation =
    number === 0
      ? {
          name: "first run",
          changes: random.sample([...known.values()], Math.floor(known.size * 0.75)).map((entry) => ({
            kind: "write" as const,
            path: `${entry.folder}/${entry.wheel.filename}`,
            bytes: entry.wheel.bytes(0),
          })),
          options: [],
        }
      : planMutation(twin, known, random, new Date(epoch * 1000).toISOString().replace(".000", ""));
  mutations.set(mutation.name, (mutations.get(mutation.name) ?? 0) + 1);
  applyMutation(victim, mutation);
  applyMutation(twin, mutation);
  // What the change itself broke (a page with a link to a wheel that is gone) may stay so until a run is through.
  const tolerated = new Set(checkIndex(victim).map(({ subject }) => subject));

  const command = ["generate", ...mutation.options];
  const run = await runCommand(twin, { program, command, epoch });
  if (run.code !== 0) throw new Error(`a run that is left alone fails (${mutation.name}):\n${run.output}`);
  const faults = checkIndex(twin);
  if (faults.length > 0) throw new Error(`a run that is left alone leaves a fault: ${faults[0]?.text}`);

  for (let times = random.integer(1, 3); times > 0 && tally.kills < wanted; times -= 1) {
    if (!(await killOnce(command, epoch, run.took, tolerated))) break;
  }
  const healing = await runCommand(victim, { program, command, epoch });
  const differences = compareTrees(victim, twin);
  if (healing.code !== 0)
    fail(`the healing run (${mutation.name}) ends with exit code ${healing.code}`, healing);
  if (differences.length > 0) {
    fail(
      `after ${mutation.name}, ${differences.length} differences: ${differences
        .slice(0, 5)
        .map(({ text }) => text)
        .join("; ")}`,
    );
  }
  if (healing.code !== 0 || differences.length > 0) startOver();
}

/** After a failure: both trees are equal again. */
function startOver(): void {
  rmSync(victim, { recursive: true });
  cpSync(twin, victim, { recursive: true, preserveTimestamps: true });
}

/** One round of a decision: a command that is left alone, the same one killed, and a look at what came of it. */
async function decisionRound(epoch: number): Promise<void> {
  const decision = planDecision(twin, join(folder, "dist"), known, random);
  if (decision === undefined) return;
  const { command } = decision;
  const before = hashTree(victim);
  const run = await runCommand(twin, { program, command, epoch });
  if (run.code !== 0)
    throw new Error(`a command that is left alone fails (${command.join(" ")}):\n${run.output}`);
  noteFolders(decision);
  const moment: KillMoment | undefined =
    random.next() < 0.3
      ? { after: "change", path: ".pkgindex/journal.json", milliseconds: random.next() }
      : undefined;
  const wasKilled = await killOnce(command, epoch, run.took, new Set(), moment);
  const healing = await runCommand(victim, { program, command: ["generate"], epoch });
  if (healing.code !== 0)
    fail(`generate after ${command.join(" ")} ends with exit code ${healing.code}`, healing);
  const differences = compareTrees(victim, twin);
  const isUndone = equalTrees(hashTree(victim), before);
  if (differences.length > 0 && !isUndone) {
    const texts = differences.slice(0, 5).map(({ text }) => text);
    fail(`${command.join(" ")} has happened in part: ${texts.join("; ")}`, healing);
    return startOver();
  }
  const counts = decisions.get(decision.name);
  if (wasKilled && counts !== undefined) counts[differences.length === 0 ? "happened" : "not"] += 1;
  if (differences.length === 0) return;
  const again = await runCommand(victim, { program, command, epoch });
  if (again.code !== 0 || compareTrees(victim, twin).length > 0) {
    fail(`${command.join(" ")} does not do its work after it was killed`, again);
    startOver();
  }
}

/** Learns where `add` has put wheels, for the mutations to come. */
function noteFolders({ name, wheels }: Decision): void {
  if (name !== "add") return;
  const places = new Map([...snapshotTree(twin).keys()].map((path) => [basename(path), dirname(path)]));
  for (const entry of wheels) entry.folder = places.get(entry.wheel.filename) ?? entry.folder;
}

function equalTrees(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  return one.size === other.size && [...one].every(([path, hash]) => other.get(path) === hash);
}

mkdirSync(victim, { recursive: true });
mkdirSync(twin, { recursive: true });
for (const place of ["victim", "twin"]) writeFileSync(join(folder, place, "pkgindex.toml"), RETENTION);
console.log(`soak: ${wanted} kills, seed ${values.seed}, in ${folder}`);
if (python === undefined) console.log("soak: pip is not asked, since PKGINDEX_E2E_PYTHON is not set");
const begun = Date.now();
for (let number = 0; tally.kills < wanted && failures.length < 20; number += 1) {
  if (number % 3 === 0) await round(number);
  else await decisionRound(epochOf(number));
  if (number % 20 === 19) console.log(`soak: ${tally.kills} kills, ${failures.length} failures`);
}

console.log(
  `\n${tally.kills} kills in ${Math.round((Date.now() - begun) / 1000)} s (${tally.missed} runs ended before their kill)`,
);
for (const [phase, count] of phases) console.log(`  ${phase.padEnd(24)}${String(count).padStart(5)}`);
console.log(`after these changes: ${[...mutations].map(([name, count]) => `${name} ${count}`).join(", ")}`);
const decided = [...decisions].map(([name, { happened, not }]) => `${name} ${happened}/${not}`);
console.log(`killed commands that happened/did not happen: ${decided.join(", ")}`);
console.log(`pip downloaded from ${tally.pipChecks} trees just after a kill`);
if (tally.late < tally.kills / 2)
  failures.push(`only ${tally.late} of ${tally.kills} kills fell after the first write`);
for (const [name, { happened, not }] of decisions)
  if (wanted >= 300 && happened + not === 0) failures.push(`${name} was never killed`);
if (python !== undefined && tally.kills >= pipEvery * 4 && tally.pipChecks === 0)
  failures.push("no tree was shown to pip");
console.log(failures.length === 0 ? "no failures" : `${failures.length} failures:\n${failures.join("\n")}`);
if (values.report !== undefined) {
  writeFileSync(
    values.report,
    JSON.stringify({
      ...tally,
      failures,
      phases: Object.fromEntries(phases),
      decisions: Object.fromEntries(decisions),
    }),
  );
}
if (failures.length === 0) rmSync(folder, { recursive: true });
else process.exitCode = 1;
