/** Reads from a checkout what it says of its project, without running any of it. */
import { join } from "node:path";
import type { PyprojectMetadata, SourceMetadata } from "../builds/expected-project.ts";
import { isTomlTable, parseToml, tomlEntries } from "../config/parse-toml.ts";
import { kindOfPlace, readLimited } from "../io/files.ts";

const LARGEST = 1024 * 1024;

/** The files that may name the project; links are not followed. */
export function readSourceMetadata(folder: string): SourceMetadata {
  const read = (name: string): string | undefined => {
    if (kindOfPlace(folder, name) !== "file") return undefined;
    const bytes = readLimited(join(folder, name), LARGEST);
    return bytes === "no file" ? undefined : bytes.toString("utf8");
  };
  return {
    pyproject: tryParsePyproject(read("pyproject.toml")),
    setupCfg: read("setup.cfg"),
    setupPy: read("setup.py"),
  };
}

function tryParsePyproject(text: string | undefined): PyprojectMetadata | undefined {
  let top: unknown;
  try {
    top = parseToml(text ?? "");
  } catch {
    // Whether that is an error, the build will say.
    return undefined;
  }
  const get = (table: unknown, key: string): unknown =>
    isTomlTable(table) ? new Map(tomlEntries(table)).get(key) : undefined;
  const project = get(top, "project") ?? get(get(top, "tool"), "poetry");
  const asText = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  const dynamic = get(project, "dynamic");
  return {
    name: asText(get(project, "name")),
    version: asText(get(project, "version")),
    isVersionDynamic: Array.isArray(dynamic) && dynamic.includes("version"),
  };
}
