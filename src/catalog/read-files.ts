/** Opens every file that must be opened, on all cores. */
import { join } from "node:path";
import { inspectAll } from "../archive/inspect-all.ts";
import type { InspectionOutcome } from "../archive/inspect.ts";
import type { CatalogOptions } from "./catalog.ts";
import type { FileDraft } from "./file-draft.ts";
import type { ProjectDraft } from "./project-draft.ts";
import type { FoundFile } from "./found-files.ts";

interface Reading {
  readonly project: ProjectDraft;
  readonly draft: FileDraft;
  /** A copy of the draft's file, where that is what is read. */
  readonly copy: FoundFile | undefined;
}

/** The reading of many files, under way. */
export interface FileReading {
  /** Returns when all files of a project have their outcomes. One project can be waited for at a time. */
  readonly untilRead: (project: ProjectDraft) => Promise<void>;
  /** When all is read: how many files were opened, and how many of their bytes hashed. */
  readonly end: Promise<{ readonly filesRead: number; readonly bytesHashed: number }>;
}

/** Begins to fill in the outcomes of the drafts, large files first, then project by project, until `signal` says to stop. */
export function readFiles(
  projects: readonly ProjectDraft[],
  options: CatalogOptions,
  signal: AbortSignal,
): FileReading {
  const { root, staging, git, startedMs, jobs, onProgress } = options;
  const readings: Reading[] = [];
  for (const project of projects) {
    for (const draft of project.files) {
      if (!draft.mustRead) continue;
      if (staging !== undefined) draft.staged = `${staging}/${readings.length}.metadata`;
      readings.push({ project, draft, copy: undefined });
    }
    for (const { draft, copy } of project.unprovenCopies) readings.push({ project, draft, copy });
  }
  const isHashed = ({ draft, copy }: Reading): boolean => copy !== undefined || !draft.proven;
  const bytes = (reading: Reading): number =>
    isHashed(reading) ? (reading.copy ?? reading.draft.file).size : 0;
  const bytesTotal = readings.reduce((sum, reading) => sum + bytes(reading), 0);
  const unread = new Map<ProjectDraft, number>();
  for (const { project } of readings) unread.set(project, (unread.get(project) ?? 0) + 1);
  let waiting: { readonly project: ProjectDraft; readonly resolve: () => void } | undefined;
  const countDown = (project: ProjectDraft): void => {
    const left = (unread.get(project) ?? 0) - 1;
    if (left > 0) return void unread.set(project, left);
    unread.delete(project);
    if (waiting?.project === project) waiting.resolve();
  };
  const texts = new Map<string, string>();
  let bytesHashed = 0;
  let bytesDone = 0;
  const filesRead = readings.length;
  const end = inspectAll(
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
        countDown(reading.project);
      },
    },
    jobs,
    signal,
  ).then(() => ({ filesRead, bytesHashed }));
  // Who has stopped does not ask any more how it ended.
  end.catch(() => undefined);
  return {
    untilRead: async (project) => {
      if (!unread.has(project)) return;
      await Promise.race([end, new Promise<void>((resolve) => (waiting = { project, resolve }))]);
    },
    end,
  };
}

/** Thousands of files require the same Python: the text of each comes from a thread, and one of them is kept. */
function shareTexts(outcome: InspectionOutcome, texts: Map<string, string>): InspectionOutcome {
  if (!outcome.ok || outcome.inspection.requiresPython === undefined) return outcome;
  const { requiresPython } = outcome.inspection;
  const shared = texts.get(requiresPython) ?? requiresPython;
  texts.set(shared, shared);
  return { ok: true, inspection: { ...outcome.inspection, requiresPython: shared } };
}
