/** Puts whole files into a folder: they are written aside and renamed. */
import { createReadStream, createWriteStream, renameSync, rmSync, writeFileSync } from "node:fs";
import { pipeline } from "node:stream/promises";

/** Copies a file, also from another file system. */
export async function placeFile(from: string, to: string): Promise<void> {
  await pipeline(createReadStream(from), createWriteStream(`${to}.part`));
  renameSync(`${to}.part`, to);
}

/** Writes a text. */
export function placeText(text: string, to: string): void {
  writeFileSync(`${to}.part`, text);
  renameSync(`${to}.part`, to);
}

/** Removes a file, where it is there. */
export function removeFile(path: string): void {
  rmSync(path, { force: true });
}
