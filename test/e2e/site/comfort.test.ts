/** What the scripts add, by keyboard and by mouse; and that nothing is missing without them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import {
  NEEDS_CHROMIUM,
  NO_COMPLAINTS,
  openWatchedPage,
  startBrowser,
  type WatchedPage,
} from "./support/browser.ts";
import { PAGE_KINDS } from "./support/kinds-of-pages.ts";
import { hostSite, serveSite, type PublishedSite, type SiteServer } from "./support/published-site.ts";
import { tabThrough } from "./support/tab-through.ts";
import { publishVariedSite } from "./support/varied-projects.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const PLACES = [
  { layout: "simple", host: "pkgindex serve", start: serveSite, home: "", project: "project/" },
  { layout: "flat", host: "a host of files", start: hostSite, home: "-/", project: "-/project/" },
] as const;

describe.each(PLACES)(`layout $layout on $host${NEEDS_CHROMIUM}`, ({ layout, start, home, project }) => {
  let browser: Browser;
  let site: PublishedSite;
  let server: SiteServer;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    if (NEEDS_CHROMIUM !== "") return;
    const configuration = `[index]\nlayout = "${layout}"\ntitle = "Packages of the grid team"\n`;
    [browser, site] = await Promise.all([startBrowser(), publishVariedSite(configuration)]);
    server = await start(site, "/team/packages/");
    watched = await openWatchedPage(browser, server.origin);
    page = watched.page;
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: server.origin });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    site?.remove();
  });

  const check = test.runIf(NEEDS_CHROMIUM === "");
  const open = (path: string): Promise<unknown> => page.goto(server.url + path);
  const openProject = (name: string): Promise<unknown> => open(`${project}${name}/`);

  check.each([
    ["home", () => open(home)],
    ["a project", () => openProject("grid-solver")],
    ["use", () => open("-/use/")],
  ])("Tab reaches all of %s in its order, and is seen wherever it is", async (_, go) => {
    await go();
    const { reached, reachable, unseen } = await tabThrough(page);
    expect(reached).toEqual(reachable);
    expect(reachable.length).toBeGreaterThan(10);
    expect(unseen).toEqual([]);
  });

  check("the first thing that Tab reaches leads past the frame", async () => {
    await openProject("grid-solver");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
  });

  check("search loads nothing until it is asked for, then forgives a mistake", async () => {
    watched.requests.length = 0;
    await open(home);
    expect(watched.requests.filter((address) => /search/.test(address))).toEqual([]);
    await page.keyboard.press("/");
    await page.keyboard.type("gird-solvr");
    const first = page.locator(".results a").first();
    await first.waitFor();
    expect(await first.textContent()).toContain("grid-solver");
    expect(await page.getByRole("status").textContent()).toMatch(/\d/);
    await page.keyboard.press("ArrowDown");
    expect(await first.evaluate((link) => link === document.activeElement)).toBe(true);
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Escape");
    expect(await page.locator(".search input").inputValue()).toBe("");
    expect(await page.locator(".results").isVisible()).toBe(false);
  });

  check.each([
    ["a name", "reader"],
    ["the start of a name", "words-of"],
    ["words of a summary", "sparse structured"],
    ["a keyword in another script", "言語"],
    ["a summary that is written from right to left", "أدوات"],
    ["two letters that are swapped", "raeder"],
    ["a name without its hyphens", "oldtool"],
    ["a name with other marks", "Old_Tool"],
  ])("search finds %s", async (_, text) => {
    await openProject("bare");
    await page.locator(".search input").fill(text);
    const links = page.locator(".results a");
    await links.first().waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => !url.pathname.includes("/bare/"));
    expect(await page.locator("h1").isVisible()).toBe(true);
  });

  check("search says where it finds nothing, and shows what was typed as text", async () => {
    await open(home);
    await page.locator(".search input").fill('zzzz<img src=x onerror="attacked(1)">');
    await expect.poll(() => page.getByRole("status").textContent()).toBe("Nothing found");
    expect(await page.locator(".results a").count()).toBe(0);
  });

  check("a slash stays a slash where somebody types", async () => {
    await open(home);
    await page.keyboard.press("/");
    await page.keyboard.type("a/b");
    expect(await page.locator(".search input").inputValue()).toBe("a/b");
  });

  check("tabs go by mouse and by arrows, round and round, and to both ends", async () => {
    await openProject("grid-solver");
    const tabs = page.getByRole("tab");
    const names = await tabs.allTextContents();
    expect(names).toEqual(["pip", "uv", "Poetry", "PDM", "pixi", "requirements.txt"]);
    const panel = (): Promise<string | null> => page.locator("[role=tabpanel]:visible pre").textContent();
    const chosen = (): Promise<string | null> => page.locator("[role=tab][aria-selected=true]").textContent();
    await tabs.nth(1).click();
    expect(await panel()).toMatch(/^uv add grid-solver --index \S+=http/);
    for (const [key, name] of [
      ["ArrowRight", "Poetry"],
      ["End", "requirements.txt"],
      ["ArrowRight", "pip"],
      ["ArrowLeft", "requirements.txt"],
      ["Home", "pip"],
    ] as const) {
      await page.keyboard.press(key);
      expect(await chosen(), key).toBe(name);
      expect(await page.evaluate(() => document.activeElement?.textContent), key).toBe(name);
    }
    expect(await page.locator("[role=tabpanel]:visible").count()).toBe(1);
  });

  check("Copy takes the command as it is shown, with the address of this index", async () => {
    await openProject("grid-solver");
    await page.getByRole("tab", { name: "uv" }).click();
    const panel = page.locator("[role=tabpanel]:visible");
    await panel.getByRole("button").click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    const simple = layout === "simple" ? "simple/" : "";
    expect(copied).toBe(`uv add grid-solver --index packages-of-the-grid-team=${server.url}${simple}`);
    expect(copied).toBe(await panel.locator("pre").textContent());
    expect(await panel.getByRole("button").textContent()).toBe("Copied");
  });

  check("Copy beside a hash takes all of it", async () => {
    await openProject("bare");
    const row = page.locator(".files tr", { hasText: ".whl" }).first();
    await row.getByRole("button").click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    const listed = readFileSync(
      join(site.root, layout === "simple" ? "simple/bare/index.html" : "bare/index.html"),
      "utf8",
    );
    expect(copied).toMatch(/^[0-9a-f]{64}$/);
    expect(listed).toContain(`#sha256=${copied}`);
  });

  check("every button says what it is for", async () => {
    await openProject("grid-solver");
    const names = await page.evaluate(() =>
      [...document.querySelectorAll("button")].map(
        (button) => button.getAttribute("aria-label") ?? button.textContent,
      ),
    );
    expect(names.filter((name) => name.trim() === "")).toEqual([]);
  });

  check("without scripts all content is there, and nothing that needs them", async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false });
    const still = await plain.newPage();
    // Commands cannot know the address of the index without a script or its configuration.
    const told = (text: string): string =>
      text.replaceAll(
        new RegExp(`${server.origin}/team/packages/|https://ADDRESS-OF-THIS-INDEX/`, "g"),
        "…/",
      );
    for (const kindOfPage of PAGE_KINDS.filter(({ kind }) => kind !== "404")) {
      const { kind } = kindOfPage;
      const path = kindOfPage.path.startsWith("-") ? kindOfPage.path : home + kindOfPage.path;
      await still.goto(server.url + path);
      await open(path);
      const withScripts = await page.locator("main").evaluate((main) => {
        for (const button of main.querySelectorAll("button")) button.remove();
        return main.textContent;
      });
      const without = await still.locator("main").textContent();
      for (const word of words(told(withScripts))) expect(told(without ?? ""), kind).toContain(word);
      expect(await still.locator("button:visible, input:visible").count(), kind).toBe(0);
    }
    await still.goto(`${server.url}${project}grid-solver/`);
    expect(await still.locator(".tab pre:visible").count()).toBe(6);
    expect(await still.locator(".tab h3:visible").allTextContents()).toContain("uv");
    const tables = still.locator("details.release table:visible");
    const before = await tables.count();
    await still.locator("details.release:not([open]) > summary").first().click();
    expect(await tables.count()).toBe(before + 1);
    await plain.close();
  });

  check("nothing of all this made the browser complain", () => {
    expect(watched.complaints).toEqual(NO_COMPLAINTS);
  });
});

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}
