/** The thread's side of the pool: inspects batch after batch. */
import { parentPort } from "node:worker_threads";
import { inspect, type InspectionOutcome, type InspectionRequest } from "./inspect.ts";

parentPort?.on("message", async (batch: InspectionRequest[]) => {
  const outcomes: InspectionOutcome[] = [];
  for (const request of batch) outcomes.push(await inspect(request));
  parentPort?.postMessage(outcomes);
});
