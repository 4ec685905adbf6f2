import { quoteText } from "../../packaging/quote-text.ts";
import { type Fault, Refusal, type RuleContext } from "../rule.ts";
import { refuseControlCharacters } from "./control-characters.ts";

/** Folders under the root that pkgindex writes, by layout; a package subfolder of that name would mix with them. */
export const RESERVED_FOLDERS: Readonly<Record<"always" | "simple", readonly string[]>> = {
  always: ["-", ".pkgindex", "simple-json"],
  simple: ["simple", "pypi", "project"],
};

/** Names or globs of package subfolders: inside of the root, and not pkgindex's own folders. */
export function settlePackages(
  written: readonly string[],
  context: RuleContext,
): readonly string[] | Refusal {
  const reserved =
    context.layout === "simple"
      ? [...RESERVED_FOLDERS.always, ...RESERVED_FOLDERS.simple]
      : RESERVED_FOLDERS.always;
  return settleEach(written, (pattern) => {
    const [folder = ""] = pattern.split("/");
    if (!reserved.includes(folder)) return undefined;
    const isAlways = RESERVED_FOLDERS.always.includes(folder);
    return {
      code: "config-value",
      message: `${quoteText(folder)} is a folder of pkgindex itself${isAlways ? "" : " in the simple layout"}`,
      hint: `rename the package subfolder${isAlways ? "" : `, for example to "${folder}-files"`}`,
    };
  });
}

/** Globs of what is left out: inside of the root. */
export function settleIgnore(written: readonly string[]): readonly string[] | Refusal {
  return settleEach(written, () => undefined);
}

/** Every pattern without `./`, doubled and final slashes, or the faults of all of them. */
function settleEach(
  patterns: readonly string[],
  check: (pattern: string) => Fault | undefined,
): readonly string[] | Refusal {
  const faults: Fault[] = [];
  const settled = patterns.map((pattern) => {
    const short = pattern
      .split("/")
      .filter((part) => part !== "" && part !== ".")
      .join("/");
    const fault = checkPlace(pattern, short) ?? check(short);
    if (fault !== undefined) faults.push(fault);
    return short;
  });
  return faults.length > 0 ? new Refusal(faults) : settled;
}

/** What every name or glob relative to the root has to be. */
function checkPlace(pattern: string, short: string): Fault | undefined {
  const hint = "write a name or a glob relative to the published root";
  const code = "config-value";
  const [controlFault] = refuseControlCharacters(pattern)?.faults ?? [];
  if (controlFault !== undefined)
    return { ...controlFault, message: `${quoteText(pattern)} ${controlFault.message}` };
  if (pattern.trim() === "") return { code, message: "has an empty entry", hint };
  if (pattern.startsWith("/")) return { code, message: `${quoteText(pattern)} is an absolute path`, hint };
  if (pattern.split("/").includes(".."))
    return { code, message: `${quoteText(pattern)} leaves the published root by ".."`, hint };
  if (short === "") return { code, message: `${quoteText(pattern)} is the published root itself`, hint };
  return undefined;
}
