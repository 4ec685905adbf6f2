/** Lighthouse's opinion of the home and of a project. */
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { findFreePort } from "../hosts/support/web-servers.ts";
import { NEEDS_CHROMIUM, startBrowser } from "./support/browser.ts";
import { hostSite, type PublishedSite, type SiteServer } from "./support/published-site.ts";
import { publishVariedSite } from "./support/varied-projects.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

/** The folder of the package: it is no dependency, since it brings 200 others. */
const LIGHTHOUSE = process.env["PKGINDEX_E2E_LIGHTHOUSE"];
const MISSING =
  NEEDS_CHROMIUM || (LIGHTHOUSE === undefined ? " (skipped: PKGINDEX_E2E_LIGHTHOUSE is not set)" : "");

/** The parts of a report that are looked at: https://github.com/GoogleChrome/lighthouse/blob/main/docs/understanding-results.md */
interface Report {
  readonly categories: Readonly<
    Record<string, { readonly score: number; readonly auditRefs: readonly { readonly id: string }[] }>
  >;
  readonly audits: Readonly<Record<string, { readonly score: number | null; readonly title: string }>>;
}

type Lighthouse = (
  url: string,
  flags: { readonly port: number; readonly onlyCategories: readonly string[]; readonly logLevel: "error" },
) => Promise<{ readonly lhr: Report }>;

describe(`lighthouse${MISSING}`, () => {
  let browser: Browser;
  let site: PublishedSite;
  let server: SiteServer;
  let port: number;
  let lighthouse: Lighthouse;

  beforeAll(async () => {
    if (MISSING !== "" || LIGHTHOUSE === undefined) return;
    const module = (await import(pathToFileURL(join(LIGHTHOUSE, "core", "index.js")).href)) as {
      readonly default: Lighthouse;
    };
    lighthouse = module.default;
    port = await findFreePort();
    [browser, site] = await Promise.all([
      startBrowser([`--remote-debugging-port=${port}`]),
      publishVariedSite(
        '[index]\ntitle = "Packages of the grid team"\ndescription = "What the team publishes."\n',
      ),
    ]);
    server = await hostSite(site, "/a/");
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    site?.remove();
  });

  test.runIf(MISSING === "").each([
    ["the home", ""],
    ["a project", "project/grid-solver/"],
  ])("%s is accessible and follows best practices", async (name, path) => {
    const onlyCategories = ["accessibility", "best-practices", "performance"];
    const { lhr } = await lighthouse(server.url + path, { port, onlyCategories, logLevel: "error" });
    const scores = Object.entries(lhr.categories).map(
      ([id, { score }]) => [id, Math.round(score * 100)] as const,
    );
    console.log(`lighthouse, ${name}: ${scores.map(([id, score]) => `${id} ${score}`).join(", ")}`);
    for (const [id, score] of scores) {
      const refs = lhr.categories[id]?.auditRefs ?? [];
      const lost = refs.flatMap((ref) => {
        const audit = lhr.audits[ref.id];
        return audit?.score === 0 ? [`${ref.id}: ${audit.title}`] : [];
      });
      // The speed of the machine is no matter of the pages.
      if (id !== "performance") expect(score, lost.join("\n")).toBeGreaterThanOrEqual(95);
    }
    expect(scores.map(([id]) => id)).toEqual(expect.arrayContaining(onlyCategories));
  });
});
