/** Builds the distribution files of a checkout, by a frontend of PEP 517 or a command of the operator's. */
import { join } from "node:path";
import { PkgIndexError } from "../errors.ts";
import { kindOfPlace, listFolder, makeFolder } from "../io/files.ts";
import { probeProgram } from "../io/probe-program.ts";
import { looksLikeDistribution } from "../packaging/distribution-name.ts";
import { makeVenv, runStep, stepFailed, type Workplace } from "./workplace.ts";

export interface BackendOptions {
  /** `build`, `uv`, or a command; undefined: `build` where it is installed, else pip. */
  readonly backend: string | undefined;
  readonly sdist: boolean;
  /** The checkout. */
  readonly source: string;
  /** What a person is told of it. */
  readonly display: string;
}

export interface BackendResult {
  /** Absolute paths. */
  readonly files: readonly string[];
  /** The tool, with its version where it has one. */
  readonly tool: string;
}

/** Variable that tells a command where its wheels are taken from; those in `dist/` are taken as well. */
export const OUT_VARIABLE = "PKGINDEX_OUT";

/** Runs the backend. Throws a `PkgIndexError` where it fails, or leaves what is no distribution file. */
export async function runBackend(place: Workplace, options: BackendOptions): Promise<BackendResult> {
  const { source, display } = options;
  const out = join(place.folder, "built");
  makeFolder(out);
  const before = new Set(listFolder(join(source, "dist")).map(({ name }) => name));
  const { tool, command, args } = await chooseBackend(place, options, out);
  place.log.say(`building ${display} with ${tool}`);
  const built = await runStep(place, command, args, { cwd: source, environment: { [OUT_VARIABLE]: out } });
  if (built.code !== 0 || built.timedOut) {
    throw stepFailed(
      place,
      display,
      "the build",
      built,
      "see its last lines above; it is run at home by the same command",
    );
  }
  const files = takeFiles(out, new Set(), display);
  if (files.length > 0 || !isCommand(options.backend)) return { tool, files };
  return { tool, files: takeFiles(join(source, "dist"), before, display) };
}

function isCommand(backend: string | undefined): boolean {
  return backend !== undefined && backend !== "build" && backend !== "uv";
}

interface ChosenBackend {
  readonly tool: string;
  readonly command: string;
  readonly args: readonly string[];
}

async function chooseBackend(
  place: Workplace,
  { backend, sdist }: BackendOptions,
  out: string,
): Promise<ChosenBackend> {
  const { python, environment } = place;
  const what = ["--wheel", ...(sdist ? ["--sdist"] : [])];
  if (backend !== undefined && isCommand(backend))
    return { tool: "a command", command: "/bin/sh", args: ["-c", backend] };
  if (backend === "uv") {
    const answer = await probeProgram("uv", ["--version"], { cwd: place.folder, environment });
    if (answer?.code !== 0) {
      throw new PkgIndexError({
        code: "build-failed",
        path: "--backend",
        message: "uv is not installed",
        hint: "install it (pip install uv), or leave --backend out",
      });
    }
    const args = ["build", ...what, "--out-dir", out, "--python", python.path, "--no-python-downloads"];
    return { tool: answer.stdout.trim(), command: "uv", args: [...args, "."] };
  }
  if (python.build !== undefined) {
    const args = ["-I", "-m", "build", ...what, "--outdir", out, "."];
    return { tool: `build ${python.build}`, command: python.path, args };
  }
  if (backend === undefined && !sdist) {
    // pip comes with Python, and asks no index where a backend needs nothing.
    const [command, ...pip] =
      python.pip === undefined
        ? (await makeVenv(place, "tools")).pip
        : ([python.path, "-I", "-m", "pip"] as const);
    const tool = python.pip === undefined ? "pip" : `pip ${python.pip}`;
    return { tool, command, args: [...pip, "wheel", "--no-deps", "--no-cache-dir", "--wheel-dir", out, "."] };
  }
  place.log.say("installing build, which this Python does not have");
  const tools = await makeVenv(place, "tools");
  const [installer, ...pip] = tools.pip;
  const installed = await runStep(place, installer, [...pip, "install", "--quiet", "build"], {
    cwd: place.folder,
  });
  if (installed.code !== 0) {
    const hint = "install build for that Python (pip install build), or reach a package index";
    throw stepFailed(place, "--backend build", "installing build", installed, hint);
  }
  const asked = ["-I", "-c", 'from importlib.metadata import version; print(version("build"))'];
  const { stdout } = await runStep(place, tools.python, asked, { cwd: place.folder, isQuiet: true });
  const args = ["-I", "-m", "build", ...what, "--outdir", out, "."];
  return { tool: `build ${stdout.trim()}`, command: tools.python, args };
}

/** The files in a folder, all of which must be distribution files; `known`: names that were there before. */
function takeFiles(folder: string, known: ReadonlySet<string>, display: string): readonly string[] {
  return listFolder(folder).flatMap(({ name }): string | readonly [] => {
    if (known.has(name) || name === ".gitignore") return [];
    if (kindOfPlace(folder, name) === "file" && looksLikeDistribution(name)) return join(folder, name);
    throw new PkgIndexError({
      code: "build-failed",
      path: display,
      message: `the build has left ${JSON.stringify(name)}, which is no distribution file`,
      hint: "a build leaves wheels, and an sdist where it was asked for one, and nothing else",
    });
  });
}
