/**
 * The build, which says nothing unless something is wrong: our modules become few files, since Node takes half a millisecond
 * for each that it loads. What is loaded lazily stays apart. The libraries stay outside, but for what most
 * commands load, those that are ES modules alone, and those of many modules that render descriptions.
 */
import { join, resolve } from "node:path";
import { build } from "rolldown";
import { makeCodeCache } from "./io/code-cache.ts";

const BUNDLED =
  /^(?:commander|eta\/core|yauzl|@renovatebot\/pep440\/.*|leven|@octokit\/request|markdown-it|sanitize-html|highlight\.js\/.*)$/;

/** Whether a module is a library that stays outside; what the bundled ones need comes with them. */
function staysOutside(id: string, importer: string | undefined): boolean {
  const isBare = !/^[./\0]/.test(id) && !BUNDLED.test(id);
  return id.startsWith("node:") || (isBare && importer?.includes("/node_modules/") !== true);
}

const BUILD = resolve("dist");

/** An empty module. */
const NOTHING = "\0nothing";

/**
 * commander can start another program in place of a command. No command of ours is one, and what that needs would cost each
 * start two milliseconds. sanitize-html can look into styles; we let none through, and PostCSS takes thirty to load. Its parser
 * can build a tree, and brings along what works on one.
 */
function isUnused(id: string, importer: string | undefined): boolean {
  return (
    (id === "node:child_process" && importer?.includes("/commander/") === true) ||
    (id === "postcss" && importer?.includes("/sanitize-html/") === true) ||
    (id === "domutils" && importer?.includes("/htmlparser2/") === true)
  );
}

/**
 * markdown-it is published with its classes' fields spelled as calls of a helper, which the parser then spends a tenth of its
 * time in. Assignments are what they were.
 */
function assignFields(code: string): string {
  const comments = String.raw`(?:\s|/\*[^]*?\*/)*`;
  const call = new RegExp(String.raw`\b_defineProperty\(${comments}this,${comments}"(\w+)",`, "g");
  return code.replace(call, "(this.$1 =");
}

/** Bundles these modules of ours. Returns the paths of the files that came of it. */
async function bundle(input: Readonly<Record<string, string>>, cleanDir: boolean): Promise<string[]> {
  const { output } = await build({
    input,
    platform: "node",
    external: (id, importer) => staysOutside(id, importer) && !isUnused(id, importer),
    plugins: [
      {
        name: "nothing-unused",
        resolveId: (id, importer) => (isUnused(id, importer) ? NOTHING : undefined),
        load: (id) => (id === NOTHING ? "" : undefined),
      },
      {
        name: "fields-are-assigned",
        transform: (code, id) => (id.includes("/markdown-it/") ? assignFields(code) : undefined),
      },
    ],
    output: {
      dir: BUILD,
      cleanDir,
      // CommonJS starts sooner: Node's loader of ES modules takes several milliseconds by itself.
      format: "cjs",
      // What runs as a script of its own has no import().
      dynamicImportInCjs: false,
      entryFileNames: "[name].cjs",
      chunkFileNames: "chunks/[name]-[hash].cjs",
      comments: { legal: true, annotation: false, jsdoc: false },
    },
  });
  return output.map(({ fileName }) => join(BUILD, fileName));
}

const program = await bundle(
  {
    cli: "src/cli.ts",
    "inspect-worker": "src/archive/inspect-worker.ts",
    "scan-worker": "src/catalog/scan-worker.ts",
    "readme-worker": "src/site/readme-worker.ts",
  },
  true,
);
// Those that Node itself loads, one for the program and one for each thread: by themselves, so that each is a single file.
await bundle({ main: "src/main.ts" }, false);
await bundle({ thread: "src/thread.ts" }, false);
makeCodeCache(BUILD, program);
