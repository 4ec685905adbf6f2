/** Bytes as an archive reader wants them, and what it says of bad ones. */
import { InvalidInput } from "../../src/errors.ts";
import type { ByteSource } from "../../src/io/open-file.ts";

/** A source over bytes in memory that counts what is read from it. */
export function sourceOf(bytes: Buffer): ByteSource & { readonly bytesRead: () => number } {
  let bytesRead = 0;
  return {
    size: bytes.length,
    read: (position, length) => {
      const part = bytes.subarray(position, position + length);
      bytesRead += part.length;
      return part;
    },
    bytesRead: () => bytesRead,
  };
}

/** The `code: message` with which something is refused; throws where it is not. */
export async function refusalOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof InvalidInput) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error("nothing was refused");
}
