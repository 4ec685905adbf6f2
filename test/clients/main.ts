/** `npm run test:clients`: real clients against real hosts; `README.md` says how. */
import { existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { MAIN } from "../support/run-cli.ts";
import { STRICT_READER } from "./checks.ts";
import { findNewest, readPins, writePins } from "./environments.ts";
import { HOSTS } from "./hosts/hosts.ts";
import { parseOptions, type Options } from "./options.ts";
import { formatResult, printSummary, writeReport, writeTable } from "./report.ts";
import { runSuite, stopHosts } from "./run-suite.ts";
import { runBreakages } from "./run-breakages.ts";
import { stopPrograms } from "./support/run-program.ts";

/** Whoever looks at broken trees where not everything is run. */
const QUICK: ReadonlySet<string> = new Set([STRICT_READER.name, "uv"]);

async function moveToNewest(): Promise<void> {
  const pins = readPins();
  for (const [name, pin] of Object.entries(pins)) {
    if (pin.fixed !== undefined) continue;
    const version = await findNewest(pin);
    if (version === pin.version) continue;
    console.log(`${name}: ${pin.version} -> ${version}`);
    pins[name] = { ...pin, version };
  }
  writePins(pins);
}

async function run(options: Options): Promise<number> {
  if (options.newest) await moveToNewest();
  const work = mkdtempSync(join(realpathSync(tmpdir()), "pkgindex-clients-"));
  const remove = (): void => rmSync(work, { recursive: true, force: true, maxRetries: 3 });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      stopPrograms();
      // What still writes there may win the race; the system clears its folder for such things itself.
      void stopHosts()
        .then(remove)
        .finally(() => process.exit(1));
    });
  }
  try {
    const suite = await runSuite(options, work, (result) => console.log(formatResult(result)));
    const watchers = suite.clients.filter(({ name }) => options.all || QUICK.has(name));
    const breakages = options.breakages ? await runBreakages(watchers, work, options.jobs) : [];
    if (options.all && options.breakages) writeTable(suite, breakages);
    if (options.report !== undefined) writeReport(options.report, suite, breakages);
    return printSummary(suite, breakages, options.strict);
  } finally {
    remove();
  }
}

try {
  const clients = [...Object.keys(readPins()), STRICT_READER.name];
  const options = parseOptions(process.argv.slice(2), {
    clients,
    hosts: [...new Set(HOSTS.map(({ server }) => server))],
  });
  if (!existsSync(MAIN)) throw new Error(`${MAIN} does not exist: run "npm run build" first`);
  process.exitCode = await run(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
