/** The environment of strange code: a list of what may pass, and nothing else. */
import { isAbsolute } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** What compilers, pip and uv may be told. */
const PASSED =
  /^(?:TZ|SOURCE_DATE_EPOCH|CC|CXX|FC|F77|AR|LD|CFLAGS|CXXFLAGS|CPPFLAGS|FFLAGS|LDFLAGS|ARCHFLAGS|MAKEFLAGS|MACOSX_DEPLOYMENT_TARGET|CUDA_HOME|CUDA_PATH|CMAKE_[A-Z_]+|PKG_CONFIG_PATH|LD_LIBRARY_PATH|LIBRARY_PATH|CPATH|SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|(?:https?|no|all)_proxy|PIP_(?:CERT|INDEX_URL|EXTRA_INDEX_URL|FIND_LINKS|NO_INDEX|TRUSTED_HOST|DEFAULT_TIMEOUT|RETRIES|PREFER_BINARY|ONLY_BINARY|NO_BINARY|CONSTRAINT)|UV_(?:INDEX|DEFAULT_INDEX|INDEX_URL|EXTRA_INDEX_URL|FIND_LINKS|NO_INDEX|OFFLINE|NATIVE_TLS|SYSTEM_CERTS|INDEX_STRATEGY))$/i;

/** An address with a user or a password. */
const WITH_CREDENTIALS = /:\/\/[^/\s@]*@/;

/**
 * The environment for a build: the list above, without addresses that have a password, and folders of its own for all that a
 * program keeps in the user's home. Nothing of GitHub Actions is in it, and no token.
 */
export function toBuildEnvironment(
  environment: Environment,
  own: { readonly home: string; readonly temporary: string; readonly path: string },
): Readonly<Record<string, string>> {
  const passed = Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && PASSED.test(name) && !WITH_CREDENTIALS.test(value) ? [[name, value]] : [],
  );
  return {
    ...Object.fromEntries(passed),
    PATH: own.path,
    HOME: own.home,
    TMPDIR: own.temporary,
    LANG: "C.UTF-8",
    LC_ALL: "C.UTF-8",
    CI: "true",
    PYTHONUNBUFFERED: "1",
    PYTHONDONTWRITEBYTECODE: "1",
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    PIP_NO_INPUT: "1",
    GIT_TERMINAL_PROMPT: "0",
  };
}

/** The folders that programs are looked for in: absolute ones alone, as they are before any strange code runs. */
export function fixPath(path: string | undefined): string {
  const folders = (path ?? "").split(":").filter((folder) => isAbsolute(folder));
  return folders.length === 0 ? "/usr/local/bin:/usr/bin:/bin" : [...new Set(folders)].join(":");
}
