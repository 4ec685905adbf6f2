/** Shows an address in the user's browser. */
import { spawn } from "node:child_process";

/** Asks the desktop to open an address. `onFailure` is told where there is none to ask; nothing is waited for. */
export function openBrowser(url: string, onFailure: (program: string) => void): void {
  const program = process.platform === "darwin" ? "open" : "xdg-open";
  const child = spawn(program, [url], { stdio: "ignore", detached: true });
  child.on("error", () => onFailure(program));
  child.on("exit", (code) => {
    if (code !== 0) onFailure(program);
  });
  child.unref();
}
