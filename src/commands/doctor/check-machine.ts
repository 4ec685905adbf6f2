/** What `doctor` finds on this machine: the programs that building and publishing start. */
import { probeProgram, type ProbeOptions } from "../../io/probe-program.ts";
import type { ProcessResult } from "../../io/run-process.ts";
import { openSandbox } from "../../io/sandbox.ts";
import { ok, problem, warning, type Finding } from "./finding.ts";

const OLDEST_NODE = [20, 19] as const;
/** `git add --sparse`, with which an index is brought up to date without its old wheels. */
const OLDEST_GIT = [2, 34] as const;
/** The oldest for which the tools that build wheels are still made. */
const OLDEST_PYTHON = [3, 8] as const;

/** All of them; they run at once. */
export async function checkMachine(options: ProbeOptions, nodeVersion: string): Promise<readonly Finding[]> {
  const [git, python, isolation] = await Promise.all([
    checkGit(options),
    checkPython(options),
    checkIsolation(options),
  ]);
  return [checkNode(nodeVersion), ...git, ...python, isolation];
}

function checkNode(version: string): Finding {
  if (isAtLeast(version, OLDEST_NODE)) return ok("node", `Node.js ${version}`);
  const message = `Node.js ${version} is older than ${OLDEST_NODE.join(".")}, which pkgindex needs`;
  return problem("node", message, "install a newer Node.js, see https://nodejs.org");
}

async function checkGit(options: ProbeOptions): Promise<readonly Finding[]> {
  const answer = await probeProgram("git", ["--version"], options);
  if (answer === undefined || answer.code !== 0) {
    const message = "there is no git; build, publish and the times of uploads need it";
    return [problem("git", message, "install git, see https://git-scm.com")];
  }
  const version = /\d+(?:\.\d+)+/.exec(answer.stdout)?.[0] ?? "0";
  const found = ok("git", `git ${version}`);
  if (isAtLeast(version, OLDEST_GIT))
    return [
      found,
      ok("partial-clone", "publish can work without downloading the index (partial and sparse clones)"),
    ];
  const message = `git ${version} cannot do it all: publish needs partial and sparse clones, as of ${OLDEST_GIT.join(".")}`;
  return [found, problem("partial-clone", message, "install a newer git")];
}

/** Run where nothing lies that Python would take for a module of its own. */
const NEUTRAL_FOLDER = "/";

const LOOK_AROUND = `
import importlib.util as u, json, sys
def version(name):
    if u.find_spec(name) is None: return None
    try:
        import importlib.metadata as m
        return m.version(name)
    except Exception:
        return "of unknown version"
print(json.dumps({"python": sys.version.split()[0], "venv": u.find_spec("venv") is not None
    and u.find_spec("ensurepip") is not None, "pip": version("pip"), "build": version("build")}))
`;

interface PythonFacts {
  readonly python: string;
  readonly venv: boolean;
  readonly pip: string | null;
  readonly build: string | null;
}

async function checkPython(options: ProbeOptions): Promise<readonly Finding[]> {
  const [facts, uv] = await Promise.all([
    askPython(options),
    probeProgram("uv", ["--version"], { ...options, cwd: NEUTRAL_FOLDER }),
  ]);
  if (facts === undefined) {
    const message = "there is no python3; building and testing wheels needs it";
    return [problem("python", message, "install Python, with venv and pip"), checkBackend(undefined, uv)];
  }
  return [checkVersion(facts.python), checkVenv(facts), checkPip(facts), checkBackend(facts, uv)];
}

async function askPython(options: ProbeOptions): Promise<PythonFacts | undefined> {
  for (const name of ["python3", "python"]) {
    const answer = await probeProgram(name, ["-c", LOOK_AROUND], { ...options, cwd: NEUTRAL_FOLDER });
    const line = answer?.code === 0 ? answer.stdout.trim() : "";
    if (line.startsWith("{")) return JSON.parse(line) as PythonFacts;
  }
  return undefined;
}

function checkVersion(version: string): Finding {
  if (isAtLeast(version, OLDEST_PYTHON)) return ok("python", `Python ${version}`);
  const message = `Python ${version} is older than ${OLDEST_PYTHON.join(".")}; the tools that build wheels need that`;
  return problem("python", message, "install a newer Python");
}

function checkVenv({ venv }: PythonFacts): Finding {
  if (venv) return ok("venv", "wheels can be tested in environments of their own");
  const message = "Python has no venv with pip; each wheel is tested in an environment of its own";
  return problem("venv", message, "install it (Debian and Ubuntu: the package python3-venv)");
}

function checkPip({ pip }: PythonFacts): Finding {
  if (pip !== null) return ok("pip", `pip ${pip}`);
  return warning(
    "pip",
    "Python has no pip of its own",
    "install it (Debian and Ubuntu: the package python3-pip)",
  );
}

function checkBackend(facts: PythonFacts | undefined, uv: ProcessResult | undefined): Finding {
  const version = /\d+(?:\.\d+)+/.exec(uv?.code === 0 ? uv.stdout : "")?.[0];
  const found = [
    ...(facts === undefined || facts.build === null ? [] : [`build ${facts.build}`]),
    ...(version === undefined ? [] : [`uv ${version}`]),
    ...(facts === undefined || facts.pip === null ? [] : [`pip ${facts.pip}`]),
  ];
  if (found.length > 0) return ok("backend", `wheels can be built with ${found.join(", ")}`);
  return warning(
    "backend",
    "neither build nor uv nor pip is here; pkgindex build starts one of them, or a command of your own",
    "install one: https://build.pypa.io, https://docs.astral.sh/uv/ or https://pip.pypa.io",
  );
}

async function checkIsolation({ environment }: ProbeOptions): Promise<Finding> {
  const { isIsolated } = await openSandbox(environment, []);
  if (isIsolated)
    return ok("isolation", "builds are kept from other processes, from files with secrets, and from agents");
  return warning(
    "isolation",
    "nothing here walls a build in: it gets no token, and a home and an environment of its own, but it can read the files of the " +
      "user who starts it, look into their processes, and ask their agents (ssh-agent, gpg-agent)",
    "build on a machine that holds nothing of worth, or on Linux with unshare (util-linux) and user namespaces allowed",
  );
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}
