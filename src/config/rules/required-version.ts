import { quoteText } from "../../packaging/quote-text.ts";
import { type Refusal, refuse, type RuleContext } from "../rule.ts";

const CODE = "config-required-version";

const LONGEST_RANGE = 256;

/**
 * A range of pkgindex versions, as npm writes it (https://github.com/npm/node-semver#ranges), that includes the
 * running one. A pre-release is compared like any other version, so that it can be tried on a real index.
 */
export async function settleRequiredVersion(
  written: string,
  context: RuleContext,
): Promise<string | Refusal> {
  // The two modules by name: the whole of semver takes some forty files.
  const [{ default: validRange }, { default: satisfies }] = await Promise.all([
    import("semver/ranges/valid.js"),
    import("semver/functions/satisfies.js"),
  ]);
  if (written.trim() === "" || written.length > LONGEST_RANGE || validRange(written) === null)
    return refuse(`${quoteText(written)} is not a version range`, 'write a range such as ">=0.1.0 <2"', CODE);
  if (!satisfies(context.version, written, { includePrerelease: true })) {
    const message = `this is pkgindex ${context.version}, and the repository wants ${quoteText(written)}`;
    return refuse(message, "run a pkgindex of that range, or change the range", CODE);
  }
  return written;
}
