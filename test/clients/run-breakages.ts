/** The test of the suite itself: a good tree is broken, and the same checks as ever must notice. */
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import { BREAKAGES, type Breakage } from "./breakages.ts";
import { checksOf, STRICT_READER } from "./checks.ts";
import type { Check } from "./check.ts";
import { CORPUS, ELSEWHERE } from "./corpus.ts";
import type { InstalledClient } from "./environments.ts";
import { publish, type PublishedTree } from "./published-tree.ts";
import { runCheck } from "./run-check.ts";
import { inParallel } from "./run-suite.ts";
import { startStaticHost } from "./support/static-host.ts";

/** A breakage, and the clients and checks that failed over it. */
export interface Noticed {
  readonly breakage: string;
  readonly noticedBy: readonly string[];
}

/** The checks that a broken tree is shown to: a few of each client, all of them quick. */
const WATCHERS: Readonly<Record<string, readonly string[]>> = {
  pip: ["download takes the right file", "resolves from sidecars"],
  uv: ["lock has address", "resolves from sidecars", "exclude-newer", "what this index has not"],
  "pypi-simple": ["understands every"],
  mousebender: ["understands every"],
  [STRICT_READER.name]: [""],
};

/** An address that forgets the path of the index must not be right by chance. */
const BASE_PATH = "/a/b";

/**
 * Shows every breakage to the watchers, from HTML and from JSON. The good tree comes first: a check that fails on it
 * would notice anything, so that is an error.
 */
export async function runBreakages(
  clients: readonly InstalledClient[],
  work: string,
  jobs: number,
): Promise<Noticed[]> {
  const folder = join(work, "breakages");
  mkdirSync(folder);
  const good = await publish(join(folder, "good"), "simple", CORPUS);
  const second = await publish(join(folder, "second"), "simple", ELSEWHERE);
  const secondHost = await startStaticHost(second.root);
  const secondUrl = `${secondHost.url}/simple/`;
  const show = (breakage: Breakage): Promise<string[]> =>
    showTo(clients, breakage, { good, folder, secondUrl });
  try {
    const alarms = await show({ name: "nothing" });
    if (alarms.length > 0) return [{ breakage: `false alarms: ${alarms.join(", ")}`, noticedBy: [] }];
    const noticed = new Map<string, readonly string[]>();
    await inParallel(BREAKAGES, jobs, async (breakage) => {
      noticed.set(breakage.name, await show(breakage));
    });
    return BREAKAGES.map(({ name }) => ({ breakage: name, noticedBy: noticed.get(name) ?? [] }));
  } finally {
    await secondHost.stop();
  }
}

/** The names of the watchers that fail on the broken tree. */
async function showTo(
  clients: readonly InstalledClient[],
  breakage: Breakage,
  { good, folder, secondUrl }: { good: PublishedTree; folder: string; secondUrl: string },
): Promise<string[]> {
  const repository = join(folder, breakage.name.replaceAll(/\W+/g, "-"));
  cpSync(good.repository, repository, { recursive: true });
  const tree = { ...good, repository, root: join(repository, "index") };
  breakage.files?.(tree);
  const alarmed = new Set<string>();
  for (const formats of ["html", "negotiated"] as const) {
    const change = breakage.change === undefined ? {} : { change: breakage.change };
    const negotiates = formats === "negotiated";
    const host = await startStaticHost(tree.root, { basePath: BASE_PATH, negotiates, ...change });
    const place = { formats, tree, hostUrl: host.url, basePath: BASE_PATH, secondUrl, work: folder };
    try {
      for (const { client, check } of watchersFrom(clients)) {
        // One alarm of a client is enough.
        if (alarmed.has(client.name) || check.applies?.({ client, formats }) === false) continue;
        const { state } = await runCheck(check, { ...place, client });
        if (state === "failed") alarmed.add(client.name);
      }
    } finally {
      await host.stop();
    }
  }
  return [...alarmed];
}

function watchersFrom(clients: readonly InstalledClient[]): { client: InstalledClient; check: Check }[] {
  return clients.flatMap((client) =>
    checksOf(client.name)
      .filter(({ name }) => WATCHERS[client.name]?.some((words) => name.startsWith(words)))
      .map((check) => ({ client, check })),
  );
}
