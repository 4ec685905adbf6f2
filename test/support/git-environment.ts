/** The environment in which tests run git: nothing of the machine's configuration shows in it. */

/** For git that only reads, or that is told who commits. */
export const NO_GIT_CONFIG: Readonly<Record<string, string>> = {
  PATH: process.env["PATH"] ?? "/usr/bin:/bin",
  HOME: "/nonexistent",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
};

/** Who commits. */
export const IDENTITY: Readonly<Record<string, string>> = {
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.org",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.org",
};

/** For git that commits. */
export const GIT_ENVIRONMENT: Readonly<Record<string, string>> = { ...NO_GIT_CONFIG, ...IDENTITY };
