/** The two ways in which a program that runs on is told to end. */

/** Resolves at the first Ctrl-C or SIGTERM. */
export function waitForInterrupt(): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      process.off("SIGINT", end).off("SIGTERM", end);
      resolve();
    };
    process.on("SIGINT", end).on("SIGTERM", end);
  });
}
