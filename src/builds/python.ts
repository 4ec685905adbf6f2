/** The Python that builds and tests: found before any strange code runs, by its absolute path. */
import { resolve } from "node:path";
import { PkgIndexError } from "../errors.ts";
import { probeProgram } from "../io/probe-program.ts";

export interface Python {
  /** Absolute path of the interpreter itself, not of something that stands before it. */
  readonly path: string;
  readonly version: string;
  /** Whether it has the module `build`, and which version of that. */
  readonly build: string | undefined;
  /** The same of pip. */
  readonly pip: string | undefined;
}

const QUESTION = `
import sys, json
def find(name):
    try:
        from importlib.metadata import version
        return version(name)
    except Exception:
        return None
print(json.dumps([sys.executable, "%d.%d.%d" % sys.version_info[:3], find("build"), find("pip")]))
`;

/** Finds a Python: `3.12` is `python3.12`, anything with a slash a path, and the default `python3`. */
export async function findPython(
  wanted: string | undefined,
  cwd: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Python> {
  const candidates =
    wanted === undefined
      ? ["python3", "python"]
      : wanted.includes("/")
        ? [resolve(cwd, wanted)]
        : [`python${wanted}`, ...(await askUv(wanted, cwd, environment))];
  for (const candidate of candidates) {
    const answer = await probeProgram(candidate, ["-I", "-c", QUESTION], { cwd, environment });
    if (answer?.code !== 0) continue;
    const [path, version, build, pip] = JSON.parse(answer.stdout) as [string, string, ...(string | null)[]];
    return { path, version, build: build ?? undefined, pip: pip ?? undefined };
  }
  throw new PkgIndexError({
    code: "build-failed",
    path: wanted === undefined ? "python3" : `--python ${wanted}`,
    message: "there is no such Python on this machine",
    hint: "install it, put it on PATH, or name another with --python",
  });
}

/** uv knows Pythons that are on no PATH. */
async function askUv(
  version: string,
  cwd: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly string[]> {
  const args = ["python", "find", "--no-python-downloads", "--no-project", "--", version];
  const answer = await probeProgram("uv", args, { cwd, environment });
  return answer?.code === 0 ? [answer.stdout.trim()] : [];
}
