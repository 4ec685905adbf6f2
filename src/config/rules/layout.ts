import { quoteText } from "../../packaging/quote-text.ts";
import type { Layout } from "../config.ts";
import { type Refusal, refuse } from "../rule.ts";

/** One of the two layouts, spelled exactly. */
export function settleLayout(written: string): Layout | Refusal {
  if (written === "simple" || written === "flat") return written;
  return refuse(`${quoteText(written)} is not a layout`, 'write "simple" or "flat"');
}
