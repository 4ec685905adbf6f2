/** `pkgindex doctor`: looks at all that the automation needs, and says what is missing and how to mend it. */
import type { Command } from "commander";
import type { Config } from "../config/config.ts";
import { PkgIndexError, type ExitCode, type Problem } from "../errors.ts";
import { formatCount, toVisible } from "../io/terminal.ts";
import { loadIndexConfig } from "./common-options.ts";
import type { CommandContext } from "./context.ts";
import { ok, problem, warning, type Finding } from "./doctor/finding.ts";
import { toTokenSources } from "./github-command.ts";

interface DoctorOptions {
  readonly index?: string;
  readonly tokenFile?: string;
  readonly config?: string;
  readonly offline?: true;
  readonly json?: true;
}

const EXAMPLES = `
A problem will keep something from working; a warning may, or is about what could not be looked at. The exit code is 1
where there is a problem. Nothing is changed, here or on GitHub. In a source repository the index is the one that its workflow
names, and whether the workflow can do its work is looked at, too.

--json prints {"checks": [{"check", "level", "message", "hint"?}], "problems": [...]}.

Examples:
  $ pkgindex doctor
  $ pkgindex doctor --index octo-org/packages --token-file token.txt
  $ pkgindex doctor --offline              look at this machine alone`;

/** Declares the options and what runs. */
export function declare(command: Command, context: CommandContext, done: (exitCode: ExitCode) => void): void {
  command
    .description(
      "Looks at all that the automation needs: programs and walls on this machine, the configuration, the token and its " +
        "rights, and on GitHub the repository of the index, its workflow, its Pages and the repositories that may be built.",
    )
    .option("--index <owner/repo>", "the index (default: [automation] index, else the git remote)")
    .option("--token-file <file>", "the file with the token")
    .option("--config <file>", "the configuration file (default: pkgindex.toml, here or in a parent folder)")
    .option("--offline", "do not ask GitHub")
    .option("--json", "print one JSON object to stdout instead of text")
    .addHelpText("after", EXAMPLES)
    .action(async (options: DoctorOptions) => done(await doctor(options, context)));
}

async function doctor(options: DoctorOptions, context: CommandContext): Promise<ExitCode> {
  const { host, terminal } = context;
  const [{ checkMachine }, { checkToken }, { askGithub }] = await Promise.all([
    import("./doctor/check-machine.ts"),
    import("./doctor/check-token.ts"),
    import("./doctor/ask-github.ts"),
  ]);
  const probing = { cwd: host.cwd(), environment: host.env };
  const [machine, { config, findings: configuration }, { token, findings: secret }] = await Promise.all([
    checkMachine(probing, process.versions.node),
    checkConfig(options, context),
    checkToken(toTokenSources(options, context), probing),
  ]);
  const github = await askGithub(options, context, config, token);
  const findings = [...machine, ...configuration, ...secret, ...github];
  const hasProblem = findings.some(({ level }) => level === "problem");
  if (options.json) terminal.print(toJson(findings));
  else {
    for (const finding of findings) terminal.print(toVisible(formatFinding(finding)));
    const count = (level: Finding["level"]): number =>
      findings.filter((finding) => finding.level === level).length;
    const bad = `${formatCount(count("problem"), "problem")}, ${formatCount(count("warning"), "warning")}`;
    terminal.talk(`${bad}, ${count("ok")} in order`);
  }
  return hasProblem ? 1 : 0;
}

async function checkConfig(
  options: DoctorOptions,
  context: CommandContext,
): Promise<{ readonly config: Config | undefined; readonly findings: readonly Finding[] }> {
  let config: Config;
  try {
    config = await loadIndexConfig(options.config === undefined ? {} : { config: options.config }, context);
  } catch (error) {
    if (!(error instanceof PkgIndexError)) throw error;
    const faults = error.problems.length > 0 ? error.problems : [error];
    return {
      config: undefined,
      findings: faults.map(({ path, message, hint }) =>
        problem("config", `${path ?? "pkgindex.toml"}: ${message}`, hint),
      ),
    };
  }
  const { file, automation } = config;
  if (file === undefined) {
    const message = "there is no pkgindex.toml here or above: the defaults hold, and nobody may be built";
    return {
      config,
      findings: [warning("config", message, "run pkgindex init, or name the file with --config")],
    };
  }
  const found = ok("config", `${file} is valid`);
  if (automation.allow.length > 0) return { config, findings: [found] };
  const message = "[automation] allow is empty: no source repository may be built, every dispatch is refused";
  const hint = 'name those who may, such as allow = ["octo-org/demo"]; in push mode none is needed';
  return { config, findings: [found, warning("allow-list", message, hint)] };
}

function formatFinding({ check, level, message, hint }: Finding): string {
  const end = hint === undefined ? "" : ` (hint: ${hint})`;
  return `${level.padEnd(7)}  ${check}: ${message}${end}`;
}

function toJson(findings: readonly Finding[]): string {
  const problems: readonly Problem[] = findings
    .filter(({ level }) => level === "problem")
    .map(({ check, message, hint = "" }) => ({ code: check, severity: "error", path: check, message, hint }));
  return JSON.stringify({ checks: findings, problems }, undefined, 2);
}
