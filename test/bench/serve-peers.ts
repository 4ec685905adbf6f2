/** Who serves the page: pkgindex in three ways, and other servers of Python packages, each as its own manual starts it. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bench } from "./contestants.ts";
import { createEnvironment, runPip } from "./pip.ts";

/** What is installed from PyPI, pinned. nginx is the machine's own. */
export const SERVER_PEERS = { pypiserver: "2.4.2", "simple-repository-server": "0.10.0" } as const;

/** One of those that serve. */
export interface PageServer {
  readonly name: string;
  readonly isOurs: boolean;
  readonly accept: string;
  readonly command: (port: number) => readonly string[];
}

const JSON_TYPE = "application/vnd.pypi.simple.v1+json";

/** All servers for a tree, or instead of the command why one is missing. */
export function pageServers(
  bench: Bench,
  tree: string,
): readonly (Omit<PageServer, "command"> & { readonly command: PageServer["command"] | string })[] {
  const { options, folders } = bench;
  const ours =
    (...more: readonly string[]): PageServer["command"] =>
    (port) => [process.execPath, options.program, "serve", "--root", tree, "--port", String(port), ...more];
  const own = [
    { name: "pkgindex serve, JSON", isOurs: true, accept: JSON_TYPE, command: ours() },
    { name: "pkgindex serve, HTML", isOurs: true, accept: "text/html", command: ours() },
    { name: "pkgindex serve --quiet, JSON", isOurs: true, accept: JSON_TYPE, command: ours("--quiet") },
  ];
  if (options.short) return own;
  const failure = install(folders.environment, options.offline);
  const program = (name: string): string => join(`${folders.environment}-servers`, "bin", name);
  const peer = (name: string, accept: string, command: PageServer["command"]) => {
    return { name, isOurs: false, accept, command: failure ?? command };
  };
  return [
    ...own,
    peer("pypiserver, HTML", "text/html", (port) => {
      const where = ["-i", "127.0.0.1", "-p", String(port)];
      return [program("pypi-server"), "run", ...where, "--disable-fallback", tree];
    }),
    peer("simple-repository-server, JSON", JSON_TYPE, (port) => {
      return [program("simple-repository-server"), tree, "--port", String(port)];
    }),
    {
      name: "nginx, JSON",
      isOurs: false,
      accept: JSON_TYPE,
      command: findNginx() ? (port) => nginxCommand(folders.disk, tree, port) : "nginx is not installed",
    },
  ];
}

function install(base: string, offline: boolean): string | undefined {
  const environment = `${base}-servers`;
  const requirements = Object.entries(SERVER_PEERS).map(([name, version]) => `${name}==${version}`);
  const stamp = join(environment, "peers.done");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === requirements.join("\n")) return undefined;
  if (offline) return "it is not installed, and --offline forbids it";
  const failure = createEnvironment(environment) ?? runPip(environment, ["install", ...requirements]);
  if (failure === undefined) writeFileSync(stamp, requirements.join("\n"));
  return failure;
}

const NGINX_PATH = `${process.env["PATH"] ?? ""}:/usr/sbin:/usr/local/sbin`;

function findNginx(): boolean {
  return spawnSync("nginx", ["-v"], { env: { PATH: NGINX_PATH } }).status === 0;
}

/** One worker, as the others have one process, and no log. */
function nginxCommand(folder: string, tree: string, port: number): string[] {
  const work = join(folder, "nginx");
  mkdirSync(work, { recursive: true });
  // The tree is in a folder for its owner alone; as root, nginx would change the user of its workers.
  const user = process.getuid?.() === 0 ? "user root;" : "";
  const configuration = `${user} daemon off; worker_processes 1; pid ${work}/pid; error_log stderr;
events { worker_connections 512; }
http {
  access_log off; sendfile on;
  ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${work}/${kind};`).join(" ")}
  map $http_accept $form { default index.html; "~*application/vnd\\.pypi\\.simple\\.v1\\+json" index.v1.json; }
  server {
    listen 127.0.0.1:${port};
    root ${tree};
    location ~ ^/simple/ {
      types { text/html html; ${JSON_TYPE} json; }
      add_header Vary Accept always;
      try_files $uri$form =404;
    }
  }
}
`;
  const path = join(work, "nginx.conf");
  writeFileSync(path, configuration);
  return ["env", `PATH=${NGINX_PATH}`, "nginx", "-c", path, "-p", work];
}
