/** What a visitor's browser makes of every kind of page: nothing to complain of, for anybody, on any screen. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import {
  NEEDS_CHROMIUM,
  NO_COMPLAINTS,
  openWatchedPage,
  startBrowser,
  THEMES,
  WIDTHS,
  type WatchedPage,
} from "./support/browser.ts";
import { PAGE_KINDS, type PageKind } from "./support/kinds-of-pages.ts";
import { manyWheels } from "./support/many-projects.ts";
import {
  publishSite,
  hostSite,
  serveSite,
  type PublishedSite,
  type SiteServer,
} from "./support/published-site.ts";
import { publishVariedSite } from "./support/varied-projects.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const INDEXES: readonly {
  readonly name: string;
  readonly publish: () => Promise<PublishedSite>;
  readonly start: (site: PublishedSite) => Promise<SiteServer>;
  readonly kinds: readonly PageKind[];
}[] = [
  {
    name: "a varied index on pkgindex serve",
    publish: () => publishVariedSite('[index]\ntitle = "Packages of the grid team"\n'),
    start: (site) => serveSite(site, "/team/packages/"),
    kinds: PAGE_KINDS,
  },
  {
    name: "a large index on a host of files",
    publish: () => publishSite(manyWheels(320), '[index]\nurl = "https://packages.example.org/a/"\n'),
    start: (site) => hostSite(site, "/a/"),
    kinds: [
      { kind: "home", path: "" },
      { kind: "later page of the list", path: "-/page/2/" },
      { kind: "last page of the list", path: "-/page/4/" },
    ],
  },
  {
    name: "an index of one project",
    publish: () => publishSite(manyWheels(1)),
    start: (site) => hostSite(site),
    kinds: [{ kind: "home", path: "" }],
  },
  {
    name: "an empty index",
    publish: () => publishSite([], '[index]\ndescription = "Nothing is here yet."\n'),
    start: (site) => hostSite(site),
    kinds: [
      { kind: "home", path: "" },
      { kind: "use", path: "-/use/" },
    ],
  },
];

describe.each(INDEXES)(`$name${NEEDS_CHROMIUM}`, ({ publish, start, kinds }) => {
  let browser: Browser;
  let site: PublishedSite;
  let server: SiteServer;

  beforeAll(async () => {
    if (NEEDS_CHROMIUM !== "") return;
    [browser, site] = await Promise.all([startBrowser(), publish()]);
    server = await start(site);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    site?.remove();
  });

  describe.each(kinds)("$kind", ({ kind, path }) => {
    let watched: WatchedPage;
    let status: number | undefined;

    beforeAll(async () => {
      if (NEEDS_CHROMIUM !== "") return;
      watched = await openWatchedPage(browser, server.origin);
      status = (await watched.page.goto(server.url + path))?.status();
      await watched.page.evaluate(() => {
        for (const details of document.querySelectorAll("details")) details.open = true;
      });
    });
    afterAll(() => watched?.close());

    for (const width of WIDTHS) {
      test.runIf(NEEDS_CHROMIUM === "")(`fits a screen of ${width} px`, async () => {
        await watched.page.setViewportSize({ width, height: 900 });
        const [content, screen] = await watched.page.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement;
          return [scrollWidth, clientWidth] as const;
        });
        expect(content).toBeLessThanOrEqual(screen);
      });

      test.runIf(NEEDS_CHROMIUM === "").each(THEMES)(
        `has nothing that axe minds, ${width} px wide, %s`,
        async (theme) => {
          await watched.page.setViewportSize({ width, height: 900 });
          await watched.page.emulateMedia({ colorScheme: theme });
          // Without frames there is no need for the pages of its own that axe would open.
          const { violations, passes } = await new AxeBuilder({ page: watched.page })
            .setLegacyMode()
            .analyze();
          expect(
            violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(({ html }) => html) })),
          ).toEqual([]);
          expect(passes.map(({ id }) => id)).toContain("color-contrast");
        },
      );
    }

    test.runIf(NEEDS_CHROMIUM === "")("is there, and the browser has nothing to complain of", () => {
      const isLost = kind === "404";
      expect(status).toBe(isLost ? 404 : 200);
      // The status itself is what Chromium says of a page that is not there.
      const console = watched.complaints.console.filter((text) => !isLost || !/status of 404/.test(text));
      expect({ ...watched.complaints, console }).toEqual(NO_COMPLAINTS);
    });
  });
});
