/** `pkgindex serve`: the published tree over HTTP, as clients get it from the best of hosts. */
import { join } from "node:path";
import type { Command } from "commander";
import type { Config } from "../config/config.ts";
import { PkgIndexError, type ExitCode } from "../errors.ts";
import { statIfExists } from "../io/files.ts";
import type { HttpServer } from "../io/http-server.ts";
import { toVisible } from "../io/terminal.ts";
import { tryParseBasePath } from "../server/request-path.ts";
import { HTML_PAGE, joinPath, JSON_PAGE, LAYOUTS } from "../simple/layout.ts";
import { addIndexOptions, loadIndexConfig, toUpdateOptions, type IndexOptions } from "./common-options.ts";
import type { Commander, CommandContext } from "./context.ts";

interface ServeOptions extends IndexOptions {
  readonly host: string;
  readonly port: number;
  readonly basePath: string;
  readonly watch?: true;
  readonly open?: true;
  readonly quiet?: true;
}

const EXAMPLES = `
Examples:
  $ pkgindex serve                         serve ./index at http://127.0.0.1:8000/
  $ pkgindex serve --watch --open          show it in the browser; update it when wheels come and go
  $ pkgindex serve --host 0.0.0.0          let other machines in, too
  $ pkgindex serve --port 0 --json         any free port; its address as {"url": ...}`;

/** Declares the options and what runs. */
export function declare(command: Command, context: CommandContext, done: (exitCode: ExitCode) => void): void {
  const { commander } = context;
  addIndexOptions(command, commander)
    .description(
      "Serves the published tree, and nothing else of the root: HTML and JSON pages by content negotiation, byte " +
        "ranges, entity tags. The address goes to stdout, requests to stderr; Ctrl-C ends it.",
    )
    .option("--host <address>", "where to listen", (text) => parseHost(text, commander), "127.0.0.1")
    .option("--port <number>", "0 for any free one", (text) => parsePort(text, commander), 8000)
    .option("--base-path <path>", "serve below this path", (text) => parseBasePath(text, commander), "/")
    .option("--watch", "update the index when wheels come or go")
    .option("--open", "show the index in the browser")
    .option("--quiet", "do not log requests")
    .addHelpText("after", EXAMPLES)
    .action(async (options: ServeOptions) => done(await serve(options, context)));
}

function parseHost(text: string, { InvalidArgumentError }: Commander): string {
  const host = text.replace(/^\[(.*)\]$/, "$1");
  if (/^[\w.:%-]+$/.test(host)) return host;
  throw new InvalidArgumentError(
    "It must be the name or the address of this machine, such as 127.0.0.1 or ::1.",
  );
}

function parsePort(text: string, { InvalidArgumentError }: Commander): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError("It must be a whole number from 0 to 65535.");
}

function parseBasePath(text: string, { InvalidArgumentError }: Commander): string {
  const path = tryParseBasePath(text);
  if (path !== undefined) return path;
  throw new InvalidArgumentError(
    "It must be a path such as /packages/, of plain characters and without dots.",
  );
}

async function serve(options: ServeOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const [config, { serveIndex }, { openFolderFiles }, { waitForInterrupt }, report] = await Promise.all([
    loadIndexConfig(options, context),
    import("../server/serve-index.ts"),
    import("../io/folder-files.ts"),
    import("../io/interrupt.ts"),
    import("./serve-report.ts"),
  ]);
  assertRoot(config);
  const interrupt = waitForInterrupt();
  const watch = options.watch ? await startWatch(config, options, context) : undefined;
  if (watch === undefined) assertIndex(config);
  const { logAnswer, logFailure } = report.createRequestLog(terminal, options.quiet === true);
  const { host, port, basePath } = options;
  let server: HttpServer;
  try {
    server = await serveIndex({
      files: openFolderFiles(config.root),
      layout: LAYOUTS[config.layout],
      basePath,
      pageCaching: options.watch ? "no-cache" : "public, max-age=60",
      host,
      port,
      onAnswer: logAnswer,
      onFailure: logFailure,
      onServerError: (error) => terminal.talk(toVisible(`note: a connection was refused: ${error.message}`)),
    });
  } catch (error) {
    watch?.close();
    throw report.toListenError(error, host, port) ?? error;
  }
  const url = report.formatAddress(host, server.port, basePath);
  report.announce(url, config, options, terminal);
  if (options.open) {
    const { openBrowser } = await import("../io/open-browser.ts");
    openBrowser(url, (program) =>
      terminal.talk(`note: ${program}: cannot show the address (hint: open it yourself)`),
    );
  }
  await interrupt;
  watch?.close();
  server.close();
  return 0;
}

function assertRoot({ root, rootDisplay }: Config): void {
  if (statIfExists(root)?.isDirectory() === true) return;
  throw new PkgIndexError({
    code: "root-missing",
    path: rootDisplay,
    message: "there is no such folder, and what is served is the root of an index",
    hint: "name the root with --root, or run pkgindex generate first",
  });
}

function hasIndex({ root, layout }: Config): boolean {
  const { listDirectory } = LAYOUTS[layout];
  return [HTML_PAGE, JSON_PAGE].some(
    (name) => statIfExists(join(root, joinPath(listDirectory, name))) !== undefined,
  );
}

function assertIndex(config: Config): void {
  if (hasIndex(config)) return;
  const { rootDisplay, layout } = config;
  const list = joinPath(LAYOUTS[layout].listDirectory, HTML_PAGE);
  throw new PkgIndexError({
    code: "no-index",
    path: rootDisplay,
    message: `there is no index in this folder: ${list}, the project list, is missing`,
    hint: "run pkgindex generate first, or serve with --watch, which does it",
  });
}

async function startWatch(
  config: Config,
  options: ServeOptions,
  context: CommandContext,
): Promise<{ readonly close: () => void }> {
  const [{ updateIndex }, { watchIndex }] = await Promise.all([
    import("./update-index.ts"),
    import("./watch-index.ts"),
  ]);
  // An index that is yet to be begun may be empty; one with files does not become empty by accident.
  const allowEmpty = !hasIndex(config);
  const update = { ...toUpdateOptions(config, { ...options, lockTimeout: 60 }, context), allowEmpty };
  return watchIndex(config, context.terminal, () => updateIndex(update));
}
