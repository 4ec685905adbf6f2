import { quoteText } from "../../packaging/quote-text.ts";
import { type Refusal, refuse } from "../rule.ts";

/**
 * The address of the published root, so normalized that a relative path can be put behind it: as the URL Standard
 * writes it (https://url.spec.whatwg.org/), ending in exactly one `/`. No message repeats a password or a query,
 * since either may be a secret.
 */
export function settleIndexUrl(written: string): string | Refusal {
  const hint = 'write the address that the root is served under, such as "https://packages.example.org/"';
  const shown = /[@?#]/.test(written) ? "this one" : quoteText(written);

  // The parser of the standard drops blanks and takes backslashes for slashes; here they are mistakes.
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u0020\u007f\\]/.test(written))
    return refuse("an address has no blanks, backslashes or control characters", hint);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(written)?.[1]?.toLowerCase();
  if (scheme === undefined)
    return refuse(`an address starts with https:// or http://, and ${shown} does not`, hint);
  if (scheme !== "https" && scheme !== "http")
    return refuse(`an address starts with https:// or http://, not with ${quoteText(`${scheme}://`)}`, hint);
  if (/^[^:]*:\/*[^/?#]*@/.test(written)) {
    const message = "has a user name or a password in it, and the address is published on every page";
    return refuse(message, "take them out; clients are given credentials by their own configuration");
  }
  if (/[?#]/.test(written)) {
    const part = /[?#]/.exec(written)?.[0] === "?" ? "a query (from ? on)" : "a fragment (from # on)";
    return refuse(`has ${part}, and file names are put behind the address`, "take it out");
  }
  if (!URL.canParse(written)) return refuse(`${shown} is not an address`, hint);
  return endInOneSlash(new URL(written).href);
}

/** A loop, since a regular expression takes quadratic time where many slashes stand in the middle. */
function endInOneSlash(address: string): string {
  let end = address.length;
  while (address.charAt(end - 1) === "/") end--;
  return `${address.slice(0, end)}/`;
}
