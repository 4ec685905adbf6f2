/** The clients: which versions (`clients.json`), and a virtual environment for each, made once and kept in `.clients/`. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { runProgram } from "./support/run-program.ts";

/** A client as `clients.json` has it. */
export interface Pin {
  readonly package: string;
  readonly extras?: string;
  readonly version: string;
  /** Why this version stays: it is not moved to the newest. */
  readonly fixed?: string;
  /** The first Python that it does not run on. */
  readonly pythonBelow?: string;
}

/** A client that can be run. */
export interface InstalledClient {
  readonly name: string;
  readonly version: string;
  /** The interpreter of its virtual environment: every client runs as `python -m CLIENT`. */
  readonly python: string;
}

const PINS = fileURLToPath(new URL("clients.json", import.meta.url));
const CACHE = fileURLToPath(new URL("../../.clients/", import.meta.url));
const PYTHONS = ["python3", "python3.11", "python3.10", "python3.12", "python3.13", "python3.9"];

/** The pinned versions, by the client's name in the table. */
export function readPins(): Record<string, Pin> {
  return JSON.parse(readFileSync(PINS, "utf8")) as Record<string, Pin>;
}

/** Writes the pins down. */
export function writePins(pins: Readonly<Record<string, Pin>>): void {
  writeFileSync(PINS, `${JSON.stringify(pins, undefined, 2)}\n`);
}

/** Makes the client's virtual environment unless it stands. Returns the client, or why it cannot be had. */
export async function install(name: string, pin: Pin): Promise<InstalledClient | string> {
  const python = await findPython(pin.pythonBelow);
  if (python === undefined) return `no Python older than ${pin.pythonBelow} is installed`;
  const folder = join(CACHE, `${pin.package}-${pin.version}-py${python.version}`);
  const installed = { name, version: pin.version, python: join(folder, "bin", "python") };
  if (existsSync(installed.python)) return installed;
  try {
    const pip = await installer(python);
    const draft = `${folder}.${process.pid}`;
    await run(python.program, ["-m", "venv", "--without-pip", draft]);
    const requirement = `${pin.package}${pin.extras ?? ""}==${pin.version}`;
    await run(pip, [
      "-m",
      "pip",
      "--python",
      join(draft, "bin", "python"),
      "install",
      "--quiet",
      requirement,
    ]);
    moveInto(draft, folder);
    return installed;
  } catch (error) {
    return `cannot be installed: ${lastLine(error)}`;
  }
}

/** The newest version that can be installed from the package index of this machine. Throws where it cannot be asked. */
export async function findNewest(pin: Pin): Promise<string> {
  const python = await findPython(pin.pythonBelow);
  if (python === undefined) throw new Error("no Python is installed");
  const pip = await installer(python);
  // Not the newest of all: what a new release needs may not be there yet.
  const args = ["-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-"];
  const report = JSON.parse(await run(pip, [...args, `${pin.package}${pin.extras ?? ""}`])) as {
    install: { metadata: { name: string; version: string }; requested: boolean }[];
  };
  const found = report.install.find(({ requested }) => requested);
  if (found === undefined) throw new Error(`pip did not name the newest ${pin.package}`);
  return found.metadata.version;
}

interface Python {
  readonly program: string;
  readonly version: string;
}

const found = new Map<string, Promise<Python | undefined>>();

function findPython(below: string | undefined): Promise<Python | undefined> {
  const key = below ?? "";
  const search = found.get(key) ?? searchPython(below);
  found.set(key, search);
  return search;
}

async function searchPython(below: string | undefined): Promise<Python | undefined> {
  const minor = (version: string): number => Number(version.split(".")[1]);
  for (const program of PYTHONS) {
    try {
      const version = (
        await run(program, ["-c", "import sys, venv; print('%d.%d' % sys.version_info[:2])"])
      ).trim();
      if (minor(version) >= 9 && (below === undefined || minor(version) < minor(below)))
        return { program, version };
    } catch {
      // Not there, or without venv: the next one.
    }
  }
  return undefined;
}

/** A virtual environment with the newest pinned pip, which installs all the others. */
async function installer({ program, version }: Python): Promise<string> {
  const pip = readPins()["pip"]?.version ?? "";
  const folder = join(CACHE, `installer-${pip}-py${version}`);
  const python = join(folder, "bin", "python");
  if (existsSync(python)) return python;
  mkdirSync(CACHE, { recursive: true });
  const draft = `${folder}.${process.pid}.${performance.now()}`;
  await run(program, ["-m", "venv", draft]);
  await run(join(draft, "bin", "python"), ["-m", "pip", "install", "--quiet", `pip==${pip}`]);
  moveInto(draft, folder);
  return python;
}

/** Another suite may have been faster: its environment is as good. */
function moveInto(draft: string, folder: string): void {
  try {
    renameSync(draft, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(draft, { recursive: true, force: true });
  }
}

/** With the machine's own settings: this is the way to PyPI, and the only time that anything goes there. */
async function run(program: string, args: readonly string[]): Promise<string> {
  const env = { ...process.env, PIP_DISABLE_PIP_VERSION_CHECK: "1" };
  const { code, stdout, all } = await runProgram(program, args, { env, cwd: "/", seconds: 600 });
  if (code !== 0) throw new Error(all.trim() || `${program} ended with exit code ${code}`);
  return stdout;
}

function lastLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().split("\n").at(-1) ?? "";
}
