/** Times commands from outside, in turn, and says what came out in the middle. */
import { spawn, type ChildProcess } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";

/** One measured run: seconds, seconds, bytes. */
export interface Sample {
  readonly wall: number;
  /** User and system time of all threads and processes. */
  readonly cpu: number;
  /** The largest resident set, as the kernel reports it when the process ends. */
  readonly peak: number;
}

/** What is started, all commands at once, and where. */
export interface Work {
  readonly commands: readonly (readonly string[])[];
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether dirty pages are written out before the clock starts, so that nobody pays for another's. */
  readonly settle?: boolean;
}

/** One of those that are compared. `run` prepares what it needs, then measures; a later round never reuses a tree. */
export interface Contestant {
  readonly name: string;
  readonly run: (round: number) => Promise<Sample>;
}

/** All samples of a contestant. */
export interface Result {
  readonly name: string;
  readonly samples: readonly Sample[];
}

/** The middle of some numbers and their ends. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

interface Answer extends Sample {
  readonly codes: readonly number[];
  readonly errors: readonly string[];
}

/** Thrown when a measured command fails: its time would mean nothing. */
export class CommandFailed extends Error {}

/** The small Python process that starts the measured commands; `launcher.py` says what it counts. */
export class Launcher {
  readonly #process: ChildProcess;
  readonly #lines: Interface;
  readonly #answers: AsyncIterator<string>;
  readonly #environment: Readonly<Record<string, string>>;

  constructor(environment: Readonly<Record<string, string>>) {
    const script = fileURLToPath(new URL("launcher.py", import.meta.url));
    const started = spawn("python3", ["-S", "-E", script], { stdio: ["pipe", "pipe", "inherit"] });
    started.on("error", (error) => {
      console.error(`python3 is needed to measure: ${error.message}`);
      process.exit(1);
    });
    this.#process = started;
    this.#lines = createInterface({ input: started.stdout });
    this.#answers = this.#lines[Symbol.asyncIterator]();
    this.#environment = environment;
  }

  /** Starts the commands together and waits for all; throws `CommandFailed` with the end of what a failed one said. */
  async measure(work: Work): Promise<Sample> {
    const request = {
      commands: work.commands,
      cwd: work.folder,
      env: { ...this.#environment, ...work.environment },
      sync: work.settle ?? false,
    };
    this.#process.stdin?.write(`${JSON.stringify(request)}\n`);
    const line = await this.#answers.next();
    if (line.done === true)
      throw new CommandFailed(`cannot start ${work.commands[0]?.[0]}: launcher.py ended`);
    const answer = JSON.parse(line.value) as Answer;
    const failed = answer.codes.findIndex((code) => code !== 0);
    if (failed >= 0) {
      const command = work.commands[failed]?.slice(0, 4).join(" ");
      throw new CommandFailed(
        `${command} … ended with ${answer.codes[failed]}: ${answer.errors[failed]?.trim()}`,
      );
    }
    return { wall: answer.wall, cpu: answer.cpu, peak: answer.peak };
  }

  /** Ends the launcher. */
  close(): void {
    this.#process.stdin?.end();
    this.#lines.close();
  }
}

/** Two works one after the other count as one: the times add up, the larger peak stays. */
export function addSamples(first: Sample, second: Sample): Sample {
  return {
    wall: first.wall + second.wall,
    cpu: first.cpu + second.cpu,
    peak: Math.max(first.peak, second.peak),
  };
}

/** Runs all contestants in turn (A B A B …): one round to warm up, which is dropped, then `rounds` that count. */
export async function runInTurn(contestants: readonly Contestant[], rounds: number): Promise<Result[]> {
  const results = contestants.map(({ name }) => ({ name, samples: [] as Sample[] }));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [place, contestant] of contestants.entries()) {
      if (process.stderr.isTTY)
        process.stderr.write(`\r\x1b[Kround ${round} of ${rounds}: ${contestant.name}`);
      const sample = await contestant.run(round);
      if (round > 0) results[place]?.samples.push(sample);
    }
  }
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  return results;
}

/** Middle and ends of one quantity of some samples. */
export function spreadOf(samples: readonly Sample[], quantity: keyof Sample): Spread {
  const values = samples.map((sample) => sample[quantity]).toSorted((left, right) => left - right);
  const middle = values.length / 2;
  const median = (values[Math.ceil(middle) - 1]! + values[Math.floor(middle)]!) / 2;
  return { median, least: values[0]!, most: values.at(-1)! };
}

/** The middle of a contestant's wall times; throws if nobody has that name. */
export function medianOf(results: readonly Result[], name: string): number {
  return spreadOf(samplesOf(results, name), "wall").median;
}

/** The samples of a contestant; throws if nobody has that name. */
export function samplesOf(results: readonly Result[], name: string): Result["samples"] {
  const result = results.find((candidate) => candidate.name === name);
  if (result === undefined) throw new Error(`nobody is called "${name}"`);
  return result.samples;
}
