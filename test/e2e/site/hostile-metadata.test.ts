/** What strangers write stays text: nothing runs, nothing is asked for elsewhere, and the page keeps its shape. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import {
  NEEDS_CHROMIUM,
  NO_COMPLAINTS,
  openWatchedPage,
  startBrowser,
  type WatchedPage,
} from "./support/browser.ts";
import { ATTACKS, hostileWheels, hugeWheels } from "./support/hostile-metadata.ts";
import { hostSite, publishSite, type PublishedSite, type SiteServer } from "./support/published-site.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

/** What no page has, wherever it comes from: beyond the frame, only text may come from strangers. */
const FORBIDDEN =
  "iframe, object, embed, form, base, style, svg, math, video, audio, template, textarea, meta[http-equiv=refresh], [style], [srcset], [background], [ping], [target], main script, main link, main input, main meta";

interface Findings {
  readonly forbidden: readonly string[];
  readonly handlers: readonly string[];
  readonly links: readonly string[];
  readonly images: readonly string[];
  readonly ids: readonly string[];
  readonly bidi: boolean;
  readonly headings: number;
}

describe(`a hostile index${NEEDS_CHROMIUM}`, () => {
  let browser: Browser;
  let site: PublishedSite;
  let server: SiteServer;
  let watched: WatchedPage;

  beforeAll(async () => {
    if (NEEDS_CHROMIUM !== "") return;
    [browser, site] = await Promise.all([startBrowser(), publishSite([...hostileWheels(), ...hugeWheels()])]);
    server = await hostSite(site, "/a/");
    watched = await openWatchedPage(browser, server.origin);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    site?.remove();
  });

  const check = test.runIf(NEEDS_CHROMIUM === "");
  const pages = [
    ...ATTACKS.map((attack, number) => [`attack-${number}`, attack] as const),
    ...Array.from({ length: 5 }, (_, number) => [`all-${number}`, "all of them"] as const),
  ];

  check.each(pages)("%s stays text: %s", async (project) => {
    const { page } = watched;
    const errors = watched.complaints.console.length;
    await page.goto(`${server.url}project/${project}/`);
    // What waits for somebody to touch it gets touched.
    await page.evaluate(() => {
      for (const element of document.querySelectorAll<HTMLElement>("main a, main summary, main button")) {
        element.addEventListener("click", (event) => event.preventDefault());
        element.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
        element.focus();
        element.click();
      }
    });
    const found = await page.evaluate((forbidden): Findings => {
      const all = [...document.querySelectorAll("*")];
      return {
        forbidden: [...document.querySelectorAll(forbidden)].map(({ outerHTML }) => outerHTML),
        handlers: all.flatMap(({ attributes }) =>
          [...attributes].map(({ name }) => name).filter((name) => name.startsWith("on")),
        ),
        links: [...document.querySelectorAll("main a[href]")]
          .filter((link) => {
            const href = link.getAttribute("href") ?? "";
            const rel = link.getAttribute("rel") ?? "";
            if (/^(?:https?|mailto):/.test(href)) return rel !== "nofollow noopener" || /\.whl/.test(href);
            return /^[^/]*:|^\/\//.test(href);
          })
          .map(({ outerHTML }) => outerHTML),
        images: [...document.querySelectorAll("main img")].map(({ outerHTML }) => outerHTML),
        ids: all.map(({ id }) => id).filter((id, index, ids) => id !== "" && ids.indexOf(id) !== index),
        bidi: /[\u202a-\u202e\u2066-\u2069]/.test(document.documentElement.outerHTML),
        headings: document.querySelectorAll("h1").length,
      };
    }, FORBIDDEN);
    expect(found).toEqual({
      forbidden: [],
      handlers: [],
      links: [],
      images: [],
      ids: [],
      bidi: false,
      headings: 1,
    });
    // The frame around it stands as it did: nothing has closed it early, and nothing has hidden it.
    expect(await page.locator("body > footer").isVisible()).toBe(true);
    expect(await page.locator("aside h2").last().isVisible()).toBe(true);
    expect(new URL(page.url()).pathname).toBe(`/a/project/${project}/`);
    expect({ ...watched.complaints, console: watched.complaints.console.slice(errors) }).toEqual(
      NO_COMPLAINTS,
    );
  });

  check("the home and the search show their summaries as text", async () => {
    const { page } = watched;
    await page.goto(server.url);
    expect(await page.locator(FORBIDDEN).count()).toBe(0);
    await page.locator(".search input").fill("attack");
    await page.locator(".results a").first().waitFor();
    expect(await page.locator(".results").locator("script, img, svg, iframe, [style]").count()).toBe(0);
    expect(watched.complaints).toEqual(NO_COMPLAINTS);
  });

  check.each(hugeWheels().map(({ name }) => name))(
    "%s has a page that opens, and is not too large",
    async (project) => {
      const { page } = watched;
      expect(statSync(join(site.root, "project", project, "index.html")).size).toBeLessThan(2_000_000);
      await page.goto(`${server.url}project/${project}/`);
      expect(await page.locator("body > footer").isVisible()).toBe(true);
      expect(await page.locator("h1").textContent()).toContain(project);
      expect(await page.evaluate(() => document.querySelectorAll("*").length)).toBeLessThan(60_000);
      const [content, screen] = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return [scrollWidth, clientWidth] as const;
      });
      expect(content).toBeLessThanOrEqual(screen);
      expect(watched.complaints).toEqual(NO_COMPLAINTS);
    },
  );

  check("feeds are XML that a browser can read", async () => {
    const { page } = watched;
    await page.goto(server.url);
    for (const feed of ["-/feed.xml", ...pages.map(([project]) => `-/feeds/${project}.xml`)]) {
      const text = readFileSync(join(site.root, feed), "utf8");
      const fault = await page.evaluate(
        (xml) =>
          new DOMParser().parseFromString(xml, "application/xml").querySelector("parsererror")?.textContent,
        text,
      );
      expect(fault, feed).toBeUndefined();
    }
  });
});
