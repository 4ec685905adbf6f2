/** What a client sees of this machine: nothing but itself, an empty home, and a proxy that lets nothing out. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";

/**
 * The environment of a client whose home, caches and temporary files are below `folder`. No variable of the machine comes
 * along: a `PIP_FIND_LINKS` or `UV_INDEX` would answer in the place of the index under test.
 */
export function cleanEnvironment(folder: string, python: string, proxy: string): NodeJS.ProcessEnv {
  const home = join(folder, "home");
  const temporary = join(folder, "tmp");
  for (const path of [home, temporary]) mkdirSync(path, { recursive: true });
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    HOME: home,
    TMPDIR: temporary,
    XDG_CONFIG_HOME: join(home, "config"),
    XDG_CACHE_HOME: join(home, "cache"),
    XDG_DATA_HOME: join(home, "data"),
    LANG: "C.UTF-8",
    NO_COLOR: "1",
    COLUMNS: "200",
    PYTHONNOUSERSITE: "1",
    PYTHONDONTWRITEBYTECODE: "1",
    ...Object.fromEntries(
      ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].map((name) => [name, proxy]),
    ),
    no_proxy: "127.0.0.1",
    NO_PROXY: "127.0.0.1",
    PIP_CONFIG_FILE: "/dev/null",
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    PIP_NO_INPUT: "1",
    PIP_RETRIES: "0",
    PIP_NO_PYTHON_VERSION_WARNING: "1",
    XDG_CONFIG_DIRS: join(home, "config"),
    UV_PYTHON: python,
    UV_PYTHON_DOWNLOADS: "never",
    UV_HTTP_RETRIES: "0",
    POETRY_NO_INTERACTION: "1",
    POETRY_VIRTUALENVS_IN_PROJECT: "1",
    POETRY_REQUESTS_MAX_RETRIES: "0",
    PDM_CHECK_UPDATE: "0",
    PDM_NON_INTERACTIVE: "1",
    PYTHON_KEYRING_BACKEND: "keyring.backends.null.Keyring",
  };
}
