/** Every page from the home on: each address on it leads somewhere, and none leads away unasked. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { get } from "../support/python-server.ts";
import { NEEDS_CHROMIUM, NO_COMPLAINTS, openWatchedPage, startBrowser } from "./support/browser.ts";
import { hostSite, serveSite, type PublishedSite, type SiteServer } from "./support/published-site.ts";
import { PROJECTS, publishVariedSite } from "./support/varied-projects.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const OWN_LINK = "https://docs.example.org/";
const CONFIGURATION = `[index]
title = "Packages of the grid team"
description = "What the team publishes, for all who solve things on grids."
layout = "LAYOUT"
url = "https://packages.example.org/a/"
[site]
links = ["Documentation ${OWN_LINK}"]
`;

const PLACES = [
  { layout: "simple", host: "pkgindex serve", start: serveSite, home: "" },
  { layout: "flat", host: "a host of files", start: hostSite, home: "-/" },
] as const;

/** An address as it stands on a page. */
interface Address {
  readonly written: string;
  /** Where the browser would go. */
  readonly absolute: string;
  readonly rel: string;
  /** Whether it is followed by a click; everything else is loaded. */
  readonly isLink: boolean;
}

describe.each(PLACES)(`layout $layout on $host${NEEDS_CHROMIUM}`, ({ layout, start, home }) => {
  let browser: Browser;
  let site: PublishedSite;
  let server: SiteServer;

  beforeAll(async () => {
    if (NEEDS_CHROMIUM !== "") return;
    const configuration = CONFIGURATION.replace("LAYOUT", layout);
    [browser, site] = await Promise.all([startBrowser(), publishVariedSite(configuration)]);
    server = await start(site, "/a/");
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    site?.remove();
  });

  test.runIf(NEEDS_CHROMIUM === "")("every address on every page leads somewhere", async () => {
    const { page, complaints } = await openWatchedPage(browser, server.origin);
    const faults: string[] = [];
    const seen = new Set<string>();
    const waiting = [server.url + home, `${server.url}404.html`];
    const visited = new Set(waiting);
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      await page.goto(next);
      const addresses = await page.evaluate((): Address[] =>
        [...document.querySelectorAll("[href], [src], [data-from], [data-script]")].flatMap((element) =>
          ["href", "src", "data-from", "data-script"].flatMap((name) => {
            const written = element.getAttribute(name);
            if (written === null) return [];
            const absolute = new URL(written, document.baseURI).href;
            const rel = element.getAttribute("rel") ?? "";
            return [{ written, absolute, rel, isLink: element.tagName === "A" }];
          }),
        ),
      );
      expect(addresses).not.toEqual([]);
      for (const { written, absolute, rel, isLink } of addresses) {
        const url = new URL(absolute);
        if (url.hash !== "" && absolute.startsWith(`${next}#`)) {
          const isThere = await page.evaluate(
            (id) => document.getElementById(id) !== null,
            decodeURIComponent(url.hash.slice(1)),
          );
          if (!isThere) faults.push(`${next}: ${written} leads to no place on the page`);
          continue;
        }
        if (url.origin !== server.origin) {
          const isCanonical = rel === "canonical" && absolute.startsWith("https://packages.example.org/a/");
          const isOwn = absolute === OWN_LINK && rel === "noopener";
          const isFromAbove = isLink && absolute === "https://packages.example.org/a/";
          const isForeign = isLink && rel === "nofollow noopener" && /^(?:https?|mailto):/.test(absolute);
          if (!isCanonical && !isOwn && !isForeign && !isFromAbove && url.protocol !== "data:")
            faults.push(`${next}: ${written} leads away with rel="${rel}"`);
          continue;
        }
        url.hash = "";
        if (seen.has(url.href)) continue;
        seen.add(url.href);
        const { status, type } = await get(url.href);
        if (status !== 200) faults.push(`${next}: ${written} has status ${status}`);
        const isPage = isLink && type.startsWith("text/html") && !/\/simple\//.test(url.pathname);
        // In the flat layout the pages for installers lie beside, and are not the site's.
        const isOfTheSite = layout === "simple" || url.pathname.startsWith("/a/-/");
        if (isPage && isOfTheSite && !visited.has(url.href)) {
          visited.add(url.href);
          waiting.push(url.href);
        }
      }
    }
    expect(faults).toEqual([]);
    for (const project of Object.values(PROJECTS))
      expect(
        [...visited].filter((address) => address.includes(`/project/${project}/`)),
        project,
      ).toHaveLength(1);
    expect([...visited].some((address) => /\/use\//.test(address))).toBe(true);
    expect(complaints).toEqual(NO_COMPLAINTS);
  });
});
