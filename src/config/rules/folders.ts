import { resolve } from "node:path";

import { statIfExists, systemErrorCode } from "../../io/files.ts";
import { quoteText } from "../../packaging/quote-text.ts";
import { type Refusal, refuse, type RuleContext } from "../rule.ts";
import { refuseControlCharacters } from "./control-characters.ts";
import { refuseOutsideOfRepository } from "./inside-repository.ts";

/** The published root, absolute; it need not exist yet. */
export function settleRoot(written: string, context: RuleContext): string | Refusal {
  return settleFolder(written, context, false);
}

/** The folder with the user's templates, absolute; it has to exist. */
export function settleTemplatesDirectory(written: string, context: RuleContext): string | Refusal {
  return settleFolder(written, context, true);
}

function settleFolder(written: string, context: RuleContext, mustExist: boolean): string | Refusal {
  if (written === "") return refuse("is empty", 'name a folder ("." is the folder itself)');
  const path = resolve(context.folder, written);
  return (
    refuseControlCharacters(written) ??
    refuseOutsideOfRepository(written, context) ??
    refuseWhatIsNoFolder(path, quoteText(written), mustExist) ??
    path
  );
}

function refuseWhatIsNoFolder(path: string, shown: string, mustExist: boolean): Refusal | undefined {
  let isFolder: boolean | undefined;
  try {
    isFolder = statIfExists(path)?.isDirectory();
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    return refuse(`${shown} cannot be looked at (${code})`, "see to it that it is a readable folder");
  }
  if (isFolder === true || (isFolder === undefined && !mustExist)) return undefined;
  if (isFolder === false) return refuse(`${shown} is not a folder`, "name a folder");
  return refuse(`there is no folder ${shown}`, "make the folder, or mend its name", "config-path-missing");
}
