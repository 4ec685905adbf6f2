/** The steps of a build, in their order: checkout, build, checks, test installation, and the way into the folder for results. */
import { join } from "node:path";
import { fixPath } from "../builds/build-environment.ts";
import { BuildLog } from "../builds/build-log.ts";
import { BUILD_REPORT, formatBuildReport, type BuildReport } from "../builds/build-report.ts";
import { checkBuilt, type CheckedFile } from "../builds/check-built.ts";
import { checkoutSource } from "../builds/checkout-source.ts";
import { findExpectedProject } from "../builds/expected-project.ts";
import { findPython } from "../builds/python.ts";
import { hashFile, readBuildReport } from "../builds/read-build-report.ts";
import { runBackend } from "../builds/run-backend.ts";
import { testInstall } from "../builds/test-install.ts";
import { openWorkplace } from "../builds/workplace.ts";
import { findRepository } from "../config/repository.ts";
import { PkgIndexError, toProblemsError, type Problem } from "../errors.ts";
import { readGithubAddresses } from "../github/addresses.ts";
import type { BuildRequest } from "../github/build-request.ts";
import { isCommitId } from "../github/git-ref.ts";
import { toCredentials } from "../github/publish-target.ts";
import { formatRepositoryName } from "../github/repository-name.ts";
import { readToken } from "../github/token.ts";
import {
  checkWritable,
  copyIntoStaging,
  hasEntry,
  listFolder,
  makeFolder,
  statIfExists,
} from "../io/files.ts";
import { placeFile, placeText, removeFile } from "../io/place-file.ts";
import { openSandbox } from "../io/sandbox.ts";
import { listSecretPlaces } from "../io/secret-places.ts";
import { withTemporaryFolder } from "../io/temporary-folder.ts";
import { toVisible, type Terminal } from "../io/terminal.ts";
import { looksLikeDistribution } from "../packaging/distribution-name.ts";
import type { ProjectName } from "../packaging/project-name.ts";
import { readSourceMetadata } from "./source-metadata.ts";
import { toWriteError } from "./write-error.ts";

export interface ProjectBuild {
  readonly request: BuildRequest;
  /** What git clones. */
  readonly url: string;
  /** Absolute path. */
  readonly out: string;
  readonly outDisplay: string;
  readonly backend: string | undefined;
  readonly sdist: boolean;
  readonly python: string | undefined;
  readonly dependencies: boolean;
  /** The project that must come out; undefined: what the source says. */
  readonly project: ProjectName | undefined;
  readonly indexUrl: string | undefined;
  readonly timeoutMs: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isInActions: boolean;
  readonly cwd: string;
  /** Where the configuration lies, and a token may lie beside it. */
  readonly settingsFolder: string;
  readonly version: string;
  readonly terminal: Terminal;
}

export interface BuiltProject {
  readonly report: BuildReport;
  /** The text of build.json. */
  readonly text: string;
  readonly problems: readonly Problem[];
}

/** Builds. Throws a `PkgIndexError` where anything is not as it must be; the folder for results is then as it was. */
export function buildProject(options: ProjectBuild): Promise<BuiltProject> {
  checkPlaceForResults(options);
  const stale = findStaleFiles(options);
  return withTemporaryFolder(async (folder) => {
    const log = new BuildLog(options.terminal, options.isInActions);
    let isDone = false;
    try {
      const built = await buildIn(folder, log, options);
      const text = formatBuildReport(built.report);
      await placeResults(built.files, text, stale, options);
      isDone = true;
      return { report: built.report, text, problems: built.problems };
    } finally {
      log.close(!isDone);
    }
  });
}

/** Puts what was built into the folder for results, where it stands for what an earlier build has left. */
async function placeResults(
  files: readonly CheckedFile[],
  report: string,
  stale: readonly string[],
  { out, outDisplay }: ProjectBuild,
): Promise<void> {
  try {
    makeFolder(out);
    for (const path of stale) removeFile(path);
    for (const { path, file } of files) await placeFile(path, join(out, file));
    placeText(report, join(out, BUILD_REPORT));
  } catch (error) {
    throw toWriteError(error, outDisplay) ?? error;
  }
}

async function buildIn(
  folder: string,
  log: BuildLog,
  options: ProjectBuild,
): Promise<Omit<BuiltProject, "text"> & { readonly files: readonly CheckedFile[] }> {
  const { request, environment, cwd, timeoutMs } = options;
  const display = formatRepositoryName(request);
  // All that is looked up on this machine is, before anything strange runs.
  const python = await findPython(options.python, cwd, environment);
  const needed = [folder, python.path, ...fixPath(environment["PATH"]).split(":")];
  const secrets = listSecretPlaces(environment, [cwd, findRepository(cwd), options.settingsFolder], needed);
  const sandbox = await openSandbox(environment, secrets);
  if (!sandbox.isIsolated)
    log.say(
      "note: this machine gives no namespaces: the build gets no token, and a home and an environment of its own, but what " +
        "this user's files, processes and agents (ssh-agent, gpg-agent) hold is in its reach (pkgindex doctor says how to mend it)",
    );
  const source = join(folder, "source");
  makeFolder(source);
  log.say(`cloning ${toVisible(options.url)} at ${request.ref}`);
  const token = readToken({ tokenFile: undefined, environment, cwd, configFolder: undefined });
  const { commit, time } = await checkoutSource({
    url: options.url,
    display,
    ref: request.ref,
    isCommitId: isCommitId(request.ref),
    folder: source,
    credentials: toCredentials({ url: options.url }, token, readGithubAddresses(environment)),
    environment,
    timeoutMs,
  });
  log.say(`commit ${commit}`);
  const place = openWorkplace({
    folder,
    sandbox,
    log,
    python,
    timeoutMs,
    userEnvironment: environment,
    sourceTime: time,
  });
  const expected =
    options.project === undefined
      ? findExpectedProject(readSourceMetadata(source), request.repo)
      : { name: options.project, version: undefined, source: "--project" };
  const { files: left, tool } = await runBackend(place, { ...options, source, display });
  const kept = join(folder, "kept");
  makeFolder(kept);
  const problems: Problem[] = [];
  const copies = left.map((path, index) => {
    const own = join(kept, String(index));
    makeFolder(own);
    return copyIntoStaging(path, join(own, path.slice(path.lastIndexOf("/") + 1)));
  });
  const files = await checkBuilt(copies, expected, options.sdist, problems);
  if (problems.length > 0) throw toProblemsError(problems);
  const wheels = files.filter(({ parsed }) => parsed.kind === "wheel");
  for (const [index, wheel] of wheels.entries())
    problems.push(...(await testInstall(place, wheel, index, options)));
  // What was tested ran: it must not have changed what goes out.
  for (const { path, file, sha256 } of files) {
    if ((await hashFile(path)) === sha256) continue;
    const hint = "something that was built changes files that are not its own: look at its source";
    throw new PkgIndexError({
      code: "build-failed",
      path: file,
      message: "was changed while it was tested",
      hint,
    });
  }
  const tools = {
    pkgindex: options.version,
    python: python.version,
    backend: tool,
    isolation: sandbox.isIsolated ? "namespaces" : "none",
  };
  const report: BuildReport = {
    version: 1,
    repository: display,
    commit,
    ref: request.ref,
    tools,
    files: files.map(({ file, sha256, size }) => ({ file, sha256, size })),
  };
  return { report, problems, files };
}

/** Throws where nothing can be put into the folder for results: better before the build than after it. */
function checkPlaceForResults({ out, outDisplay }: ProjectBuild): void {
  if (hasEntry(out) && statIfExists(out)?.isDirectory() !== true) {
    const hint = "name a folder, or a new one, with --out";
    throw new PkgIndexError({ code: "usage", path: outDisplay, message: "is no folder", hint });
  }
  try {
    checkWritable(out);
  } catch (error) {
    throw toWriteError(error, outDisplay) ?? error;
  }
}

/** What an earlier build has left in the folder for results. Throws where there is more: it would pass for built. */
function findStaleFiles({ out, outDisplay }: ProjectBuild): readonly string[] {
  const known = new Set(readBuildReport(out, outDisplay)?.files.map(({ file }) => file));
  const found = listFolder(out)
    .map(({ name }) => name)
    .filter((name) => looksLikeDistribution(name));
  const stranger = found.find((name) => !known.has(name));
  if (stranger === undefined) return found.map((name) => join(out, name));
  throw new PkgIndexError({
    code: "usage",
    path: outDisplay,
    message: `holds ${stranger}, which no build of pkgindex has put there`,
    hint: "name an empty folder with --out, or move it away",
  });
}
