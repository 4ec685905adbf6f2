/** One repository of the fake GitHub: a bare git repository, and what GitHub knows besides. */
import { execFileSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NO_GIT_CONFIG } from "../git-environment.ts";

export interface RepositoryOptions {
  readonly private?: boolean;
  /** Files of the first commit on `main`; without any there is none. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
}

export interface FakeWorkflow {
  readonly id: number;
  readonly name: string;
  /** Such as `.github/workflows/update-python-pkg-index.yml`. */
  readonly path: string;
  state: "active" | "disabled_manually" | "disabled_inactivity";
  /** What GitHub shows as the title of a run: the workflow's `run-name`, else the event's type. */
  readonly runName?: (payload: Readonly<Record<string, unknown>>) => string;
}

export interface FakeJob {
  readonly name: string;
  readonly conclusion: "success" | "failure" | "skipped" | "cancelled";
  /** The step that failed. */
  readonly failedStep?: string;
}

export interface FakeRun {
  readonly id: number;
  readonly workflow: FakeWorkflow;
  readonly title: string;
  readonly event: string;
  readonly createdAt: Date;
  /** What the run is each time that somebody looks, until the last, which stays. */
  readonly states: (readonly [status: string, conclusion: string | null])[];
  jobs: readonly FakeJob[];
}

export interface FakeDispatch {
  readonly event_type: string;
  readonly client_payload: Readonly<Record<string, unknown>>;
}

export class FakeRepository {
  readonly id: number;
  readonly owner: string;
  name: string;
  readonly isPrivate: boolean;
  readonly gitDirectory: string;
  /** What tokens call it, whatever its name is now: in lower case. */
  readonly key: string;
  readonly defaultBranch = "main";
  /** What `repository_dispatch` was called with. */
  readonly dispatches: FakeDispatch[] = [];
  readonly workflows: FakeWorkflow[] = [];
  readonly runs: FakeRun[] = [];
  readonly secrets: string[] = [];
  pages: { readonly buildType: "workflow" | "legacy"; readonly url: string } | undefined;
  /** What the next runs go through; see {@link FakeRun}. */
  nextStates: FakeRun["states"] = [
    ["queued", null],
    ["in_progress", null],
    ["completed", "success"],
  ];
  nextJobs: readonly FakeJob[] = [{ name: "build", conclusion: "success" }];
  /** Called with each dispatch that is taken. */
  onDispatch: ((dispatch: FakeDispatch) => void) | undefined;

  constructor(id: number, owner: string, name: string, root: string, options: RepositoryOptions) {
    this.id = id;
    this.owner = owner;
    this.name = name;
    this.isPrivate = options.private ?? false;
    this.key = `${owner}/${name}`.toLowerCase();
    this.gitDirectory = join(root, `${this.key}.git`);
    execFileSync("git", [
      "init",
      "--quiet",
      "--bare",
      `--initial-branch=${this.defaultBranch}`,
      this.gitDirectory,
    ]);
    // As GitHub's servers are: partial clones, and any commit by its id.
    for (const key of ["uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant", "http.receivepack"])
      this.git(["config", key, "true"]);
    if (options.files !== undefined) this.commit(options.files);
  }

  get fullName(): string {
    return `${this.owner}/${this.name}`;
  }

  /** Runs git in the bare repository and returns what it prints, without the last line break. */
  git(
    args: readonly string[],
    input?: string | Uint8Array,
    environment: Record<string, string> = {},
  ): string {
    return execFileSync("git", ["-C", this.gitDirectory, ...args], {
      input: input ?? "",
      encoding: "utf8",
      maxBuffer: 1 << 30,
      stdio: ["pipe", "pipe", "pipe"],
      env: {
        ...NO_GIT_CONFIG,
        GIT_AUTHOR_NAME: "octocat",
        GIT_AUTHOR_EMAIL: "octocat@example.org",
        GIT_COMMITTER_NAME: "octocat",
        GIT_COMMITTER_EMAIL: "octocat@example.org",
        ...environment,
      },
    }).replace(/\n$/, "");
  }

  /** Adds these files to a branch, without a work tree. Returns the commit. */
  commit(files: Readonly<Record<string, string | Uint8Array>>, branch: string = this.defaultBranch): string {
    const ref = `refs/heads/${branch}`;
    const index = { GIT_INDEX_FILE: join(this.gitDirectory, "fake-index") };
    const parent = this.git(["for-each-ref", "--format=%(objectname)", ref]);
    this.git(parent === "" ? ["read-tree", "--empty"] : ["read-tree", parent], "", index);
    for (const [path, bytes] of Object.entries(files)) {
      const blob = this.git(["hash-object", "-w", "--stdin"], bytes);
      this.git(["update-index", "--add", "--cacheinfo", `100644,${blob},${path}`], "", index);
    }
    const tree = this.git(["write-tree"], "", index);
    const parents = parent === "" ? [] : ["-p", parent];
    const commit = this.git(["commit-tree", ...parents, "-m", "change", tree]);
    this.git(["update-ref", ref, commit]);
    return commit;
  }

  /** A file of the default branch; undefined where there is none. */
  readFile(path: string): string | undefined {
    try {
      return this.git(["cat-file", "blob", `${this.defaultBranch}:${path}`]);
    } catch {
      return undefined;
    }
  }

  /** Puts a workflow on the default branch, active. */
  addWorkflow(path: string, text: string, options: Pick<FakeWorkflow, "runName"> = {}): FakeWorkflow {
    this.commit({ [path]: text });
    const workflow: FakeWorkflow = {
      id: this.id * 100 + this.workflows.length,
      name: path.replace(/^.*\//, ""),
      path,
      state: "active",
      ...options,
    };
    this.workflows.push(workflow);
    return workflow;
  }

  /** Refuses every push to a branch, in GitHub's words. */
  protectBranch(branch: string = this.defaultBranch): void {
    const path = join(this.gitDirectory, "hooks", "update");
    writeFileSync(
      path,
      `#!/bin/sh
[ "$1" = "refs/heads/${branch}" ] || exit 0
echo "error: GH006: Protected branch update failed for $1." >&2
echo "error: Changes must be made through a pull request." >&2
exit 1
`,
    );
    chmodSync(path, 0o755);
  }
}
