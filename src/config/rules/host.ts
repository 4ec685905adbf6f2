import { quoteText } from "../../packaging/quote-text.ts";
import { type Refusal, refuse } from "../rule.ts";

/** The hosts that `pkgindex host` knows, and what stands for all others. */
export const HOST_NAMES = [
  "github-pages",
  "cloudflare-pages",
  "netlify",
  "s3",
  "nginx",
  "caddy",
  "apache",
  "other",
] as const;

export type HostName = (typeof HOST_NAMES)[number];

/** One of the known hosts, spelled exactly. */
export async function settleHost(written: string): Promise<HostName | Refusal> {
  const known = HOST_NAMES.find((name) => name === written);
  if (known !== undefined) return known;
  const { nearestNames } = await import("../../packaging/nearest-names.ts");
  const [nearest] = nearestNames(written, HOST_NAMES);
  const others = HOST_NAMES.map((name) => `"${name}"`).join(", ");
  return refuse(
    `${quoteText(written)} is no host that pkgindex knows`,
    nearest === undefined ? `write one of ${others}` : `did you mean "${nearest}"?`,
  );
}
