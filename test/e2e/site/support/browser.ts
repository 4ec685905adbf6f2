/** Chromium without a window, and pages that write down all that a visitor's browser could complain about. */
import { existsSync } from "node:fs";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

const USUAL = "/usr/bin/chromium";

/** The program; undefined where the machine has none, or where it is set to nothing. */
export const CHROMIUM =
  (process.env["PKGINDEX_E2E_CHROMIUM"] ?? (existsSync(USUAL) ? USUAL : "")) || undefined;

/** For the names of test groups: why they are skipped where there is no browser. */
export const NEEDS_CHROMIUM =
  CHROMIUM === undefined ? " (skipped: chromium is not installed, PKGINDEX_E2E_CHROMIUM is not set)" : "";

export const WIDTHS = [320, 1280] as const;
export const THEMES = ["light", "dark"] as const;

/** Starts the browser; whoever calls it closes it. */
export async function startBrowser(args: readonly string[] = []): Promise<Browser> {
  if (CHROMIUM === undefined) throw new Error("there is no Chromium");
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-background-networking", ...args],
  });
}

/** What a page did that it should not have done. Every list has to stay empty. */
export interface Complaints {
  /** Requests to another origin; they are refused before they leave. */
  readonly outside: string[];
  /** Errors and warnings on the console, and exceptions. */
  readonly console: string[];
  /** Whatever the Content-Security-Policy has stopped. */
  readonly policy: string[];
  readonly dialogs: string[];
  /** What set the flag that the hostile texts try to set. */
  readonly scripts: string[];
}

/** A page under watch. */
export interface WatchedPage {
  readonly page: Page;
  readonly complaints: Complaints;
  /** The addresses of all requests, in order. */
  readonly requests: string[];
  readonly close: () => Promise<void>;
}

/** What hostile texts call where they get to run: `window.attacked("where")`. */
const WATCH = `
  window.attacked = (where) => { window.reportComplaint("scripts", String(where)); };
  document.addEventListener("securitypolicyviolation", (event) => {
    window.reportComplaint("policy", event.violatedDirective + " " + event.blockedURI);
  });`;

/** Opens a page in a context of its own. A request to any other origin than `origin` is written down and refused. */
export async function openWatchedPage(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const complaints: Complaints = { outside: [], console: [], policy: [], dialogs: [], scripts: [] };
  const requests: string[] = [];
  const context = await browser.newContext(options);
  await context.route(
    (url) => url.origin !== origin && url.protocol !== "data:",
    (route) => {
      complaints.outside.push(route.request().url());
      return route.abort();
    },
  );
  await context.exposeFunction("reportComplaint", (kind: "scripts" | "policy", text: string) => {
    complaints[kind].push(text);
  });
  await context.addInitScript(WATCH);
  context.on("request", (request) => requests.push(request.url()));
  const page = await context.newPage();
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.console.push(message.text());
  });
  page.on("pageerror", (error) => complaints.console.push(String(error)));
  page.on("dialog", (dialog) => {
    complaints.dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  return { page, complaints, requests, close: () => context.close() };
}

/** What a page complains of that has nothing to complain of. */
export const NO_COMPLAINTS: Complaints = { outside: [], console: [], policy: [], dialogs: [], scripts: [] };
