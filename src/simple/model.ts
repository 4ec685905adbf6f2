/**
 * The simple API as values. Essential reading (in order): the Simple repository API specification
 * https://packaging.python.org/en/latest/specifications/simple-repository-api/ , then PEP 503 (HTML), PEP 691
 * (JSON), PEP 592 (yanked), PEP 658 and 714 (core metadata), PEP 700 (size, upload-time, versions), PEP 740
 * (provenance), PEP 792 (project status) and PEP 833 (HTML is frozen at 1.4).
 */
import type { ProjectName } from "../packaging/project-name.ts";

/** The version of the simple API that both formats declare (PEP 629, PEP 792). */
export const API_VERSION = "1.4";

/** PEP 592: `false`, `true` (no reason given) or the reason. */
export type Yanked = boolean | string;

/** The status markers of PEP 792. */
export const PROJECT_STATUSES = ["active", "archived", "deprecated", "quarantined"] as const;

/** PEP 792: what the owner says of a project. Absent means active. */
export interface ProjectStatus {
  readonly status: (typeof PROJECT_STATUSES)[number];
  readonly reason?: string;
}

/** One file that a client can download: a wheel or an sdist. */
export interface DistributionFile {
  readonly filename: string;
  /** Where it lies: relative to the root, parts joined by `/`, not encoded. */
  readonly path: string;
  /** The version in the file name, in the normalized form of PEP 440. */
  readonly version: string;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
  /** PEP 345: the specifiers as the author wrote them; only where they are valid. */
  readonly requiresPython?: string;
  /** PEP 658: the sidecar `<file>.metadata`, which holds the exact bytes of METADATA. Wheels only. */
  readonly coreMetadata?: { readonly sha256: string; readonly size: number };
  /** PEP 700: `yyyy-mm-ddThh:mm:ss[.ffffff]Z`. */
  readonly uploadTime: string;
  readonly yanked: Yanked;
  /** PEP 740: the absolute address of the provenance file. */
  readonly provenance?: string;
}

/** What the newest release says of its project; lists, searches and the legacy JSON need it. */
export interface ProjectInfo {
  /** The distribution file that says it. */
  readonly filename: string;
  readonly version: string;
  /** The name as the author spells it, where that is not the normalized form. */
  readonly displayName?: string;
  readonly summary?: string;
  readonly keywords?: readonly string[];
  /** `Requires-Dist`, as written. */
  readonly dependencies?: readonly string[];
  readonly author?: string;
  readonly authorEmail?: string;
  readonly maintainer?: string;
  readonly maintainerEmail?: string;
  readonly license?: string;
  readonly licenseExpression?: string;
  readonly homePage?: string;
  /** `Project-URL`: addresses by their labels. */
  readonly projectUrls?: Readonly<Record<string, string>>;
  readonly downloadUrl?: string;
  readonly classifiers?: readonly string[];
}

/** One project with all its files, versions ascending (PEP 440), then file names by code units. */
export interface ProjectDetail {
  readonly name: ProjectName;
  readonly status?: ProjectStatus;
  readonly versions: readonly string[];
  readonly files: readonly DistributionFile[];
  readonly info?: ProjectInfo;
}

/** One line of the project list. */
export interface ProjectSummary {
  readonly name: ProjectName;
  readonly newestVersion?: string | undefined;
  /** When the newest file came. */
  readonly uploadTime?: string | undefined;
  readonly fileCount: number;
  readonly summary?: string | undefined;
  readonly keywords?: readonly string[] | undefined;
  /** PEP 792, where it is not active. */
  readonly status?: string | undefined;
  /** Whether all files are yanked, and with them the newest release. */
  readonly isYanked?: true | undefined;
  /** Normalized names of the projects that the newest release needs, sorted. */
  readonly dependencies?: readonly string[] | undefined;
  /** A checksum that tells whether the project's pages still fit to the files that they list. */
  readonly seal?: string | undefined;
  /** What was made of the project for people, and what of other projects it was made from. */
  readonly site?: SiteSeal | undefined;
}

/** Tells whether a project's pages for people still are what they have to be. */
export interface SiteSeal {
  readonly page: { readonly size: number; readonly crc32: number };
  readonly feed: { readonly size: number; readonly crc32: number };
  /** A checksum over the other projects that the page names. */
  readonly neighbours: number;
}
