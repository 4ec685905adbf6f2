/** Opens every file that must be opened, on all cores. */
import { join } from "node:path";
import { inspectAll, type InspectionTask } from "../archive/inspect-all.ts";
import type { InspectionOutcome } from "../archive/inspect.ts";
import type { CatalogOptions } from "./catalog.ts";
import type { ProjectDraft } from "./project-draft.ts";
import type { FoundFile } from "./scan.ts";

/** Fills in the outcomes of the drafts. Returns how many files were opened, and how many of their bytes hashed. */
export async function readFiles(
  projects: readonly ProjectDraft[],
  options: CatalogOptions,
): Promise<{ filesRead: number; bytesHashed: number }> {
  const tasks: InspectionTask[] = [];
  let bytesHashed = 0;
  let bytesDone = 0;
  let bytesTotal = 0;
  const add = (
    file: FoundFile,
    bytes: number | undefined,
    staged: string | undefined,
    done: (outcome: InspectionOutcome) => void,
  ): void => {
    bytesTotal += bytes ?? 0;
    tasks.push({
      bytes: bytes ?? 0,
      request: () => ({
        file: join(options.root, file.path),
        filename: file.filename,
        hash: bytes !== undefined,
        gitObjectFormat: options.git?.objectFormat,
        sidecar: file.sidecar && join(options.root, `${file.path}.metadata`),
        staging: staged,
        stagingTime: options.startedMs,
      }),
      done: (outcome) => {
        bytesDone += bytes ?? 0;
        if (outcome.ok && bytes !== undefined) bytesHashed += outcome.inspection.size;
        options.onProgress(bytesDone, bytesTotal);
        done(outcome);
      },
    });
  };
  for (const project of projects) {
    for (const draft of project.files) {
      if (!draft.mustRead) continue;
      if (options.staging !== undefined) draft.staged = join(options.staging, `${tasks.length}.metadata`);
      add(draft.file, draft.proven ? undefined : draft.file.size, draft.staged, (outcome) => {
        draft.outcome = outcome;
      });
    }
    for (const { draft, copy } of project.unprovenCopies) {
      add(copy, copy.size, undefined, (outcome) => draft.copyOutcomes.push(outcome));
    }
  }
  await inspectAll(tasks, options.jobs);
  return { filesRead: tasks.length, bytesHashed };
}
