/** Fills in the workflows that pkgindex ships. Pure: the text of a shipped file in, the text for one repository out. */
import type { WorkflowTrigger } from "./workflow-trigger.ts";

/** Where the workflow of an index stands; GridTools' own has the same name. */
export const INDEX_WORKFLOW = ".github/workflows/update-python-pkg-index.yml";

/** Where `pkgindex workflows install` puts the workflow of a source repository, in either mode. */
export const SOURCE_WORKFLOW = ".github/workflows/python-pkg-index.yml";

/** The two ways from a source repository to an index: the index fetches and builds, or the source builds and pushes. */
export type WorkflowMode = "pull" | "push";

/** The shipped file for a mode. */
export function sourceTemplate(mode: WorkflowMode): string {
  return `update_workflows/${mode}.yml`;
}

/** The workflow of an index; without Pages, it ends with the push. */
export function fillIndexWorkflow(
  template: string,
  { cli, hasPages }: { readonly cli: string; readonly hasPages: boolean },
): string {
  const text = replaceLine(template, /^ {2}PKGINDEX_CLI: .*$/m, `  PKGINDEX_CLI: ${quote(cli)}`);
  if (hasPages) return text;
  // The last job, with the comment above it.
  return replaceLine(text, /\n(?: {2}#.*\n)* {2}deploy:\n[^]*$/, "");
}

/** The workflow of a source repository. */
export function fillSourceWorkflow(
  template: string,
  values: {
    readonly cli: string;
    readonly index: string;
    /** What pip is given, where it is known; in pull mode nobody asks. */
    readonly indexUrl: string | undefined;
    readonly trigger: WorkflowTrigger;
  },
): string {
  const trigger = renderTrigger(values.trigger);
  let text = replaceLine(template, /^on:\n(?: {2}.*\n)+/m, `on:\n${trigger}  workflow_dispatch:\n`);
  text = replaceLine(text, /^ {2}PKGINDEX_CLI: .*$/m, `  PKGINDEX_CLI: ${quote(values.cli)}`);
  text = replaceLine(text, /^ {2}INDEX: .*$/m, `  INDEX: ${quote(values.index)}`);
  return text.replace(/^ {2}INDEX_URL: .*$/m, () => `  INDEX_URL: ${quote(values.indexUrl ?? "")}`);
}

function renderTrigger(trigger: WorkflowTrigger): string {
  if (trigger.kind === "release") return "  release:\n    types: [published]\n";
  const key = trigger.kind === "tags" ? "tags" : "branches";
  return `  push:\n    ${key}: [${quote(trigger.pattern)}]\n`;
}

/** JSON's strings are YAML's, too: https://yaml.org/spec/1.2.2/#12-overview-of-yaml */
function quote(text: string): string {
  return JSON.stringify(text);
}

function replaceLine(text: string, pattern: RegExp, replacement: string): string {
  if (!pattern.test(text)) throw new Error(`the shipped workflow has nothing that fits ${pattern}`);
  return text.replace(pattern, () => replacement);
}
