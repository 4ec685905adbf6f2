/** Goes through the matrix: publishes the corpus, starts each host, and runs every check of every client on it. */
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import { checksOf, STRICT_READER } from "./checks.ts";
import { CORPUS, ELSEWHERE } from "./corpus.ts";
import { install, readPins, type InstalledClient } from "./environments.ts";
import type { Host, RunningHost } from "./hosts/host.ts";
import { HOSTS } from "./hosts/hosts.ts";
import type { Options } from "./options.ts";
import { publish, type LayoutName, type PublishedTree } from "./published-tree.ts";
import { runCheck, type Outcome } from "./run-check.ts";
import { startStaticHost } from "./support/static-host.ts";

/** One cell of the table. */
export interface Result {
  readonly client: string;
  readonly host: string;
  readonly check: string;
  readonly outcome: Outcome;
}

/** A client or a host that cannot be had here, and why. */
export interface Skip {
  readonly what: string;
  readonly why: string;
}

/** What came of the run. */
export interface SuiteResults {
  readonly clients: readonly InstalledClient[];
  readonly results: readonly Result[];
  readonly skips: readonly Skip[];
}

/** Whatever serves at the moment: it must end with the suite, also where the suite is told to stop. */
const serving = new Set<RunningHost>();

/** Ends every host that still runs. */
export async function stopHosts(): Promise<void> {
  await Promise.all([...serving].map((host) => host.stop()));
}

/** The clients that meet every host, also where not everything is run. */
const EVERYWHERE: ReadonlySet<string> = new Set(["pip", "uv", STRICT_READER.name]);

/** Runs what the options ask for; `tell` gets a line for each result. */
export async function runSuite(
  options: Options,
  work: string,
  tell: (result: Result) => void,
): Promise<SuiteResults> {
  const skips: Skip[] = [];
  const clients = await installClients(options, skips);
  // A web server that root starts goes on as somebody else, who has to get in.
  chmodSync(work, 0o755);
  const trees = new Map<LayoutName, PublishedTree>();
  for (const layout of ["simple", "flat"] as const)
    trees.set(layout, await publish(makeFolder(work, layout), layout, CORPUS, settingsOf(layout)));
  const second = await publish(makeFolder(work, "second"), "simple", ELSEWHERE);
  const secondHost = await startStaticHost(second.root);
  const results: Result[] = [];
  try {
    for (const host of HOSTS) {
      const published = trees.get(host.layout);
      const tree = published && { ...published, simplePath: host.simplePath ?? published.simplePath };
      const wanted = clients.filter((client) => isWanted(client.name, host, options));
      if (tree === undefined || wanted.length === 0) continue;
      const running = await startHost(host, tree, skips);
      if (running === undefined) continue;
      serving.add(running);
      const place = { formats: host.formats, tree, hostUrl: running.url, basePath: host.basePath };
      const tasks = wanted.flatMap((client) =>
        checksOf(client.name)
          .filter(
            (check) =>
              check.name.includes(options.check) &&
              check.applies?.({ client, formats: host.formats }) !== false,
          )
          .map((check) => ({ client, check })),
      );
      try {
        await inParallel(tasks, options.jobs, async ({ client, check }) => {
          const secondUrl = `${secondHost.url}/simple/`;
          const outcome = await runCheck(check, { ...place, client, secondUrl, work });
          const result = { client: client.name, host: host.name, check: check.name, outcome };
          results.push(result);
          tell(result);
        });
      } finally {
        serving.delete(running);
        await running.stop();
      }
    }
  } finally {
    await secondHost.stop();
  }
  return { clients, results, skips };
}

async function installClients(options: Options, skips: Skip[]): Promise<InstalledClient[]> {
  const clients: InstalledClient[] = [];
  for (const [name, pin] of Object.entries(readPins())) {
    if (options.clients.length > 0 && !options.clients.includes(name)) continue;
    const client = await install(name, pin);
    if (typeof client === "string") skips.push({ what: name, why: client });
    else clients.push(client);
  }
  if (options.clients.length === 0 || options.clients.includes(STRICT_READER.name))
    clients.push(STRICT_READER);
  return clients;
}

/** The default: every client on `serve`, the newest pip and uv everywhere. Who is named is run on what is named. */
function isWanted(client: string, host: Host, options: Options): boolean {
  if (options.hosts.length > 0 && !options.hosts.includes(host.server)) return false;
  if (host.without?.includes(client)) return false;
  if (options.all || options.hosts.length > 0 || options.clients.length > 0) return true;
  return EVERYWHERE.has(client) || host.name === "serve";
}

async function startHost(host: Host, tree: PublishedTree, skips: Skip[]): Promise<RunningHost | undefined> {
  const missing = await host.missing();
  if (missing !== undefined) {
    skips.push({ what: host.name, why: missing });
    return undefined;
  }
  try {
    return await host.start(tree, host.basePath);
  } catch (error) {
    skips.push({
      what: host.name,
      why: `did not start: ${error instanceof Error ? error.message : String(error)}`,
    });
    return undefined;
  }
}

/** The second root of JSON pages stands beside the first and must not disturb it. */
function settingsOf(layout: LayoutName): string[] {
  return layout === "simple" ? ["json-root = true"] : [];
}

function makeFolder(work: string, name: string): string {
  const folder = join(work, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Runs the tasks, `jobs` at a time, in their order. */
export async function inParallel<Task>(
  tasks: readonly Task[],
  jobs: number,
  run: (task: Task) => Promise<void>,
): Promise<void> {
  const queue = [...tasks];
  const work = async (): Promise<void> => {
    for (let task = queue.shift(); task !== undefined; task = queue.shift()) await run(task);
  };
  await Promise.all(Array.from({ length: jobs }, work));
}
