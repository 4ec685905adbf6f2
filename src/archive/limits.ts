/** Bounds on what is read from an archive. Each is several times what the largest honest file on PyPI needs. */
export const LIMITS = {
  /** Entries of one archive. */
  entries: 250_000,
  /** Bytes of a wheel's central directory. */
  centralDirectory: 64 * 1024 * 1024,
  /** Bytes of METADATA or PKG-INFO, inflated. */
  metadata: 16 * 1024 * 1024,
  /** How many times its compressed size METADATA may have, above `freeMetadata` bytes. */
  metadataRatio: 200,
  freeMetadata: 64 * 1024,
  /** Bytes of an sdist, inflated, until its PKG-INFO is found. */
  sdist: 2 * 1024 * 1024 * 1024,
} as const;
