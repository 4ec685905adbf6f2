/** The rules of `[site]`. */
import { extname, resolve } from "node:path";

import { readFileIfExists, statIfExists, systemErrorCode } from "../../io/files.ts";
import { quoteText } from "../../packaging/quote-text.ts";
import { type Fault, Refusal, refuse, type RuleContext } from "../rule.ts";
import { refuseControlCharacters } from "./control-characters.ts";
import { refuseOutsideOfRepository } from "./inside-repository.ts";

/** A colour as `#rgb` or `#rrggbb`, settled as `#rrggbb` in lower case. */
export function settleColor(written: string): string | Refusal {
  const digits = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(written.trim())?.[1]?.toLowerCase();
  if (digits === undefined)
    return refuse(`${quoteText(written)} is no colour`, 'write it as #rrggbb, such as "#0b6e4f"');
  return `#${digits.length === 3 ? digits.replace(/./g, "$&$&") : digits}`;
}

const LOGO_BYTES = 512 * 1024;
const LOGO_ENDINGS = [".svg", ".png", ".jpg", ".jpeg", ".webp", ".gif"];

/** A picture that is there, of a kind that browsers show, and not too large for every page to load; its absolute path. */
export function settleLogo(written: string, context: RuleContext): string | Refusal {
  if (written === "") return refuse("is empty", "name a picture, or leave the key out");
  const shown = quoteText(written);
  const path = resolve(context.folder, written);
  const refusal = refuseControlCharacters(written) ?? refuseOutsideOfRepository(written, context);
  if (refusal !== undefined) return refusal;
  if (!LOGO_ENDINGS.includes(extname(path).toLowerCase()))
    return refuse(
      `${shown} does not end as a picture does`,
      `name a file that ends in ${LOGO_ENDINGS.join(", ")}`,
    );
  let stats: ReturnType<typeof statIfExists>;
  try {
    stats = statIfExists(path);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    return refuse(`${shown} cannot be looked at (${code})`, "see to it that it is a readable file");
  }
  if (stats === undefined)
    return refuse(
      `there is no file ${shown}`,
      "put the picture there, or mend its name",
      "config-path-missing",
    );
  if (!stats.isFile()) return refuse(`${shown} is not a file`, "name a picture");
  if (stats.size === 0) return refuse(`${shown} is empty`, "put a picture there");
  if (stats.size > LOGO_BYTES) {
    const size =
      stats.size >= 1024 * 1024
        ? `${(stats.size / 1024 / 1024).toFixed(1)} MiB`
        : `${Math.ceil(stats.size / 1024)} KiB`;
    return refuse(
      `a logo has at most 512 KiB, and ${shown} has ${size}`,
      "make it smaller: every page loads it",
    );
  }
  return faultOfPicture(shown, path) ?? path;
}

/** How files of each kind start: https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern */
const SIGNATURES: Readonly<Record<string, RegExp>> = {
  ".svg": /^[^]*<svg[\s/>]/i,
  ".png": /^\x89PNG\r\n\x1a\n/,
  ".jpg": /^\xff\xd8\xff/,
  ".jpeg": /^\xff\xd8\xff/,
  ".webp": /^RIFF[^]{4}WEBP/,
  ".gif": /^GIF8[79]a/,
};

/** Whoever opens a drawing by its own address would run what is in it. */
const SCRIPT = /<script[\s/>]|<foreignObject[\s/>]|\son\w+\s*=|javascript:/i;

function faultOfPicture(shown: string, path: string): Refusal | undefined {
  const ending = extname(path).toLowerCase();
  const text = readFileIfExists(path)?.toString("latin1") ?? "";
  if (SIGNATURES[ending]?.test(text) !== true)
    return refuse(
      `${shown} holds no ${ending.slice(1).toUpperCase()} picture`,
      "save the picture as what the name ends in, or mend the name",
    );
  return ending === ".svg" && SCRIPT.test(text)
    ? refuse(`${shown} has a script in it`, "take it out: a logo is a picture and no more")
    : undefined;
}

/** Links with a label and an address of a kind that is safe to follow; all that are wrong are told. */
export function settleLinks(written: readonly string[]): readonly string[] | Refusal {
  const faults: Fault[] = [];
  const links = written.map((text) => {
    const [, label = "", address = ""] = /^(.*?)[\s:=]*(?:^|\s)(\S+)$/s.exec(text.trim()) ?? [];
    const message =
      refuseControlCharacters(text)?.faults[0]?.message ?? faultOfLink(text, label.trim(), address);
    if (message !== undefined) {
      const hint =
        'write a label, a blank, and an address, such as "Documentation https://docs.example.org/"';
      faults.push({ code: "config-value", message, hint });
    }
    return `${label.trim()} ${address}`;
  });
  return faults.length > 0 ? new Refusal(faults) : links;
}

function faultOfLink(text: string, label: string, address: string): string | undefined {
  const shown = quoteText(text);
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(address)?.[1]?.toLowerCase();
  if (scheme === undefined)
    return `an address starts with https://, http:// or mailto:, and that of ${shown} does not`;
  if (!["https", "http", "mailto"].includes(scheme))
    return `an address starts with https://, http:// or mailto:, and that of ${shown} starts with ${quoteText(`${scheme}:`)}`;
  if (!URL.canParse(address) || (scheme !== "mailto" && !/^https?:\/\/[^/]/i.test(address)))
    return `the address of ${shown} is none`;
  return label === "" ? `${shown} has no label` : undefined;
}
