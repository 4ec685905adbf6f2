/** Memory for speed: a little of both. */
import { setFlagsFromString } from "node:v8";

/**
 * Tells V8 to collect garbage before the heap has grown by more than a third of what is in use. By itself it lets a heap double
 * or more, and a first run over a large index makes far more pages than it keeps.
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--heap-growing-percent=30");
}
