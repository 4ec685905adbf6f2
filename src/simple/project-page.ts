/** The JSON project page (PEP 691): written from a `ProjectDetail`, and read back as what is known of its files. */
import {
  API_VERSION,
  PROJECT_STATUSES,
  type DistributionFile,
  type ProjectDetail,
  type ProjectInfo,
} from "./model.ts";
import { hrefFrom } from "./href.ts";
import {
  isRecord,
  isSize,
  openPage,
  sealPage,
  type PageEnvelope,
  type PageFault,
  type UnknownRecord,
} from "./page-envelope.ts";

/** What a page says of one file. `url` stands for the path, `requiresPython` and the rest as in the model. */
export interface KnownFile {
  readonly filename: string;
  readonly url: string;
  readonly sha256: string;
  readonly size: number;
  readonly requiresPython?: string;
  readonly coreMetadata?: { readonly sha256: string; readonly size: number };
  readonly uploadTime: string;
  readonly yanked: boolean | string;
  readonly provenance?: string;
}

/** A page of ours, read back. */
export interface KnownPage {
  readonly name: string;
  readonly status?: { readonly status: string; readonly reason?: string };
  readonly versions: readonly string[];
  readonly files: readonly KnownFile[];
  readonly info?: ProjectInfo;
  readonly envelope: PageEnvelope;
}

/** A quarantined project offers no files (PEP 792), in either format. */
export function isQuarantined(project: Pick<ProjectDetail, "status">): boolean {
  return project.status?.status === "quarantined";
}

/**
 * Serializes a project page; keys in the order of the specification, one file a line, so that a change in git is a line.
 * A quarantined project keeps what is known of its files under a private key.
 */
export function renderProjectJson(
  project: ProjectDetail,
  pageDirectory: string,
  envelope: PageEnvelope,
): Buffer {
  const href = hrefFrom(pageDirectory);
  const quarantined = isQuarantined(project);
  const files = project.files.map((file) => JSON.stringify(toWire(file, href))).join(",\n");
  const known = files === "" ? "[]" : `[\n${files}\n]`;
  const parts = [
    `"meta":{"api-version":"${API_VERSION}"}`,
    `"name":${JSON.stringify(project.name)}`,
    ...(project.status === undefined ? [] : [`"project-status":${JSON.stringify(project.status)}`]),
    `"versions":${JSON.stringify(project.versions)}`,
    `"files":${quarantined ? "[]" : known}`,
    ...(quarantined ? [`"_files":${known}`] : []),
    ...(project.info === undefined ? [] : [`"_info":${JSON.stringify(project.info)}`]),
    `"_pkgindex":${JSON.stringify(envelope)}`,
  ];
  return sealPage(`{${parts.join(",\n")}`);
}

function toWire(file: DistributionFile, href: (path: string) => string): object {
  return {
    filename: file.filename,
    url: href(file.path),
    hashes: { sha256: file.sha256 },
    ...(file.requiresPython === undefined ? {} : { "requires-python": file.requiresPython }),
    ...(file.coreMetadata === undefined ? {} : { "core-metadata": { sha256: file.coreMetadata.sha256 } }),
    ...(file.yanked === false ? {} : { yanked: file.yanked }),
    size: file.size,
    "upload-time": file.uploadTime,
    ...(file.provenance === undefined ? {} : { provenance: file.provenance }),
    ...(file.coreMetadata === undefined ? {} : { "_core-metadata-size": file.coreMetadata.size }),
  };
}

/** Reads a project page back, or says why it cannot be used. Whatever the bytes are, it does not throw. */
export function readProjectJson(bytes: Buffer): KnownPage | PageFault {
  const opened = openPage(bytes);
  if (typeof opened === "string") return opened;
  const { page, envelope } = opened;
  const { name, versions, _info: info, "project-status": status } = page;
  const list = page["_files"] ?? page["files"];
  if (typeof name !== "string" || !isStrings(versions) || !Array.isArray(list)) return "damaged";
  if (status !== undefined && !isStatus(status)) return "damaged";
  if (info !== undefined && !isInfo(info)) return "damaged";
  const files: KnownFile[] = [];
  for (const entry of list as unknown[]) {
    const file = isRecord(entry) ? fromWire(entry) : undefined;
    if (file === undefined) return "damaged";
    files.push(file);
  }
  return {
    name,
    versions,
    files,
    envelope,
    ...(status === undefined ? {} : { status }),
    ...(info === undefined ? {} : { info }),
  };
}

const SHA256 = /^[0-9a-f]{64}$/;

function fromWire(entry: UnknownRecord): KnownFile | undefined {
  const { filename, url, hashes, size, yanked = false, provenance } = entry;
  const requiresPython = entry["requires-python"];
  const metadata = entry["core-metadata"];
  const metadataSize = entry["_core-metadata-size"];
  const uploadTime = entry["upload-time"];
  const sha256 = isRecord(hashes) ? hashes["sha256"] : undefined;
  const metadataHash = isRecord(metadata) ? metadata["sha256"] : undefined;
  if (typeof filename !== "string" || typeof url !== "string" || typeof uploadTime !== "string")
    return undefined;
  if (typeof sha256 !== "string" || !SHA256.test(sha256) || !isSize(size)) return undefined;
  if (typeof yanked !== "boolean" && typeof yanked !== "string") return undefined;
  if (requiresPython !== undefined && typeof requiresPython !== "string") return undefined;
  if (provenance !== undefined && typeof provenance !== "string") return undefined;
  if (metadata !== undefined && !(typeof metadataHash === "string" && SHA256.test(metadataHash)))
    return undefined;
  if (metadata !== undefined && !isSize(metadataSize)) return undefined;
  return {
    filename,
    url,
    sha256,
    size,
    uploadTime,
    yanked,
    ...(requiresPython === undefined ? {} : { requiresPython }),
    ...(typeof metadataHash === "string" && isSize(metadataSize)
      ? { coreMetadata: { sha256: metadataHash, size: metadataSize } }
      : {}),
    ...(provenance === undefined ? {} : { provenance }),
  };
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isStatus(value: unknown): value is { status: string; reason?: string } {
  if (!isRecord(value)) return false;
  const { status, reason } = value;
  return (
    PROJECT_STATUSES.some((known) => known === status) && (reason === undefined || typeof reason === "string")
  );
}

/** The texts of `_info` that are there or not. */
const INFO_TEXTS = [
  "displayName",
  "downloadUrl",
  "summary",
  "author",
  "authorEmail",
  "maintainer",
  "maintainerEmail",
  "license",
  "licenseExpression",
  "homePage",
] as const satisfies readonly (keyof ProjectInfo)[];

function isInfo(value: unknown): value is ProjectInfo {
  if (!isRecord(value)) return false;
  const { filename, version, keywords, dependencies, projectUrls, classifiers } = value;
  return (
    typeof filename === "string" &&
    typeof version === "string" &&
    INFO_TEXTS.every((key) => value[key] === undefined || typeof value[key] === "string") &&
    (keywords === undefined || isStrings(keywords)) &&
    (dependencies === undefined || isStrings(dependencies)) &&
    (classifiers === undefined || isStrings(classifiers)) &&
    (projectUrls === undefined || (isRecord(projectUrls) && isStrings(Object.values(projectUrls))))
  );
}
