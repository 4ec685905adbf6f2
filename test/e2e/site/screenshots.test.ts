/** Pictures to look at: no assertion knows what is pretty. */
import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { NEEDS_CHROMIUM, startBrowser, THEMES, WIDTHS } from "./support/browser.ts";
import { manyWheels } from "./support/many-projects.ts";
import { hostSite, publishSite, type PublishedSite, type SiteServer } from "./support/published-site.ts";
import { PROJECTS, publishVariedSite } from "./support/varied-projects.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Each index, and its pages by what their pictures are called. */
const INDEXES: readonly {
  readonly name: string;
  readonly publish: () => Promise<PublishedSite>;
  readonly pages: Readonly<Record<string, string>>;
}[] = [
  {
    name: "a varied index",
    publish: () =>
      publishVariedSite(
        '[index]\ntitle = "Packages of the grid team"\ndescription = "What the team publishes, for all who solve things on grids."\n[site]\nlinks = ["Documentation https://docs.example.org/"]\nfooter = "Questions: packages@example.org"\n',
      ),
    pages: {
      home: "",
      project: `project/${PROJECTS.rich}/`,
      "project-long": `project/${PROJECTS.long}/`,
      "project-right-to-left": `project/${PROJECTS.rightToLeft}/`,
      "project-quarantined": `project/${PROJECTS.quarantined}/`,
      "project-deprecated": `project/${PROJECTS.deprecated}/`,
      use: "-/use/",
      "not-found": "404.html",
    },
  },
  {
    name: "a large index",
    publish: () => publishSite(manyWheels(1000), '[index]\nurl = "https://packages.example.org/a/"\n'),
    pages: { "home-large": "", "home-later": "-/page/5/" },
  },
  { name: "an index of one project", publish: () => publishSite(manyWheels(1)), pages: { "home-one": "" } },
  { name: "an empty index", publish: () => publishSite([]), pages: { "home-empty": "" } },
];

const wanted = process.env["PKGINDEX_E2E_SCREENSHOTS"];
let folder: string;

beforeAll(() => {
  if (NEEDS_CHROMIUM !== "") return;
  if (wanted === undefined) folder = mkdtempSync(join(tmpdir(), "pkgindex-screenshots-"));
  else mkdirSync((folder = wanted), { recursive: true });
  console.log(`screenshots: ${folder}`);
});

describe.each(INDEXES)(`$name${NEEDS_CHROMIUM}`, ({ publish, pages }) => {
  let browser: Browser;
  let site: PublishedSite;
  let server: SiteServer;

  beforeAll(async () => {
    if (NEEDS_CHROMIUM !== "") return;
    [browser, site] = await Promise.all([startBrowser(), publish()]);
    server = await hostSite(site, "/a/");
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    site?.remove();
  });

  test.runIf(NEEDS_CHROMIUM === "").each(Object.entries(pages))(
    "pictures of %s, in both themes and widths",
    async (name, path) => {
      const page = await browser.newPage();
      await page.goto(server.url + path);
      const pictures = new Set<string>();
      for (const width of WIDTHS)
        for (const colorScheme of THEMES) {
          await page.setViewportSize({ width, height: 900 });
          await page.emulateMedia({ colorScheme });
          const picture = await page.screenshot({
            path: join(folder, `${name}-${colorScheme}-${width}.png`),
            fullPage: true,
          });
          pictures.add(picture.toString("base64"));
        }
      // A page that looks the same in the dark has lost its style sheet.
      expect(pictures.size).toBe(WIDTHS.length * THEMES.length);
      await page.close();
    },
  );
});
