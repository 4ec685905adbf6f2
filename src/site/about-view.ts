/** What core metadata says of a project beside its description. All of it is a stranger's text. */
import type { DistributionFile, ProjectInfo } from "../simple/model.ts";
import { safeHref, shortLine } from "./plain-text.ts";

/** A text, and where it leads if that is safe. */
export interface LinkView {
  readonly label: string;
  readonly href: string | undefined;
}

export interface AboutView {
  readonly requiresPython: string | undefined;
  readonly license: string | undefined;
  readonly authors: readonly LinkView[];
  readonly maintainers: readonly LinkView[];
  readonly keywords: readonly string[];
  readonly links: readonly LinkView[];
  /** By what stands before the first `::`. */
  readonly classifiers: readonly { readonly topic: string; readonly values: readonly string[] }[];
  readonly hiddenClassifiers: number;
}

const MOST_PEOPLE = 20;
const MOST_KEYWORDS = 50;
const MOST_LINKS = 50;
const MOST_CLASSIFIERS = 100;

/** Picks what the page shows; `files` are those of the newest release. */
export function toAboutView(info: ProjectInfo | undefined, files: readonly DistributionFile[]): AboutView {
  const requiresPython = files.find((file) => file.requiresPython !== undefined)?.requiresPython;
  const classifiers = info?.classifiers ?? [];
  return {
    requiresPython: requiresPython && shortLine(requiresPython, 200),
    license: licenseOf(info),
    authors: toPeople(info?.author, info?.authorEmail),
    maintainers: toPeople(info?.maintainer, info?.maintainerEmail),
    keywords: (info?.keywords ?? [])
      .slice(0, MOST_KEYWORDS)
      .map((keyword) => shortLine(keyword, 60))
      .filter((keyword) => keyword !== ""),
    links: toLinks(info),
    classifiers: groupClassifiers(classifiers.slice(0, MOST_CLASSIFIERS)),
    hiddenClassifiers: Math.max(0, classifiers.length - MOST_CLASSIFIERS),
  };
}

/** An SPDX expression, else what the licence field says in short, else the classifiers. */
function licenseOf(info: ProjectInfo | undefined): string | undefined {
  const classified = (info?.classifiers ?? [])
    .filter((classifier) => classifier.startsWith("License ::"))
    .map((classifier) => classifier.split("::").at(-1)?.trim() ?? "");
  const said = info?.licenseExpression ?? info?.license ?? classified.slice(0, 5).join(", ");
  return shortLine(said, 160) || undefined;
}

const PERSON = /^"?([^"<]*?)"?\s*<([^<>\s]+@[^<>\s]+)>$/;
const MAIL = /^[\w.+%-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i;

/** Names of one field and addresses of the other, which may have names of their own (RFC 5322). */
function toPeople(names: string | undefined, addresses: string | undefined): readonly LinkView[] {
  const people = splitPeople(addresses).map((written): LinkView => {
    const [, name = "", address = written] = PERSON.exec(written) ?? [];
    const href = MAIL.test(address) ? `mailto:${address}` : undefined;
    return { label: shortLine(name || address, 120), href };
  });
  const known = new Set(people.map(({ label }) => label));
  const [only] = people;
  const byName = splitPeople(names).map((name) => shortLine(name, 120));
  // The usual case: one name in one field, and its address alone in the other.
  if (people.length === 1 && only !== undefined && byName.length === 1 && only.label.includes("@"))
    return [{ label: byName[0] ?? only.label, href: only.href }];
  const others = byName.filter((name) => name !== "" && !known.has(name));
  return [...others.map((label) => ({ label, href: undefined })), ...people].slice(0, MOST_PEOPLE);
}

/** By the commas that stand outside of quotes. */
function splitPeople(text: string | undefined): readonly string[] {
  return (text?.slice(0, 10_000).match(/(?:"[^"]*"|[^,"])+|"/g) ?? [])
    .slice(0, MOST_PEOPLE)
    .map((part) => part.slice(0, 400).trim())
    .filter((part) => part !== "");
}

function toLinks(info: ProjectInfo | undefined): readonly LinkView[] {
  const written = [
    ...(info?.homePage === undefined ? [] : [["Homepage", info.homePage] as const]),
    ...Object.entries(info?.projectUrls ?? {}),
    ...(info?.downloadUrl === undefined ? [] : [["Download", info.downloadUrl] as const]),
  ].slice(0, MOST_LINKS);
  const views = new Map<string, LinkView>();
  for (const [label, url] of written) {
    if (url === "") continue;
    const href = safeHref(url);
    const name = shortLine(label, 80) || shortLine(url, 80);
    // What is not linked is shown, so that nothing is lost.
    const text = href === undefined ? `${name}: ${shortLine(url, 200)}` : name;
    if (!views.has(text)) views.set(text, { label: text, href });
  }
  return [...views.values()];
}

function groupClassifiers(classifiers: readonly string[]): AboutView["classifiers"] {
  const topics = new Map<string, string[]>();
  for (const classifier of classifiers) {
    const line = shortLine(classifier, 200);
    const at = line.indexOf(" :: ");
    const topic = at === -1 ? line : line.slice(0, at);
    const values = topics.get(topic) ?? [];
    if (at !== -1) values.push(line.slice(at + 4));
    topics.set(topic, values);
  }
  return [...topics].map(([topic, values]) => ({ topic, values }));
}
