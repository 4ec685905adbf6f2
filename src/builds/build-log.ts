/** What strange code prints, on its way to the terminal: marked as its own, harmless, and not without end. */
import { randomBytes } from "node:crypto";
import { StringDecoder } from "node:string_decoder";
import { formatBytes, toVisible, type Terminal } from "../io/terminal.ts";

/** So much is shown; on a failure there is the end besides. */
const SHOWN_BYTES = 512 * 1024;
const LONGEST_LINE = 2000;
const END_LINES = 40;

export class BuildLog {
  readonly #terminal: Pick<Terminal, "talk" | "command">;
  /** In GitHub Actions, what ends the time in which the runner takes no commands from the log. */
  readonly #token: string | undefined;
  readonly #decoder = new StringDecoder("utf8");
  readonly #end: string[] = [];
  #line = "";
  #bytes = 0;
  #shown = 0;

  /** In Actions, commands are off until {@link close}: nobody can guess what turns them on again. */
  constructor(terminal: Pick<Terminal, "talk" | "command">, isInActions: boolean) {
    this.#terminal = terminal;
    if (!isInActions) return;
    this.#token = randomBytes(24).toString("hex");
    terminal.command(`::stop-commands::${this.#token}`);
  }

  /** Shows a line of our own among the others. */
  say(line: string): void {
    this.#terminal.talk(line);
  }

  add(bytes: Buffer): void {
    this.#bytes += bytes.length;
    const lines = (this.#line + this.#decoder.write(bytes)).split(/\r?\n|\r/);
    this.#line = (lines.pop() ?? "").slice(0, LONGEST_LINE);
    for (const line of lines) this.#show(line);
  }

  #show(line: string): void {
    const cut = line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)} ...` : line;
    const visible = `| ${toVisible(cut.replace(/\x1b\[[0-9;]*[A-Za-z]/g, "").replace(/\t/g, "    "))}`;
    this.#end.push(visible);
    if (this.#end.length > END_LINES) this.#end.shift();
    if (this.#shown > SHOWN_BYTES) return;
    this.#shown += visible.length;
    this.#terminal.talk(this.#shown > SHOWN_BYTES ? "| ... (the rest is not shown)" : visible);
  }

  /** Ends the log; `failed` shows its end, where that was left out. */
  close(failed: boolean): void {
    if (this.#line !== "") this.#show(this.#line);
    this.#line = "";
    if (this.#shown > SHOWN_BYTES) {
      this.#terminal.talk(`| ... ${formatBytes(this.#bytes)} in all`);
      if (failed) for (const line of this.#end) this.#terminal.talk(line);
    }
    if (this.#token !== undefined) this.#terminal.command(`::${this.#token}::`);
  }
}
