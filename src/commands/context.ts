/** What a command is given to work with. */
import type { Host, Terminal } from "../io/terminal.ts";

/** The library that parses command lines. */
export type Commander = typeof import("commander");

export interface CommandContext {
  readonly host: Host;
  readonly terminal: Terminal;
  readonly version: string;
  readonly commander: Commander;
}
