/** Installs each wheel into a fresh virtual environment, as a user would, and imports what it brings. */
import { readCentralDirectory, walkCentralDirectory } from "../archive/central-directory.ts";
import { readWheelMetadata } from "../archive/wheel.ts";
import { listWheelEntries, WheelFaults } from "../archive/wheel-entries.ts";
import { PkgIndexError, type Problem } from "../errors.ts";
import { openFile } from "../io/open-file.ts";
import type { ProcessResult } from "../io/run-process.ts";
import { parseCoreMetadata } from "../packaging/core-metadata.ts";
import type { CheckedFile } from "./check-built.ts";
import { listImportableModules } from "./importable-modules.ts";
import { makeVenv, runStep, stepFailed, type Workplace } from "./workplace.ts";

export interface TestInstallOptions {
  /** Whether what a wheel needs is installed with it. */
  readonly dependencies: boolean;
  /** The address of the index that the wheel will join; undefined where it is not known. */
  readonly indexUrl: string | undefined;
}

/** Imports each module by itself and says, for the first that fails, its name, what is missing, and why. */
const IMPORT = `
import importlib, sys
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except BaseException as error:
        missing = (error.name or "") if isinstance(error, ModuleNotFoundError) else ""
        text = "%s: %s" % (type(error).__name__, error)
        print("\\n".join(["pkgindex-import", name, missing, " ".join(text.split())[:500]]), flush=True)
        sys.exit(3)
`;

/** Tests one wheel; returns what is worth knowing. Throws a `PkgIndexError` where it does not install or import. */
export async function testInstall(
  place: Workplace,
  { path, file, parsed }: CheckedFile,
  number: number,
  { dependencies, indexUrl }: TestInstallOptions,
): Promise<readonly Problem[]> {
  const note = (message: string, hint: string): Problem => {
    return { code: "test-install", severity: "note", path: file, message, hint };
  };
  const { modules, requires } = await readWheel(path, parsed);
  const venv = await makeVenv(place, `install-${number}`);
  const [command, ...pip] = venv.pip;
  const runPip = (...args: readonly string[]): Promise<ProcessResult> =>
    runStep(place, command, [...pip, ...args], { cwd: place.folder });
  const install = ["install", "--no-cache-dir", "--quiet"];
  place.log.say(`installing ${file}`);
  const alone = await runPip(...install, "--no-index", "--no-deps", path);
  if (/is not a supported wheel on this platform/.test(alone.stderr)) {
    const hint = `test it where it is for; here is Python ${place.python.version}`;
    return [note("could not be tested: it is for another Python or platform", hint)];
  }
  if (alone.code !== 0) {
    const hint = "see what pip says above: what a user would see";
    throw stepFailed(place, file, "installing it", alone, hint);
  }
  const needsMore = requires.length > 0;
  if (dependencies && needsMore) {
    const extra = indexUrl === undefined ? [] : ["--extra-index-url", indexUrl];
    place.log.say(`installing what ${file} needs: ${requires.slice(0, 10).join(", ")}`);
    const all = await runPip(...install, ...extra, path);
    if (all.code !== 0) {
      const where = indexUrl === undefined ? "the package index" : `${indexUrl} and the package index`;
      const hint = `it must be in ${where}, for this Python; --no-deps leaves this test out`;
      throw stepFailed(place, file, "installing what it needs", all, hint);
    }
    const checked = await runPip("check");
    if (checked.code !== 0)
      throw stepFailed(place, file, "pip check", checked, "see above which requirement is not met");
  }
  return importModules(place, file, venv.python, modules, dependencies || !needsMore ? undefined : note);
}

/** `note`: makes a note of a module that needs what is not installed on purpose. */
async function importModules(
  place: Workplace,
  file: string,
  python: string,
  modules: readonly string[],
  note: ((message: string, hint: string) => Problem) | undefined,
): Promise<readonly Problem[]> {
  if (modules.length === 0) return [];
  const imported = await runStep(place, python, ["-I", "-c", IMPORT, ...modules], {
    cwd: place.folder,
    isQuiet: true,
  });
  if (imported.code === 0) return [];
  const [name = "", missing = "", why = ""] =
    /pkgindex-import\n(.*)\n(.*)\n(.*)\n$/.exec(imported.stdout)?.slice(1) ?? [];
  const isForeign =
    missing !== "" && !modules.some((module) => module.split(".")[0] === missing.split(".")[0]);
  if (note !== undefined && isForeign)
    return [
      note(`importing ${name} needs ${missing}, which --no-deps left out`, "test it without --no-deps"),
    ];
  if (name === "") {
    place.log.add(Buffer.from(`${imported.stdout}${imported.stderr}\n`));
    throw stepFailed(
      place,
      file,
      "importing it",
      imported,
      `its modules are ${modules.slice(0, 10).join(", ")}`,
    );
  }
  throw new PkgIndexError({
    code: "build-failed",
    path: file,
    message: `is installed, but its module ${name} cannot be imported: ${why}`,
    hint: "declare what it needs as dependencies, and see that all of its files are packaged",
  });
}

/** The modules in a wheel, and what it needs whatever the extras. */
async function readWheel(
  path: string,
  parsed: CheckedFile["parsed"],
): Promise<{ readonly modules: readonly string[]; readonly requires: readonly string[] }> {
  const file = openFile(path);
  try {
    const records = walkCentralDirectory(readCentralDirectory(file), () => true);
    const names = listWheelEntries(records, new WheelFaults(1)).map(({ name }) => name);
    const { requiresDist } = parseCoreMetadata(await readWheelMetadata(file, parsed));
    const requires = requiresDist.filter((requirement) => !/;.*\bextra\s*==/.test(requirement));
    return { modules: listImportableModules(names), requires };
  } finally {
    file.close();
  }
}
