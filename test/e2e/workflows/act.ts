/**
 * Runs a workflow as it is committed, with `act`, on this machine and against a GitHub of one's own. What GitHub's own actions do
 * is done by small stand-ins; the scripts of the workflow are its own.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import { makeTree } from "../../support/make-tree.ts";
import type { FakeGithub } from "../../support/github/fake-github.ts";
import { runProgram, type Finished } from "../support/pip.ts";

export const ACT = process.env["PKGINDEX_E2E_ACT"];

/** For the names of test groups: why they are skipped. */
export const NEEDS_ACT = ACT === undefined ? " (skipped: PKGINDEX_E2E_ACT is not set)" : "";

/** What the runner does not know and GitHub does: the only lines that the copy it runs may lack. */
export const NOT_KNOWN_TO_ACT = /^ {2}queue: max\n/gm;

function composite(...scripts: readonly string[]): string {
  const steps = scripts.map((script) => ({ shell: "bash", run: script }));
  // JSON is YAML.
  return JSON.stringify({
    name: "stand-in",
    inputs: Object.fromEntries(
      ["path", "name", "ref", "sparse-checkout", "filter", "fetch-depth"].map((name) => [
        name,
        { default: "" },
      ]),
    ),
    runs: {
      using: "composite",
      steps: steps.map((step) => ({
        ...step,
        env: {
          INPUT_PATH: "${{ inputs.path }}",
          INPUT_NAME: "${{ inputs.name }}",
          INPUT_REF: "${{ inputs.ref }}",
          INPUT_SPARSE: "${{ inputs.sparse-checkout }}",
          INPUT_FILTER: "${{ inputs.filter }}",
          INPUT_DEPTH: "${{ inputs.fetch-depth }}",
        },
      })),
    },
  });
}

const STAND_INS: Readonly<Record<string, string>> = {
  "actions/checkout": composite(
    `set -eu
# The newest commit alone, and of a sparse checkout what it needs, unless it is told otherwise.
if [ -n "$INPUT_SPARSE" ]; then INPUT_FILTER=blob:none; fi
if [ "$INPUT_DEPTH" != 0 ]; then set -- --depth="\${INPUT_DEPTH:-1}" --no-single-branch; fi
git clone --quiet "$@" \${INPUT_FILTER:+"--filter=$INPUT_FILTER"} --no-checkout "$STAND_IN_SERVER/$GITHUB_REPOSITORY.git" "$RUNNER_TEMP/checkout"
cd "$RUNNER_TEMP/checkout"
if [ -n "$INPUT_SPARSE" ]; then printf '%s\\n' "$INPUT_SPARSE" | git sparse-checkout set --no-cone --stdin; fi
# A branch means its newest commit.
git checkout --quiet --detach "$(git rev-parse --verify --quiet "origin/\${INPUT_REF#refs/heads/}" || echo "\${INPUT_REF:-$GITHUB_SHA}")"
cp -a "$RUNNER_TEMP/checkout/." "$GITHUB_WORKSPACE/"
rm -rf "$RUNNER_TEMP/checkout"`,
  ),
  "actions/setup-node": composite("node --version"),
  "actions/setup-python": composite("python3 --version"),
  "actions/upload-artifact": composite(
    'set -eu; mkdir -p "$STAND_IN_STORE/$INPUT_NAME"; cp -a "$INPUT_PATH/." "$STAND_IN_STORE/$INPUT_NAME/"',
  ),
  "actions/download-artifact": composite(
    'set -eu; mkdir -p "$INPUT_PATH"; cp -a "$STAND_IN_STORE/$INPUT_NAME/." "$INPUT_PATH/"',
  ),
  "actions/upload-pages-artifact": composite(
    'set -eu; mkdir -p "$STAND_IN_STORE/pages"; cp -a "$INPUT_PATH/." "$STAND_IN_STORE/pages/"',
  ),
  "actions/deploy-pages": composite('touch "$STAND_IN_STORE/deployed"'),
};

export interface ActOptions {
  readonly github: FakeGithub;
  /** `owner/repository` that the workflow is in. */
  readonly repository: string;
  /** A clone of it. */
  readonly clone: string;
  /** A folder for what the run needs and leaves behind: artifacts and pages below `store`. */
  readonly work: string;
  readonly workflow: string;
  readonly event: string;
  readonly payload: object;
  readonly secrets: Readonly<Record<string, string>>;
  /** Folders that go before `PATH`: the Python to build with. */
  readonly path?: string;
}

/** Runs the workflow to its end. */
export async function runAct(options: ActOptions): Promise<Finished> {
  if (ACT === undefined) throw new Error("PKGINDEX_E2E_ACT is not set");
  const { github, repository, clone, work, workflow, event, payload, secrets, path } = options;
  const store = join(work, "store");
  for (const folder of ["store", "home", "cache", "artifacts", "tmp"])
    mkdirSync(join(work, folder), { recursive: true });
  const folder = join(clone, ".github", "workflows");
  const used = new Set<string>();
  for (const name of readdirSync(folder)) {
    const text = readFileSync(join(folder, name), "utf8");
    writeFileSync(join(folder, name), text.replace(NOT_KNOWN_TO_ACT, ""));
    for (const [, action = ""] of text.matchAll(/uses: (actions\/\S+)/g)) used.add(action);
  }
  const standIns = [...used].map((action) => {
    const [name = ""] = action.split("@");
    const text = STAND_INS[name];
    if (text === undefined) throw new Error(`there is no stand-in for ${name}`);
    makeTree(join(work, "actions", name), { "action.yml": text });
    return `--local-repository=${action}=${join(work, "actions", name)}`;
  });
  // The runner insists on github.com: the program is told of the other server as it starts.
  const preload = join(work, "server.cjs");
  writeFileSync(preload, `Object.assign(process.env, ${JSON.stringify(github.environment)});\n`);
  writeFileSync(join(work, "event.json"), JSON.stringify(payload));
  const secretsFile = join(work, "secrets");
  writeFileSync(
    secretsFile,
    Object.entries(secrets)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(""),
  );
  const environment = {
    GITHUB_REPOSITORY: repository,
    NODE_OPTIONS: `--require=${preload}`,
    STAND_IN_SERVER: github.url,
    STAND_IN_STORE: store,
  };
  return runProgram(
    ACT,
    [
      event,
      "--workflows",
      workflow,
      "--eventpath",
      join(work, "event.json"),
      "--platform=ubuntu-24.04=-self-hosted",
      "--platform=ubuntu-latest=-self-hosted",
      "--no-skip-checkout",
      "--no-cache-server",
      "--action-offline-mode",
      `--action-cache-path=${join(work, "cache")}`,
      `--secret-file=${secretsFile}`,
      ...Object.entries(environment).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
      ...standIns,
    ],
    {
      cwd: clone,
      env: {
        PATH: [path, process.env["PATH"]].filter(Boolean).join(":"),
        HOME: join(work, "home"),
        XDG_CACHE_HOME: join(work, "home", ".cache"),
        TMPDIR: join(work, "tmp"),
        NO_COLOR: "1",
        LANG: "C.UTF-8",
        GIT_CONFIG_NOSYSTEM: "1",
        ...registryEnvironment(),
      },
    },
  );
}

/** How npm and pip get at their registries on this machine. */
function registryEnvironment(): NodeJS.ProcessEnv {
  const names =
    /^(?:npm_config_(?:registry|cafile)|PIP_(?:INDEX_URL|CERT|CONFIG_FILE)|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|.*_proxy)$/i;
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => names.test(name))),
    npm_config_cache: process.env["npm_config_cache"] ?? join(homedir(), ".npm"),
  };
}
