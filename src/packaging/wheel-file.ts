import { parseHeaderFields, unfold, wantedFields } from "./header-fields.ts";
import type { WheelFilename } from "./wheel-filename.ts";

/** What the WHEEL file in a wheel's `.dist-info` says. Nothing in it is checked. */
export interface WheelFile {
  readonly wheelVersion: string | undefined;
  readonly generator: string | undefined;
  /** Installs into `purelib` rather than `platlib`; only `true`, in any case, says so. */
  readonly rootIsPurelib: boolean;
  /** One expanded tag per entry: `py2-none-any`, `py3-none-any`. */
  readonly tags: readonly string[];
  readonly build: string | undefined;
}

const FIELDS = wantedFields(["wheel-version", "generator", "root-is-purelib", "tag", "build"]);

/**
 * The fields of a WHEEL file. Never throws: what it cannot read is absent.
 * https://packaging.python.org/en/latest/specifications/binary-distribution-format/#file-contents
 */
export function parseWheelFile(bytes: Uint8Array): WheelFile {
  const { values } = parseHeaderFields(bytes, FIELDS);
  const all = (name: string): readonly string[] => (values.get(name) ?? []).map(unfold);
  const one = (name: string): string | undefined => all(name)[0] || undefined;
  return {
    wheelVersion: one("wheel-version"),
    generator: one("generator"),
    rootIsPurelib: one("root-is-purelib")?.toLowerCase() === "true",
    tags: all("tag").filter((tag) => tag !== ""),
    build: one("build"),
  };
}

/**
 * The tags of a wheel, with the compressed tag sets of its file name multiplied out: what its WHEEL file must list.
 * https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/#compressed-tag-sets (PEP 425)
 */
export function expandTags(wheel: WheelFilename): string[] {
  const expanded = wheel.pythonTags.flatMap((python) =>
    wheel.abiTags.flatMap((abi) => wheel.platformTags.map((platform) => `${python}-${abi}-${platform}`)),
  );
  return [...new Set(expanded)];
}
