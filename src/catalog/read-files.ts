/** Opens every file that must be opened, on all cores. */
import { join } from "node:path";
import { inspectAll } from "../archive/inspect-all.ts";
import type { InspectionOutcome } from "../archive/inspect.ts";
import type { CatalogOptions } from "./catalog.ts";
import type { FileDraft } from "./file-draft.ts";
import type { ProjectDraft } from "./project-draft.ts";
import type { FoundFile } from "./scan.ts";

interface Reading {
  readonly draft: FileDraft;
  /** A copy of the draft's file, where that is what is read. */
  readonly copy: FoundFile | undefined;
}

/** Fills in the outcomes of the drafts. Returns how many files were opened, and how many of their bytes hashed. */
export async function readFiles(
  projects: readonly ProjectDraft[],
  options: CatalogOptions,
): Promise<{ filesRead: number; bytesHashed: number }> {
  const { root, staging, git, startedMs, jobs, onProgress } = options;
  const readings: Reading[] = [];
  for (const project of projects) {
    for (const draft of project.files) {
      if (!draft.mustRead) continue;
      if (staging !== undefined) draft.staged = `${staging}/${readings.length}.metadata`;
      readings.push({ draft, copy: undefined });
    }
    for (const { draft, copy } of project.unprovenCopies) readings.push({ draft, copy });
  }
  const isHashed = ({ draft, copy }: Reading): boolean => copy !== undefined || !draft.proven;
  const bytes = (reading: Reading): number =>
    isHashed(reading) ? (reading.copy ?? reading.draft.file).size : 0;
  const bytesTotal = readings.reduce((sum, reading) => sum + bytes(reading), 0);
  const texts = new Map<string, string>();
  let bytesHashed = 0;
  let bytesDone = 0;
  await inspectAll(
    readings,
    {
      bytes,
      request: (reading) => {
        const { path, filename, sidecar } = reading.copy ?? reading.draft.file;
        return {
          file: join(root, path),
          filename,
          hash: isHashed(reading),
          gitObjectFormat: git?.objectFormat,
          sidecar: sidecar && join(root, `${path}.metadata`),
          staging: reading.copy === undefined ? reading.draft.staged : undefined,
          stagingTime: startedMs,
        };
      },
      done: (reading, outcome) => {
        bytesDone += bytes(reading);
        if (outcome.ok && isHashed(reading)) bytesHashed += outcome.inspection.size;
        onProgress(bytesDone, bytesTotal);
        if (reading.copy === undefined) reading.draft.outcome = shareTexts(outcome, texts);
        else reading.draft.copyOutcomes.push(outcome);
      },
    },
    jobs,
  );
  return { filesRead: readings.length, bytesHashed };
}

/** Thousands of files require the same Python: the text of each comes from a thread, and one of them is kept. */
function shareTexts(outcome: InspectionOutcome, texts: Map<string, string>): InspectionOutcome {
  if (!outcome.ok || outcome.inspection.requiresPython === undefined) return outcome;
  const { requiresPython } = outcome.inspection;
  const shared = texts.get(requiresPython) ?? requiresPython;
  texts.set(shared, shared);
  return { ok: true, inspection: { ...outcome.inspection, requiresPython: shared } };
}
