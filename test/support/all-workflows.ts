/** Every workflow that is shipped, and every one that the program writes, by a name that says which it is. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fillIndexWorkflow, fillSourceWorkflow, INDEX_WORKFLOW } from "../../src/github/workflow-files.ts";
import { parseWorkflowTrigger } from "../../src/github/workflow-trigger.ts";
import { ALL_HOSTS } from "../../src/hosts/all-hosts.ts";
import { FACTS } from "../hosts/facts.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

/** A file of the project, as text. */
export function readProjectFile(path: string): string {
  return readFileSync(join(PROJECT, path), "utf8");
}

/** Values that have to be quoted, and one that has not. */
const TRIGGERS = [
  "tags:v*",
  "tags:*",
  "tags:nightly'#\"-*",
  "release",
  "branch:main",
  "branch:yes",
  "branch:a+b!",
];

function filesOf(folder: string): string[] {
  return readdirSync(join(PROJECT, folder))
    .filter((name) => name.endsWith(".yml"))
    .map((name) => `${folder}/${name}`);
}

/** Name and text of each. */
export function allWorkflows(): ReadonlyMap<string, string> {
  const workflows = new Map<string, string>();
  for (const path of [...filesOf(".github/workflows"), ...filesOf("update_workflows")])
    workflows.set(path, readProjectFile(path));
  const index = readProjectFile(INDEX_WORKFLOW);
  const cli = 'https://example.org/it\'s-"here"/pkgindex.tgz?a=1#x';
  for (const hasPages of [true, false])
    workflows.set(
      `init, ${hasPages ? "with" : "without"} Pages`,
      fillIndexWorkflow(index, { cli, hasPages }),
    );
  for (const mode of ["pull", "push"] as const) {
    const template = readProjectFile(`update_workflows/${mode}.yml`);
    for (const text of TRIGGERS) {
      const trigger = parseWorkflowTrigger(text);
      const indexUrl = "https://example.org/it's-here/simple/";
      const filled = fillSourceWorkflow(template, { cli, index: "octo-org/wheels", indexUrl, trigger });
      workflows.set(`workflows install, ${mode}, ${text}`, filled);
    }
  }
  for (const host of ALL_HOSTS)
    for (const { path, text } of host.render({ ...FACTS, cli, rootInRepository: "it's here" }))
      if (path.startsWith(".github/workflows/")) workflows.set(`host ${host.name}`, text);
  return workflows;
}
