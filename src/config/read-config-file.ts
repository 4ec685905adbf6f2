import { isUtf8 } from "node:buffer";
import type { Problem } from "../errors.ts";
import { readLimited, systemErrorCode } from "../io/files.ts";
import { quoteText } from "../packaging/quote-text.ts";
import type { ConfigFileLocation } from "./find-config-file.ts";
import { configProblem } from "./rule.ts";

/** A configuration file is written by hand; what is larger is something else. */
const LARGEST_CONFIG_FILE = 1024 * 1024;

const NEWLINE = 0x0a;

/** The outcome of the step "read": the text, or what keeps it from being read. */
export interface ReadConfig {
  readonly text: string | undefined;
  readonly problems: readonly Problem[];
}

/**
 * The text of the configuration file; a byte order mark is dropped. Never throws for what the file is: a missing,
 * unreadable, oversized or wrongly encoded file is a problem at `display`, its path as the user would type it.
 */
export function readConfigFile(location: ConfigFileLocation, display: string): ReadConfig {
  const refuse = (code: string, message: string, hint: string, path = display): ReadConfig => ({
    text: undefined,
    problems: [configProblem(path, { code, message, hint })],
  });
  let bytes: Buffer | "no file";
  try {
    bytes = readLimited(location.path, LARGEST_CONFIG_FILE);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    if (code === "ENOENT" || code === "ENOTDIR") {
      if (location.namedBy === undefined)
        return refuse(
          "config-unreadable",
          "is a symbolic link to a file that does not exist",
          "mend the link",
        );
      const message = `there is no file ${quoteText(display)}`;
      return refuse("config-not-found", message, "name a file that exists", location.namedBy);
    }
    if (code === "EACCES" || code === "EPERM")
      return refuse("config-unreadable", "may not be read by this user", "change its permissions");
    return refuse("config-unreadable", `cannot be read (${code})`, "see to it that it is a readable file");
  }
  if (bytes === "no file")
    return refuse("config-unreadable", "is not a file", "name a TOML file, or put one in its place");
  if (bytes.length > LARGEST_CONFIG_FILE)
    return refuse("config-too-large", "is larger than 1 MiB", "see whether it is the right file");
  if (!isUtf8(bytes)) {
    const message = `TOML is written in UTF-8, and line ${firstLineThatIsNotUtf8(bytes)} is not`;
    return refuse("config-not-utf8", message, "save the file as UTF-8");
  }
  return { text: new TextDecoder("utf-8").decode(bytes), problems: [] };
}

/** Counts from 1. A newline byte is never a part of a longer character, so each line can be judged alone. */
function firstLineThatIsNotUtf8(bytes: Buffer): number {
  for (let line = 1, start = 0; ; line++) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline === -1 ? bytes.length : newline;
    if (newline === -1 || !isUtf8(bytes.subarray(start, end))) return line;
    start = newline + 1;
  }
}
