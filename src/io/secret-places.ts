/** Where this machine keeps what strange code must not see: files with secrets, and the sockets of programs that use them for others. */
import { dirname, isAbsolute, join } from "node:path";
import { statIfExists } from "./files.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What is below the user's home, by the tool that keeps its secrets there. */
const IN_HOME = [
  ".netrc",
  ".git-credentials",
  ".git-credential-cache",
  ".gitconfig",
  ".config",
  ".config/git",
  ".config/gh",
  ".config/pip",
  ".config/pypoetry",
  ".config/gcloud",
  ".config/containers",
  ".config/rclone",
  ".cache/git/credential",
  ".pip",
  ".ssh",
  ".gnupg",
  ".pypirc",
  ".npmrc",
  ".yarnrc.yml",
  ".cargo/credentials",
  ".cargo/credentials.toml",
  ".gem",
  ".m2",
  ".docker",
  ".aws",
  ".azure",
  ".oci",
  ".boto",
  ".s3cfg",
  ".kube",
  ".terraform.d",
  ".vault-token",
  ".pgpass",
  ".my.cnf",
  ".subversion",
  ".password-store",
  ".token",
  ".local/share/keyrings",
  ".local/share/python_keyring",
  ".local/share/uv/credentials",
  ".bash_history",
  ".zsh_history",
  ".python_history",
] as const;

/** Variables that say where a file, a folder or a socket is; some hold several paths. */
const NAMED_BY = [
  // Agents answer whoever reaches them: https://man.openbsd.org/ssh-agent, https://www.gnupg.org/documentation/manuals/gnupg/.
  "SSH_AUTH_SOCK",
  "GPG_AGENT_INFO",
  "GNUPGHOME",
  "XDG_RUNTIME_DIR",
  "DBUS_SESSION_BUS_ADDRESS",
  "DOCKER_HOST",
  "DOCKER_CONFIG",
  "XDG_CONFIG_HOME",
  "GIT_CONFIG_GLOBAL",
  "GH_CONFIG_DIR",
  "NETRC",
  "PIP_CONFIG_FILE",
  "NPM_CONFIG_USERCONFIG",
  "KUBECONFIG",
  "AWS_SHARED_CREDENTIALS_FILE",
  "AWS_CONFIG_FILE",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AZURE_CONFIG_DIR",
  "CLOUDSDK_CONFIG",
  "GOOGLE_APPLICATION_CREDENTIALS",
] as const;

/** Who may speak to these has the whole machine. */
const OF_MACHINE = ["/run/docker.sock", "/run/podman/podman.sock", "/run/containerd/containerd.sock"];

/**
 * Where secrets may be: below the user's home, where the environment says, in `folders` (the current one, and that of its
 * repository), at the sockets of agents and containers, and where Actions hands values between steps. No folder is among them
 * that holds one of the `needed` paths.
 */
export function listSecretPlaces(
  environment: Environment,
  folders: readonly string[],
  needed: readonly string[],
): readonly string[] {
  const home = environment["HOME"];
  const ofActions = ["GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_EVENT_PATH"].flatMap((name) => {
    const path = environment[name];
    return path === undefined || path === "" ? [] : [dirname(path), path];
  });
  const places = [
    ...(home ? IN_HOME.map((name) => join(home, name)) : []),
    ...NAMED_BY.flatMap((name) => listPaths(environment[name])),
    ...OF_MACHINE,
    ...ofActions,
    ...folders.flatMap((folder) => [join(folder, ".token"), join(folder, ".git/config")]),
  ];
  const holdsNeeded = (place: string): boolean =>
    needed.some((path) => path === place || path.startsWith(place.endsWith("/") ? place : `${place}/`));
  const free = [...new Set(places)].filter((place) => isReachable(place) && !holdsNeeded(place));
  // What lies in a folder that is covered is covered with it.
  return free.filter((place) => !free.some((other) => place.startsWith(`${other}/`)));
}

/** What this user cannot look at, a program of this user cannot either. */
function isReachable(path: string): boolean {
  try {
    return statIfExists(path) !== undefined;
  } catch {
    return false;
  }
}

/** The paths in a value: itself, a list with colons, or an address such as `unix:path=/run/bus`. Devices hold no secret. */
function listPaths(value: string | undefined): readonly string[] {
  const parts = value === undefined ? [] : [value, ...value.split(/[:;,=]/)];
  return parts
    .map((part) => part.replace(/^\/{2,}/, "/").replace(/(?<=.)\/+$/, ""))
    .filter((part) => isAbsolute(part) && part !== "/" && !part.startsWith("/dev/"));
}
