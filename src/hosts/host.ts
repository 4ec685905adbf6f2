/** What a hosting target is: a name, what it can do, and the files that it needs. Pure: facts in, texts out. */
import type { LayoutName } from "../simple/layout.ts";

/** What the files are made from. */
export interface HostFacts {
  readonly layout: LayoutName;
  /** The address of the root, ending in a slash, where it is known. */
  readonly url: string | undefined;
  /** Whether there is a second root of JSON pages. */
  readonly jsonRoot: boolean;
  /** The folder with the tree, on the machine that serves it: an absolute path. */
  readonly servedFrom: string;
  /** The published root as seen from the repository, parts joined by `/`; `.` for the repository itself. */
  readonly rootInRepository: string;
  /** What npm installs to have pkgindex. */
  readonly cli: string;
}

/** One file that a host needs. */
export interface HostFile {
  /** Where it belongs: below the repository, or below the published root. */
  readonly place: "repository" | "root";
  /** Parts joined by `/`. */
  readonly path: string;
  readonly text: string;
  /** How a line of comment begins in it; for JSON, which has none, as its header line does when it is printed. */
  readonly comment: "#" | "//";
  readonly isExecutable?: true;
}

/** A hosting target. */
export interface Host {
  readonly name: string;
  /** One line for the list of hosts. */
  readonly summary: string;
  /** Whether one address can give HTML and JSON there. */
  readonly negotiates: boolean;
  /** How these files were tested, in words. */
  readonly tested: string;
  /** Throws `InvalidInput` where a path or an address cannot be written in the host's syntax. */
  readonly render: (facts: HostFacts) => readonly HostFile[];
  /** What the person does next, a line each. */
  readonly nextSteps: (facts: HostFacts) => readonly string[];
}
