/** What the pages for people take from the configuration. */
import type { LayoutName } from "../simple/layout.ts";
import { shortLine } from "./plain-text.ts";

export interface SiteSettings {
  readonly title: string;
  readonly description: string | undefined;
  /** The address of the root; ends in a slash. */
  readonly url: string | undefined;
  readonly layout: LayoutName;
  readonly links: readonly OwnerLink[];
  readonly footer: string | undefined;
  readonly accent: string | undefined;
  readonly accentDark: string | undefined;
  readonly remoteImages: boolean;
  /** The owner's picture. */
  readonly logo: { readonly ending: string; readonly bytes: Buffer } | undefined;
}

export interface OwnerLink {
  readonly label: string;
  readonly href: string;
}

/** A label, a blank and an address, as the configuration has settled it. */
export function toOwnerLink(text: string): OwnerLink {
  const blank = text.lastIndexOf(" ");
  return { label: shortLine(text.slice(0, blank), 80), href: text.slice(blank + 1) };
}
