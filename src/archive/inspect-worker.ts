/** The thread's side of the pool: inspects batch after batch. */
import { parentPort } from "node:worker_threads";
import { inspect, type InspectionOutcome, type InspectionRequest } from "./inspect.ts";

let last = Promise.resolve();

// One batch at a time: an sdist makes its inspection wait, and all inspections of a thread share one buffer.
parentPort?.on("message", (batch: InspectionRequest[]) => {
  last = last.then(() => inspectBatch(batch));
});

async function inspectBatch(batch: readonly InspectionRequest[]): Promise<void> {
  const outcomes: InspectionOutcome[] = [];
  for (const request of batch) outcomes.push(await inspect(request));
  parentPort?.postMessage(outcomes);
}
