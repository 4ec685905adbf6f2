/** The command table, and the one place where a failure becomes text and an exit code. */
import * as commander from "commander";
import { PkgIndexError, type ExitCode } from "./errors.ts";
import type { CommandContext } from "./commands/context.ts";
import { formatAnnotation, isInActions } from "./io/actions-files.ts";
import { createTerminal, formatProblem, toVisible, type Host, type Terminal } from "./io/terminal.ts";

/** A command's module: it declares its options, and loads what it needs when it runs. */
interface CommandModule {
  readonly declare: (
    command: commander.Command,
    context: CommandContext,
    done: (exitCode: ExitCode) => void,
  ) => void;
}

const COMMANDS: readonly {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}[] = [
  {
    name: "init",
    summary: "make an index repository, or take over one that generator.py made",
    load: () => import("./commands/init.ts"),
  },
  {
    name: "generate",
    summary: "bring every page of the index up to date",
    load: () => import("./commands/generate.ts"),
  },
  {
    name: "add",
    summary: "check files, put them in place and update the index",
    load: () => import("./commands/add.ts"),
  },
  {
    name: "build",
    summary: "build and test the wheels of a source repository at a ref",
    load: () => import("./commands/build.ts"),
  },
  {
    name: "publish",
    summary: "add files to the index of another repository, and push it",
    load: () => import("./commands/publish.ts"),
  },
  {
    name: "yank",
    summary: "make clients pass over a release or a file",
    load: async () => ({ declare: (await import("./commands/yank.ts")).declareYank }),
  },
  {
    name: "unyank",
    summary: "take a yank back",
    load: async () => ({ declare: (await import("./commands/yank.ts")).declareUnyank }),
  },
  {
    name: "status",
    summary: "show or set what a project is: active, archived, deprecated, quarantined",
    load: () => import("./commands/status.ts"),
  },
  {
    name: "remove",
    summary: "delete files from the index for good",
    load: () => import("./commands/remove.ts"),
  },
  {
    name: "prune",
    summary: "yank and delete old releases by the rules of [retention]",
    load: () => import("./commands/prune.ts"),
  },
  {
    name: "list",
    summary: "list projects, or the releases of one",
    load: () => import("./commands/list.ts"),
  },
  {
    name: "show",
    summary: "show all that is known of a project, a release or a file",
    load: () => import("./commands/show.ts"),
  },
  {
    name: "serve",
    summary: "serve the index over HTTP, as clients get it from the best of hosts",
    load: () => import("./commands/serve.ts"),
  },
  {
    name: "host",
    summary: "print or write what a host needs: GitHub Pages, Cloudflare, Netlify, S3, nginx, Caddy, Apache",
    load: () => import("./commands/host.ts"),
  },
  {
    name: "issue-update",
    summary: "ask the index repository on GitHub to build a commit and to add it",
    load: () => import("./commands/issue-update.ts"),
  },
  {
    name: "workflows",
    summary: "put the workflow into a source repository that brings its packages to the index",
    load: () => import("./commands/workflows.ts"),
  },
  {
    name: "doctor",
    summary: "say what the automation lacks, here and on GitHub, and how to mend it",
    load: () => import("./commands/doctor.ts"),
  },
];

const REPORT_TO = "https://www.npmjs.com/package/pkgindex";

/** The whole program: runs the command line in `host.argv` and sets `host.exitCode`. Never throws. */
export async function run(host: Host, version: string): Promise<void> {
  host.exitCode = await runCommandLine(host, version);
}

async function runCommandLine(host: Host, version: string): Promise<ExitCode> {
  const terminal = createTerminal(host);
  let exitCode: ExitCode = 0;
  try {
    const program = await createProgram({ host, terminal, version, commander }, (code) => {
      exitCode = code;
    });
    await program.parseAsync([...host.argv]);
  } catch (error) {
    exitCode = reportFailure(error, terminal);
    if (error instanceof PkgIndexError && host.argv.includes("--json")) terminal.print(toJson(error));
  }
  terminal.endProgress();
  if (exitCode !== 0 && isInActions(host.env) && terminal.errors.length > 0) {
    const name = host.argv.slice(2).find((argument) => COMMANDS.some((command) => command.name === argument));
    terminal.command(formatAnnotation(`pkgindex ${name ?? ""}`.trim(), terminal.errors.join("\n")));
  }
  return exitCode;
}

async function createProgram(
  context: CommandContext,
  done: (exitCode: ExitCode) => void,
): Promise<commander.Command> {
  const { host, terminal } = context;
  const program = new commander.Command("pkgindex")
    .description("Turns folders of Python wheels into a complete, static Python package index")
    .version(context.version, "-V, --version")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show help for a command")
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void host.stdout.write(text),
      writeErr: (text) => void host.stderr.write(text),
      outputError: (text) => {
        const line = text.trim().replace("\n(Did", " (did").replace(/\.$/, "");
        terminal.talk(`${line} (hint: run with --help to see what is possible)`);
      },
    });
  const wanted = host.argv.slice(2).find((argument) => !argument.startsWith("-"));
  const asked = COMMANDS.find(({ name }) => name === wanted);
  // Only the command that is asked for is loaded; the list of all is for the help and for what is none of them.
  for (const { name, summary, load } of asked === undefined ? COMMANDS : [asked]) {
    const command = program.command(name).summary(summary).copyInheritedSettings(program);
    const isAsked = name === wanted || (wanted === "help" && host.argv.includes(name));
    if (isAsked) (await load()).declare(command, context, done);
  }
  return program;
}

/** A failure for `--json`: its problems, in the form that every report has. */
function toJson({ code, path = "", message, hint, problems }: PkgIndexError): string {
  const all = problems.length > 0 ? problems : [{ code, severity: "error", path, message, hint }];
  return JSON.stringify({ problems: all }, undefined, 2);
}

function reportFailure(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof commander.CommanderError) {
    const isHelp = error.code === "commander.helpDisplayed" || error.code === "commander.version";
    return isHelp || error.exitCode === 0 ? 0 : 2;
  }
  if (error instanceof PkgIndexError) {
    if (error.problems.length > 0)
      for (const problem of error.problems) terminal.talk(formatProblem(problem));
    else {
      const where = error.path === undefined ? "" : `${error.path}: `;
      terminal.talk(toVisible(`error: ${where}${error.message} (hint: ${error.hint})`));
    }
    return error.exitCode;
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.talk(
    `error: pkgindex has a bug (hint: report it with the lines below, see ${REPORT_TO})\n${trace}`,
  );
  return 3;
}
