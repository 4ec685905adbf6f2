/** What a first visit costs: bytes over the wire, elements on the page. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import type { WheelOptions } from "../../support/make-wheel.ts";
import { NEEDS_CHROMIUM, NO_COMPLAINTS, openWatchedPage, startBrowser } from "./support/browser.ts";
import { manyWheels } from "./support/many-projects.ts";
import { hostSite, publishSite, type PublishedSite, type SiteServer } from "./support/published-site.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

const KILOBYTE = 1000;
const PLATFORMS = ["manylinux_2_17_x86_64.manylinux2014_x86_64", "macosx_11_0_arm64"];
const PYTHONS = ["cp310", "cp311", "cp312", "cp313", "cp314"];

/** 20 releases of 10 files. */
function bigProject(): readonly WheelOptions[] {
  return Array.from({ length: 20 }, (_, number) =>
    PYTHONS.flatMap((python) =>
      PLATFORMS.map((platform) => ({
        name: "big-project",
        version: `1.${number}.0`,
        tag: `${python}-${python}-${platform}`,
        metadata: { summary: "Many files", requiresPython: ">=3.10", requiresDist: ["numpy >=2"] },
      })),
    ),
  ).flat();
}

/** The files below the root that these addresses name, each counted once, as a host sends them compressed. */
function compressedSize(site: PublishedSite, server: SiteServer, addresses: readonly string[]): number {
  const paths = new Set(
    addresses.map((address) => new URL(address).pathname.slice(new URL(server.url).pathname.length)),
  );
  return [...paths]
    .map((path) => (path === "" || path.endsWith("/") ? `${path}index.html` : path))
    .reduce((sum, path) => sum + gzipSync(readFileSync(join(site.root, path))).length, 0);
}

describe.each([
  { projects: 1000, others: bigProject() },
  { projects: 7800, others: [] },
])(`an index of $projects projects${NEEDS_CHROMIUM}`, ({ projects, others }) => {
  let browser: Browser;
  let site: PublishedSite;
  let server: SiteServer;

  beforeAll(async () => {
    if (NEEDS_CHROMIUM !== "") return;
    [browser, site] = await Promise.all([startBrowser(), publishSite([...manyWheels(projects), ...others])]);
    server = await hostSite(site, "/a/");
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    site?.remove();
  });

  const check = test.runIf(NEEDS_CHROMIUM === "");

  check("the home is light, and loads what the search needs for those who search", async () => {
    const { page, complaints, requests, close } = await openWatchedPage(browser, server.origin);
    await page.goto(server.url, { waitUntil: "networkidle" });
    const first = [...requests];
    const size = compressedSize(site, server, first);
    console.log(`home of ${projects} projects: ${size} bytes compressed in ${first.length} requests`);
    expect(size).toBeLessThan(150 * KILOBYTE);
    expect(first.some((address) => address.includes("search"))).toBe(false);
    expect(await page.evaluate(() => document.querySelectorAll("*").length)).toBeLessThan(2500);

    await page.keyboard.press("/");
    await page.keyboard.type("glacier meshh");
    await page.locator(".results a").first().waitFor();
    const all = compressedSize(site, server, requests);
    console.log(`with search: ${all} bytes compressed`);
    if (projects === 1000) expect(all).toBeLessThan(150 * KILOBYTE);
    expect(await page.locator(".results a").count()).toBeLessThanOrEqual(50);
    expect(complaints).toEqual(NO_COMPLAINTS);
    await close();
  });

  if (others.length > 0) {
    check("a project page of 200 files is light", async () => {
      const { page, complaints, requests, close } = await openWatchedPage(browser, server.origin);
      await page.goto(`${server.url}project/big-project/`, { waitUntil: "networkidle" });
      expect(await page.locator(".files tbody tr").count()).toBe(200);
      const size = compressedSize(site, server, requests);
      console.log(`project page of 200 files: ${size} bytes compressed`);
      expect(size).toBeLessThan(60 * KILOBYTE);
      expect(complaints).toEqual(NO_COMPLAINTS);
      await close();
    });
  }

  check("the scripts and the style sheet are small", () => {
    const sizeOf = (name: string): number => statSync(join(site.root, "-", name)).size;
    expect(sizeOf("site.js") + sizeOf("search.js")).toBeLessThan(20 * KILOBYTE);
    expect(sizeOf("style.css")).toBeLessThan(15 * KILOBYTE);
  });
});
