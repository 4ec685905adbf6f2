import { type Refusal, refuse } from "../rule.ts";
import { refuseControlCharacters } from "./control-characters.ts";

/** The title of the index: one line that is not empty, without blanks around it. */
export function settleTitle(written: string): string | Refusal {
  const title = written.trim();
  if (title === "") return refuse("is empty", "write a title, or leave the key out");
  return refuseControlCharacters(title) ?? title;
}

/** The description: one or more lines; an empty one is none. */
export function settleDescription(written: string): string | undefined | Refusal {
  const description = written.replaceAll("\r\n", "\n").trim();
  return refuseControlCharacters(description.replace(/[\n\t]/g, " ")) ?? (description || undefined);
}
