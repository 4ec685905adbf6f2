/**
 * Keeps a strange program from other processes and from files with secrets, where this machine can: Linux namespaces, by the
 * `unshare` of util-linux, with or without root. What it has started ends with it, whatever it has done to leave its group.
 */
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { hasEntry } from "./files.ts";
import { runProcess, type ProcessOptions, type ProcessResult } from "./run-process.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface Sandbox {
  /** Whether other processes and the hidden files are out of reach. */
  readonly isIsolated: boolean;
  /** Runs a program in it; afterwards nothing that it has started is alive. */
  readonly run: (command: string, args: readonly string[], options: ProcessOptions) => Promise<ProcessResult>;
}

/** Marks all processes of a sandbox, whose children inherit it: those that have left the group are found by it. */
const COOKIE = "PKGINDEX_SANDBOX";

/** Covers the given paths, then goes into a second namespace, out of which the covers cannot be taken away. */
const COVER = `
user=$1 group=$2; shift 2
while [ "$1" != -- ]; do
  if [ -d "$1" ]; then mount -t tmpfs -o mode=0755 none "$1"; else mount --bind /dev/null "$1"; fi || exit 125
  shift
done
shift
exec unshare --user --map-user="$user" --map-group="$group" --mount -- "$@"
`;

const NAMESPACES = [
  "--user",
  "--map-root-user",
  "--mount",
  "--pid",
  "--fork",
  "--kill-child=KILL",
  "--mount-proc",
];

/** Opens a sandbox; `environment` is this process's. */
export async function openSandbox(environment: Environment, hidden: readonly string[]): Promise<Sandbox> {
  const covered = hidden.filter((path) => hasEntry(path));
  const user = [String(process.getuid?.() ?? 0), String(process.getgid?.() ?? 0)];
  const wrap = ["/bin/sh", "-c", COVER, "sh", ...user, ...covered, "--"];
  const isIsolated = process.platform === "linux" && (await canIsolate(environment, wrap));
  return {
    isIsolated,
    run: async (command, args, options) => {
      const cookie = randomBytes(16).toString("hex");
      const marked = { ...options, environment: { ...options.environment, [COOKIE]: cookie } };
      try {
        if (!isIsolated) return await runProcess(command, args, marked);
        return await runProcess("unshare", [...NAMESPACES, ...wrap, command, ...args], marked);
      } finally {
        endMarked(`${COOKIE}=${cookie}`);
      }
    },
  };
}

async function canIsolate(environment: Environment, wrap: readonly string[]): Promise<boolean> {
  try {
    const { code } = await runProcess("unshare", [...NAMESPACES, ...wrap, "true"], {
      cwd: "/",
      environment: { PATH: environment["PATH"] },
      timeoutMs: 10_000,
    });
    return code === 0;
  } catch {
    return false;
  }
}

/** Ends every process of this user that has inherited the mark. */
function endMarked(mark: string): void {
  if (process.platform !== "linux") return;
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    try {
      if (readFileSync(`/proc/${name}/environ`, "latin1").split("\0").includes(mark))
        process.kill(Number(name), "SIGKILL");
    } catch {
      // It is gone, or another user's.
    }
  }
}
