/**
 * Core metadata for wheels and sdists of tests.
 * Format: https://packaging.python.org/en/latest/specifications/core-metadata/
 */

/** The fields that a test cares about. */
export interface MetadataFields {
  readonly requiresPython?: string;
  readonly requiresDist?: readonly string[];
  readonly summary?: string;
  /** Any further header lines, in this order; a field that may stand several times takes a list. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Stands in the body. */
  readonly description?: string;
}

/** Bytes are taken as they are, a string as UTF-8; from fields comes a file of version 2.1. */
export function makeMetadata(
  name: string,
  version: string,
  metadata: string | Uint8Array | MetadataFields = {},
): Buffer {
  if (typeof metadata === "string" || metadata instanceof Uint8Array) return Buffer.from(metadata);
  const lines = ["Metadata-Version: 2.1", `Name: ${name}`, `Version: ${version}`];
  if (metadata.summary !== undefined) lines.push(`Summary: ${metadata.summary}`);
  for (const [field, values] of Object.entries(metadata.headers ?? {})) {
    for (const value of typeof values === "string" ? [values] : values) lines.push(`${field}: ${value}`);
  }
  if (metadata.requiresPython !== undefined) lines.push(`Requires-Python: ${metadata.requiresPython}`);
  for (const requirement of metadata.requiresDist ?? []) lines.push(`Requires-Dist: ${requirement}`);
  const body = metadata.description === undefined ? "" : `\n${metadata.description}`;
  return Buffer.from(`${lines.join("\n")}\n${body}`);
}
