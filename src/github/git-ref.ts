/** What may name a commit of a source repository: a full object id, or a branch or tag. */
import { InvalidInput } from "../errors.ts";
import { quoteText } from "../packaging/quote-text.ts";

/** A ref is the name of a file, and file systems end there; GitHub refuses longer ones as well. */
const LONGEST_REF = 255;

/** Each rule of git check-ref-format (https://git-scm.com/docs/git-check-ref-format), with what it says. */
const RULES: readonly (readonly [RegExp, string])[] = [
  [/^$/, "is empty"],
  [/^-/, "begins with a hyphen, as options do"],
  [/[\u0000-\u001f\u007f-\u009f]/, "has a control character"],
  [/\p{Cs}/u, "has half a character"],
  [/[ ~^:?*[\\]/, "has a blank or one of ~ ^ : ? * [ \\"],
  [/\.\./, "has two dots in a row"],
  [/@\{/, "has @{"],
  [/^@$/, "is a single @"],
  [/^\/|\/$|\/\//, "begins or ends with a slash, or has two in a row"],
  [/(?:^|\/)\./, "has a part that begins with a dot"],
  [/\.lock(?:\/|$)/, "has a part that ends in .lock"],
  [/\.$/, "ends with a dot"],
];

/** git's own way to write that there is no commit, such as in the push that deletes a branch. */
const NO_COMMIT = /^0+$/;

/**
 * A ref as it was given: a full object id, or a name by the rules of git check-ref-format, short (`main`) or full
 * (`refs/tags/v1.0`). More than git does, it refuses control characters of Unicode, a leading hyphen, more than 255 bytes
 * and the id of no commit. Throws `InvalidInput`.
 */
export function checkRef(text: string): string {
  const fault =
    Buffer.byteLength(text) > LONGEST_REF
      ? `is longer than ${LONGEST_REF} bytes`
      : isCommitId(text) && NO_COMMIT.test(text)
        ? "means that there is no commit"
        : RULES.find(([pattern]) => pattern.test(text))?.[1];
  if (fault === undefined) return text;
  throw new InvalidInput(
    "git-ref",
    `${quoteText(text)} is no git ref: it ${fault}`,
    "give a full commit id, or the name of a branch or a tag as git spells it",
  );
}

/** Whether a ref is a full object id, of SHA-1 or SHA-256: nobody can move what it means. */
export function isCommitId(ref: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(ref);
}
