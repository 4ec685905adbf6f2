/** Reads the page templates: the built-in ones, each overridden by the file of the same name in the user's folder. */
import { isUtf8 } from "node:buffer";
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
    // What is no template of Eta has an ending of its own.
    const file = /\.\w+$/.test(name) ? name : `${name}.eta`;
    const own = overrides && readOverride(join(overrides.directory, file), join(overrides.display, file));
    if (own !== undefined && overrides !== undefined) {
      return { name, text: own.toString("utf8"), file: join(overrides.display, file) };
    }
    // Scripts are put together when pkgindex is built; all else stands as it is written.
    for (const folder of ["templates", "dist"]) {
      const text = readFileIfExists(join(packageRoot(), folder, file));
      if (text !== undefined) return { name, text: text.toString("utf8"), file: join("templates", file) };
    }
    throw new Error(`the built-in template ${name} is missing`);
  });
}

function readOverride(path: string, display: string): Buffer | undefined {
  const bytes = readFileIfExists(path);
  if (bytes !== undefined && !isUtf8(bytes))
    throw new PkgIndexError({
      code: "template-broken",
      path: display,
      message: "the file is not UTF-8",
      hint: "save it as UTF-8, or delete it to go back to the built-in one",
    });
  if (bytes !== undefined || !hasEntry(path)) return bytes;
  throw new PkgIndexError({
    code: "template-broken",
    path: display,
    message: "stands where a template goes, and is no file",
    hint: "move it away, or put the template there",
  });
}
