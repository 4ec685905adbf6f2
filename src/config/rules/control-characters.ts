import { type Refusal, refuse } from "../rule.ts";

/** C0, DEL and C1 controls (https://www.unicode.org/glossary/#control_codes), with their number in hexadecimal. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** What a text of one line may not contain, or undefined where it is clean. */
export function refuseControlCharacters(text: string): Refusal | undefined {
  const found = CONTROL.exec(text)?.[0];
  if (found === undefined) return undefined;
  const number = found.charCodeAt(0).toString(16).padStart(4, "0").toUpperCase();
  return refuse(
    `has the control character U+${number}`,
    "take the character out; the value is one line of text",
  );
}
