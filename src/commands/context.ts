/** What a command is given to work with. */
import type { Host, Terminal } from "../io/terminal.ts";

export interface CommandContext {
  readonly host: Host;
  readonly terminal: Terminal;
  readonly version: string;
}
