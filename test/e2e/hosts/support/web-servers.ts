/** Real web servers on free ports of 127.0.0.1, with the configuration that `pkgindex host` wrote. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { isListening } from "./http-client.ts";

/** A program on this machine, or undefined: also where only the system administrator's path has it. */
export function findProgram(...names: readonly string[]): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin", "/usr/local/sbin", "/sbin"];
  return names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => existsSync(path));
}

/** A port that nothing listens on. Somebody else may take it before it is used: the caller tries again. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

export interface WebServer {
  readonly name: "nginx" | "caddy" | "apache";
  readonly program: string | undefined;
  /** The server's own check of the configuration: exit code and what it said. */
  readonly check: (folder: string, configuration: string) => { code: number | null; output: string };
  readonly start: (folder: string, configuration: string, port: number) => Promise<RunningServer>;
}

export interface RunningServer {
  readonly stop: () => Promise<void>;
}

const nginx = findProgram("nginx");
const caddy = findProgram("caddy");
const apache = findProgram("apache2", "httpd");

export const WEB_SERVERS: readonly WebServer[] = [
  {
    name: "nginx",
    program: nginx,
    check: (folder, configuration) => run(nginx, ["-t", ...nginxArguments(folder, configuration)], folder),
    start: (folder, configuration, port) =>
      start(nginx, [...nginxArguments(folder, configuration), "-g", "daemon off;"], folder, port),
  },
  {
    name: "caddy",
    program: caddy,
    check: (folder, configuration) =>
      run(
        caddy,
        ["validate", "--adapter", "caddyfile", "--config", caddyfile(folder, configuration)],
        folder,
      ),
    start: (folder, configuration, port) =>
      start(
        caddy,
        ["run", "--adapter", "caddyfile", "--config", caddyfile(folder, configuration)],
        folder,
        port,
      ),
  },
  {
    name: "apache",
    program: apache,
    check: (folder, configuration) => run(apache, ["-t", ...apacheArguments(folder, configuration)], folder),
    start: (folder, configuration, port) =>
      start(apache, [...apacheArguments(folder, configuration), "-D", "FOREGROUND"], folder, port),
  },
];

/** As root a server would change to a user that cannot read a test's folder. */
const IS_ROOT = process.getuid?.() === 0;

function nginxArguments(folder: string, configuration: string): string[] {
  const path = join(folder, "nginx-main.conf");
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${JSON.stringify(join(folder, name))};`)
    .join("\n");
  writeFileSync(
    path,
    `${IS_ROOT ? "user root;\n" : ""}worker_processes 1;
pid ${JSON.stringify(join(folder, "nginx.pid"))};
error_log stderr warn;
events {}
http {
${temporary}
access_log off;
include ${JSON.stringify(configuration)};
}
`,
  );
  return ["-p", folder, "-c", path, "-e", join(folder, "nginx-error.log")];
}

/** The admin port of Caddy is one for the whole machine: here it is off. */
function caddyfile(folder: string, configuration: string): string {
  const path = join(folder, "Caddyfile-main");
  writeFileSync(path, `{\n\tadmin off\n}\nimport "${configuration}"\n`);
  return path;
}

function apacheArguments(folder: string, configuration: string): string[] {
  const path = join(folder, "apache-main.conf");
  const modules = ["/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/libexec/apache2"].find(
    (at) => existsSync(at),
  );
  if (modules === undefined) throw new Error("the modules of Apache are not where they are expected");
  const load = ["mpm_event", "authz_core", "dir", "mime", "rewrite", "headers", "setenvif", "env"]
    .filter((name) => existsSync(join(modules, `mod_${name}.so`)))
    .map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`)
    .join("\n");
  const types = ["/etc/mime.types", "/etc/httpd/conf/mime.types"].find((at) => existsSync(at));
  const port = /<VirtualHost \*:(\d+)>/.exec(readFileSync(configuration, "utf8"))?.[1];
  mkdirSync(join(folder, "apache-run"), { recursive: true });
  writeFileSync(
    path,
    `ServerRoot "${folder}"
DefaultRuntimeDir "${join(folder, "apache-run")}"
PidFile "${join(folder, "apache.pid")}"
ErrorLog "${join(folder, "apache-error.log")}"
ServerName 127.0.0.1
Listen 127.0.0.1:${port}
${load}
${types === undefined ? "" : `TypesConfig ${types}`}
${IS_ROOT ? "User www-data\nGroup www-data" : ""}
AddEncoding x-gzip .gz
<Directory />
    AllowOverride None
    Require all denied
</Directory>
Include "${configuration}"
`,
  );
  return ["-f", path];
}

function run(
  program: string | undefined,
  args: readonly string[],
  folder: string,
): { code: number | null; output: string } {
  if (program === undefined) throw new Error("the server is not there");
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
  });
  return { code: status, output: stdout + stderr };
}

async function start(
  program: string | undefined,
  args: readonly string[],
  folder: string,
  port: number,
): Promise<RunningServer> {
  if (program === undefined) throw new Error("the server is not there");
  const child = spawn(program, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => (said += text));
  for (let waited = 0; !(await isListening(port)); waited += 50) {
    if (child.exitCode !== null || waited > 20_000) {
      await end(child);
      throw new Error(`${program} did not start: ${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { stop: () => end(child) };
}

/** Ends a server by its own id; nginx and Apache then end their workers. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
  await ended;
  clearTimeout(timer);
}
