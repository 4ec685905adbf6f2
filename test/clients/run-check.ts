/** Runs one check in a room of its own: folder, tap, proxy. */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";

import type { Check, Formats, Situation } from "./check.ts";
import type { InstalledClient } from "./environments.ts";
import type { PublishedTree } from "./published-tree.ts";
import { closeTheDoor } from "./support/closed-door.ts";
import { openTap } from "./support/tap.ts";

/** How a check ended. A limit is the client's own, and was seen. */
export interface Outcome {
  readonly state: "passed" | "limit" | "failed";
  readonly words: string;
  readonly seconds: number;
}

/** Where a check is to run. */
export interface Place {
  readonly client: InstalledClient;
  readonly formats: Formats;
  readonly tree: PublishedTree;
  readonly hostUrl: string;
  readonly basePath: string;
  readonly secondUrl: string;
  /** A folder for the folders of checks. */
  readonly work: string;
}

/** Runs the check. A request to the outside is a failure whatever the check itself says. */
export async function runCheck(check: Check, place: Place): Promise<Outcome> {
  const begun = performance.now();
  const folder = mkdtempSync(join(place.work, "check-"));
  const isHttp = place.formats !== "file";
  const upstream = isHttp ? new URL(place.hostUrl).origin : undefined;
  const tap = upstream === undefined ? undefined : await openTap(upstream);
  const door = await closeTheDoor();
  const rootUrl = tap === undefined ? place.hostUrl : `${tap.origin}${place.basePath}`;
  const situation: Situation = {
    ...place,
    rootUrl,
    indexUrl: `${rootUrl}/${place.tree.simplePath}`,
    upstream,
    folder,
    proxy: door.url,
    requests: () => tap?.requests() ?? [],
    forget: () => tap?.forget(),
  };
  const end = (state: Outcome["state"], words: string): Outcome => ({
    state,
    words,
    seconds: (performance.now() - begun) / 1000,
  });
  try {
    const limit = await check.run(situation);
    if (door.knocks().length > 0) throw new Error(`asked for ${door.knocks().join(", ")}`);
    return limit === undefined ? end("passed", "") : end("limit", limit);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    const requests = situation
      .requests()
      .map(({ method, path, status, type }) => `  ${method} ${path} ${status} ${type}`);
    return end("failed", [words, ...requests.slice(-12)].join("\n").replaceAll(folder, "FOLDER"));
  } finally {
    await tap?.stop();
    await door.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
