/** When the workflow of a source repository runs: on tags, on releases, or on the commits of a branch. */
import { InvalidInput } from "../errors.ts";
import { quoteText } from "../packaging/quote-text.ts";

/** What starts the workflow. Patterns are those of Actions. */
export type WorkflowTrigger =
  { readonly kind: "tags" | "branch"; readonly pattern: string } | { readonly kind: "release" };

const FORMS = 'write "tags:v*", "release" or "branch:main"';

/** Git's names have a limit in every file system, and a payload has room for no longer one. */
const LONGEST = 255;

/**
 * `tags:PATTERN`, `release` or `branch:NAME`. A pattern is one of Actions (`*`, `**`, `?`, `+`, `[]`, and `!` in front), and a
 * branch without wildcards is taken by its letters.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
 *
 * Throws `InvalidInput` for another form, and for what no ref can be called (`git check-ref-format`).
 */
export function parseWorkflowTrigger(text: string): WorkflowTrigger {
  if (text === "release") return { kind: "release" };
  const [, kind, pattern] = /^(tags|branch):(.*)$/s.exec(text) ?? [];
  if ((kind !== "tags" && kind !== "branch") || pattern === undefined) {
    throw new InvalidInput("workflow-trigger", `${quoteText(text)} is not a trigger`, FORMS);
  }
  const fault = findFault(pattern);
  if (fault !== undefined) {
    const what = kind === "tags" ? "a pattern of tags" : "a branch";
    throw new InvalidInput("workflow-trigger", `${quoteText(pattern)} is not ${what}: ${fault}`, FORMS);
  }
  // Git allows "+" and "!" in names, where Actions would take them for wildcards.
  const isName = kind === "branch" && !/[*?[\]]/.test(pattern);
  return { kind, pattern: isName ? pattern.replace(/[+!]/g, "\\$&") : pattern };
}

function findFault(pattern: string): string | undefined {
  if (pattern === "") return "it is empty";
  if (pattern.length > LONGEST) return `it has more than ${LONGEST} characters`;
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u0020\u007f-\u009f\u2028\u2029]/.test(pattern))
    return "it has blanks or control characters in it";
  if (pattern.startsWith("refs/"))
    return 'it starts with "refs/", and Actions compares what comes after refs/tags/';
  if (pattern.startsWith("!")) return "it only leaves out, and matches nothing";
  if (pattern.startsWith("-")) return "it starts with a hyphen";
  if (/[~^:\\]|\.\.|@\{|\$\{\{|\/\/|^\/|\/$|\.$|\.lock$|(?:^|\/)\./.test(pattern))
    return "no name in git matches it (see git help check-ref-format)";
  return undefined;
}
