/** Makes the index of a new repository, which may be empty, or takes over the one that is there. */
import { join } from "node:path";
import type { Config } from "../config/config.ts";
import { removeFile } from "../io/replace-file.ts";
import type { CommandContext } from "./context.ts";
import { isAncestorPage, type AncestorSurvey } from "./survey-ancestor.ts";
import { updateIndex, type Update } from "./update-index.ts";

/** How long another run may take before this one gives up. */
const LOCK_TIMEOUT_MS = 60_000;

/** Brings the index up to date. With `survey`, pages of `generator.py` make room, and those without successor go last. */
export async function makeIndex(
  config: Config,
  survey: AncestorSurvey | undefined,
  { host, terminal }: CommandContext,
): Promise<Update> {
  const update = await updateIndex({
    config,
    mode: "apply",
    rebuild: false,
    skipInvalid: false,
    allowReplace: false,
    allowMove: false,
    allowEmpty: true,
    lockTimeoutMs: LOCK_TIMEOUT_MS,
    jobs: undefined,
    environment: host.env,
    cwd: host.cwd(),
    terminal,
    ...(survey === undefined ? {} : { mayReplace: isAncestorPage }),
  });
  if (!update.isRefused) for (const path of survey?.emptyPages ?? []) removeFile(join(config.root, path));
  return update;
}
