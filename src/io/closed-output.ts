/** A server must not end because nobody reads its log any more. */
import { systemErrorCode } from "./files.ts";

/** From now on, what is written to a pipe whose reader has gone is dropped. */
export function tolerateClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error) => {
      if (systemErrorCode(error) !== "EPIPE") throw error;
    });
  }
}
