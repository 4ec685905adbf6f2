import { InvalidInput } from "../../errors.ts";
import { parseRepositoryName } from "../../github/repository-name.ts";
import { type Fault, Refusal, refuse } from "../rule.ts";
import { refuseControlCharacters } from "./control-characters.ts";

/** A repository on GitHub as `owner/repository`, by GitHub's own rules. */
export function settleRepository(written: string): string | Refusal {
  const fault = findFault(written);
  return fault === undefined ? written : new Refusal([fault]);
}

/** The repositories that may be built. */
export function settleAllow(written: readonly string[]): readonly string[] | Refusal {
  const faults = written.flatMap((name) => {
    const fault = findFault(name);
    return fault === undefined ? [] : [fault];
  });
  return faults.length === 0 ? written : new Refusal(faults);
}

function findFault(name: string): Fault | undefined {
  try {
    parseRepositoryName(name);
    return undefined;
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return { code: "config-value", message: error.message, hint: error.hint };
  }
}

/**
 * What npm is to install to have the program (https://docs.npmjs.com/cli/commands/npm-install): one word, and no option, since
 * workflows put it on a command line.
 */
export function settleCli(written: string): string | Refusal {
  const hint = 'write what npm installs, such as "pkgindex@^1", "./tools/pkgindex.tgz" or a git address';
  if (written === "") return refuse("is empty", hint);
  if (written.startsWith("-")) return refuse("starts with a hyphen, as options do", hint);
  if (/\s/.test(written)) return refuse("has blanks in it, and what npm installs is one word", hint);
  if (written.includes("${{")) return refuse('has "${{" in it, which GitHub would evaluate', hint);
  return refuseControlCharacters(written) ?? written;
}
