/** The command table, and the one place where a failure becomes text and an exit code. */
import { Command, CommanderError } from "commander";
import { PkgIndexError, type ExitCode } from "./errors.ts";
import { createTerminal, formatProblem, toVisible, type Host, type Terminal } from "./io/terminal.ts";

/** What a command is given to work with. */
export interface CommandContext {
  readonly host: Host;
  readonly terminal: Terminal;
  readonly version: string;
}

/** A command's module: it declares its options, and loads what it needs when it runs. */
interface CommandModule {
  readonly declare: (command: Command, context: CommandContext, done: (exitCode: ExitCode) => void) => void;
}

const COMMANDS: readonly {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}[] = [
  {
    name: "generate",
    summary: "bring every page of the index up to date",
    load: () => import("./commands/generate.ts"),
  },
];

const REPORT_TO = "https://www.npmjs.com/package/pkgindex";

/** Parses `host.argv`, runs one command and returns the exit code. Never throws. */
export async function runCommandLine(host: Host, version: string): Promise<ExitCode> {
  const terminal = createTerminal(host);
  let exitCode: ExitCode = 0;
  try {
    const program = await createProgram({ host, terminal, version }, (code) => {
      exitCode = code;
    });
    await program.parseAsync([...host.argv]);
  } catch (error) {
    exitCode = reportFailure(error, terminal);
  }
  terminal.endProgress();
  return exitCode;
}

async function createProgram(context: CommandContext, done: (exitCode: ExitCode) => void): Promise<Command> {
  const { host } = context;
  const program = new Command("pkgindex")
    .description("Turns folders of Python wheels into a complete, static Python package index")
    .version(context.version, "-V, --version")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show help for a command")
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void host.stdout.write(text),
      writeErr: (text) => void host.stderr.write(text),
      outputError: (text, write) => {
        const line = text.trim().replace("\n(Did", " (did").replace(/\.$/, "");
        write(`${line} (hint: run with --help to see what is possible)\n`);
      },
    });
  const wanted = host.argv.slice(2).find((argument) => !argument.startsWith("-"));
  for (const entry of COMMANDS) {
    const command = program.command(entry.name).summary(entry.summary);
    command.copyInheritedSettings(program);
    // Only the command that is asked for is loaded; its own help shows a longer description.
    const isAsked = wanted === entry.name || (wanted === "help" && host.argv.includes(entry.name));
    if (isAsked) (await entry.load()).declare(command, context, done);
  }
  return program;
}

function reportFailure(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof CommanderError) {
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
