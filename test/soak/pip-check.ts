/** The real pip on a tree whose run was just killed. */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import type { Random } from "./random.ts";

/** The projects of the tree whose page has a file that is not yanked, and none that was broken before the run. */
function intactProjects(root: string, tolerated: ReadonlySet<string>): string[] {
  const simple = join(root, "simple");
  if (!existsSync(simple)) return [];
  return readdirSync(simple).filter((project) => {
    const page = join(simple, project, "index.html");
    if (!existsSync(page) || tolerated.has(`simple/${project}/index.html`)) return false;
    const names = [...readFileSync(page, "utf8").matchAll(/>([^<>]+\.whl)<\/a>/g)].map(
      ([, name = ""]) => name,
    );
    return names.length > 0 && !names.some((name) => tolerated.has(name));
  });
}

/**
 * Lets pip download one project from the tree, by a file:// address. `checked` is false where there is no project that
 * a client could have counted on.
 */
export async function downloadOneWithPip(
  python: string,
  root: string,
  random: Random,
  tolerated: ReadonlySet<string>,
): Promise<{ checked: boolean; fault?: string }> {
  const projects = intactProjects(root, tolerated);
  if (projects.length === 0) return { checked: false };
  const project = random.pick(projects);
  const folder = mkdtempSync(join(tmpdir(), "pkgindex-soak-pip-"));
  const index = `${pathToFileURL(join(root, "simple")).href}/`;
  const args = ["-m", "pip", "download", "--no-cache-dir", "--no-deps", "-d", folder, "--index-url", index];
  const dead = "http://127.0.0.1:9";
  const env = { PATH: process.env["PATH"], HOME: folder, PIP_CONFIG_FILE: "/dev/null", https_proxy: dead };
  const fault = await new Promise<string | undefined>((resolve) => {
    execFile(python, [...args, project], { env, cwd: folder }, (error, stdout, stderr) => {
      const got = readdirSync(folder).filter((name) => name.endsWith(".whl")).length;
      resolve(
        error === null && got === 1
          ? undefined
          : `${project}: ${error?.message ?? "no wheel came"}\n${stdout}${stderr}`,
      );
    });
  });
  rmSync(folder, { recursive: true });
  return fault === undefined ? { checked: true } : { checked: true, fault };
}
