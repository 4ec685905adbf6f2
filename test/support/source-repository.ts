/** Source repositories whose backend lies in them: they build without any package index (PEP 517, `backend-path`). */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { GIT_ENVIRONMENT } from "./git-environment.ts";
import { makeTree, temporaryDirectory } from "./make-tree.ts";

/** A backend that packs `MODULES` into a wheel; `hostile` runs first, with the name of the folder for wheels in `out`. */
export function inTreeBackend(options: {
  readonly name: string;
  readonly version: string;
  readonly requires?: readonly string[];
  readonly hostile?: string;
}): string {
  const { name, version, requires = [], hostile = "" } = options;
  return `
import base64, hashlib, os, zipfile

NAME, VERSION, REQUIRES = ${JSON.stringify(name)}, ${JSON.stringify(version)}, ${JSON.stringify(requires)}

def make_wheel(out, name=NAME, version=VERSION, files=None):
    module = name.replace("-", "_")
    info = f"{module}-{version}.dist-info"
    members = dict(files or {f"{module}/__init__.py": f"__version__ = {version!r}\\n"})
    members[f"{info}/METADATA"] = f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n" + "".join(
        f"Requires-Dist: {r}\\n" for r in REQUIRES)
    members[f"{info}/WHEEL"] = "Wheel-Version: 1.0\\nGenerator: in-tree\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    record = ""
    for path, text in members.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        record += f"{path},sha256={digest},{len(text.encode())}\\n"
    members[f"{info}/RECORD"] = record + f"{info}/RECORD,,\\n"
    filename = f"{module}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(out, filename), "w") as archive:
        for path, text in members.items():
            archive.writestr(zipfile.ZipInfo(path), text)
    return filename

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    out = wheel_directory
${hostile.trim() === "" ? "" : hostile.replace(/^/gm, "    ")}
    return make_wheel(out)

def build_sdist(sdist_directory, config_settings=None):
    raise NotImplementedError
`;
}

export interface SourceOptions {
  readonly name?: string;
  readonly version?: string;
  readonly requires?: readonly string[];
  readonly hostile?: string;
  /** Besides, or in place of what is there. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface SourceRepository {
  readonly folder: string;
  readonly git: (...args: readonly string[]) => string;
  /** Writes files and commits all; returns the commit. */
  readonly commit: (files: Readonly<Record<string, string>>) => string;
  readonly head: string;
}

/** A repository with one commit on `main`. */
export function makeSourceRepository(options: SourceOptions = {}): SourceRepository {
  const { name = "demo", version = "1.0" } = options;
  const folder = join(temporaryDirectory(), name);
  const git = (...args: readonly string[]): string =>
    execFileSync("git", ["-C", folder, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: GIT_ENVIRONMENT,
    }).trim();
  const commit = (files: Readonly<Record<string, string>>): string => {
    makeTree(folder, files);
    git("add", "--all", "--force");
    git("commit", "--quiet", "--allow-empty", "--message=change");
    return git("rev-parse", "HEAD");
  };
  makeTree(folder, { README: "" });
  git("init", "--quiet", "--initial-branch=main");
  const head = commit({
    "pyproject.toml": `[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "${name}"
version = "${version}"
`,
    "backend.py": inTreeBackend({ ...options, name, version }),
    ...options.files,
  });
  return { folder, git, commit, head };
}
