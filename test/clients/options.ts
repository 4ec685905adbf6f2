/** The command line of the suite. */
import { parseArgs } from "node:util";

/** What is run. */
export interface Options {
  /** Every client on every host, and the table is written down. */
  readonly all: boolean;
  readonly clients: readonly string[];
  readonly hosts: readonly string[];
  /** Only checks whose name has this in it. */
  readonly check: string;
  readonly breakages: boolean;
  readonly newest: boolean;
  /** Whether something that cannot run is a failure. */
  readonly strict: boolean;
  readonly jobs: number;
  /** Where a report in the form of vitest's goes. */
  readonly report: string | undefined;
}

export const USAGE = `usage: npm run test:clients -- [--all] [--client NAME]... [--host NAME]... [--check WORDS]
                              [--no-breakages] [--newest] [--strict] [--jobs N] [--report FILE]

Without options: every client on "pkgindex serve", and every host with the newest pip and uv.
  --all           every client on every host; writes test/clients/RESULTS.md
  --client NAME   only this one: a name of clients.json, or "strict reader"; may be repeated
  --host NAME     only this server, such as serve, static or nginx; may be repeated
  --check WORDS   only checks whose name has these words in it
  --no-breakages  leave out the test of the suite itself
  --newest        move clients.json to the newest versions first
  --strict        what cannot run here is a failure
  --jobs N        how many checks run at once (default: 2)
  --report FILE   write a report in the form of vitest's`;

/** Reads the command line; throws an error with the usage in it. */
export function parseOptions(
  words: readonly string[],
  known: { clients: readonly string[]; hosts: readonly string[] },
): Options {
  const { values } = parseArgs({
    args: [...words],
    options: {
      all: { type: "boolean", default: false },
      client: { type: "string", multiple: true, default: [] },
      host: { type: "string", multiple: true, default: [] },
      check: { type: "string", default: "" },
      "no-breakages": { type: "boolean", default: false },
      newest: { type: "boolean", default: false },
      strict: { type: "boolean", default: false },
      jobs: { type: "string", default: "2" },
      report: { type: "string" },
    },
  });
  for (const [what, asked, names] of [
    ["client", values.client, known.clients],
    ["host", values.host, known.hosts],
  ] as const) {
    const unknown = asked.find((name) => !names.includes(name));
    if (unknown !== undefined)
      throw new Error(`there is no ${what} "${unknown}"; there are ${names.join(", ")}\n${USAGE}`);
  }
  const jobs = Number(values.jobs);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > 64)
    throw new Error(`--jobs must be a whole number from 1 to 64\n${USAGE}`);
  const isNarrow = values.client.length > 0 || values.host.length > 0 || values.check !== "";
  return {
    all: values.all,
    clients: values.client,
    hosts: values.host,
    check: values.check,
    breakages: !values["no-breakages"] && !isNarrow,
    newest: values.newest,
    strict: values.strict,
    jobs,
    report: values.report,
  };
}
