/** Reads the page templates: the built-in ones, each overridden by the file of the same name in the user's folder. */
import { join } from "node:path";
import { PkgIndexError } from "../errors.ts";
import { hasEntry, readFileIfExists } from "./files.ts";
import { packageRoot } from "./package-root.ts";

/** The text of each template in `names`, and the file that it came from, as the user would type it. */
export function readTemplates<Name extends string>(
  names: readonly Name[],
  overrides: { readonly directory: string; readonly display: string } | undefined,
): { name: Name; text: string; file: string }[] {
  return names.map((name) => {
    const own =
      overrides &&
      readOverride(join(overrides.directory, `${name}.eta`), join(overrides.display, `${name}.eta`));
    if (own !== undefined && overrides !== undefined) {
      return { name, text: own.toString("utf8"), file: join(overrides.display, `${name}.eta`) };
    }
    const text = readFileIfExists(join(packageRoot(), "templates", `${name}.eta`));
    if (text === undefined) throw new Error(`the built-in template ${name} is missing`);
    return { name, text: text.toString("utf8"), file: join("templates", `${name}.eta`) };
  });
}

function readOverride(path: string, display: string): Buffer | undefined {
  const bytes = readFileIfExists(path);
  if (bytes !== undefined || !hasEntry(path)) return bytes;
  throw new PkgIndexError({
    code: "template-broken",
    path: display,
    message: "stands where a template goes, and is no file",
    hint: "move it away, or put the template there",
  });
}
