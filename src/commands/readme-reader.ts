/** The descriptions on the pages for people: taken over from the page that stands, or rendered. */
import { hash } from "node:crypto";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { readListedMetadata } from "../catalog/listed-metadata.ts";
import type { Config } from "../config/config.ts";
import type { Problem } from "../errors.ts";
import { readFileIfExists } from "../io/files.ts";
import { parseCoreMetadata } from "../packaging/core-metadata.ts";
import type { ProjectName } from "../packaging/project-name.ts";
import type { DistributionFile, ProjectDetail, SiteSeal } from "../simple/model.ts";
import { SITE_PATHS } from "../simple/site-paths.ts";
import { findReadme, markReadme } from "../site/readme-marks.ts";
import type { Readme, ReadmeRequest } from "../site/readme.ts";
import { WORDS } from "../site/words.ts";
import type { ReadmePool } from "./readme-pool.ts";

/** Where the files and sidecars of this run wait, by path. */
export type StagedPaths = ReadonlyMap<string, string | undefined>;

export interface ReadmeReaderOptions {
  readonly config: Config;
  /** Render every description again. */
  readonly compareAll: boolean;
  readonly waiting: StagedPaths;
  /** What the project list vouches for. */
  readonly sealOf: (name: ProjectName) => SiteSeal | undefined;
}

/** A description with its marks, or none, and whether it is as it must be. */
export interface ProjectReadme {
  readonly readme: Readme | undefined;
  readonly isWhole: boolean;
}

/** Enough for projects that stand side by side, and no more than a few megabytes. */
const MOST_KEPT = 64;
/** In characters. */
const LONGEST_KEPT = 50_000;

export class ReadmeReader {
  readonly #options: ReadmeReaderOptions;
  readonly #pool: ReadmePool;
  readonly #problems: Problem[];
  /** What was rendered last, by its text: variants of one project share their description. */
  readonly #rendered = new Map<string, Promise<Readme>>();

  /** Metadata that is missing joins `problems`. */
  constructor(options: ReadmeReaderOptions, pool: ReadmePool, problems: Problem[]) {
    this.#options = options;
    this.#pool = pool;
    this.#problems = problems;
  }

  /** The description in the metadata of the file that speaks for the project, which is read where it is not given. */
  async read({ name, info, files }: ProjectDetail, given: Buffer | undefined): Promise<ProjectReadme> {
    const { config, compareAll, waiting } = this.#options;
    const { remoteImages } = config.site;
    const speaker = files.find(({ filename }) => filename === info?.filename);
    if (speaker === undefined) return { readme: undefined, isWhole: true };
    const metadata = `${(speaker.coreMetadata ?? speaker).sha256}${remoteImages ? "r" : ""}`;
    const onPage = compareAll ? undefined : this.#findOnPage(name);
    if (onPage?.origin.metadata === metadata)
      return { readme: markReadme(onPage.readme, onPage.origin), isWhole: true };
    const bytes = given ?? (await readListedMetadata(config.root, speaker, waiting));
    if (bytes === undefined) return this.#keep(name, metadata, speaker);
    const { description = "", descriptionContentType: contentType } = parseCoreMetadata(bytes);
    const text = hash("sha256", JSON.stringify([description, contentType, remoteImages]), "hex").slice(0, 32);
    const request = { description, contentType, options: { remoteImages, imageWord: WORDS.image } };
    const readme = onPage?.origin.text === text ? onPage.readme : await this.#render(text, request);
    return { readme: markReadme(readme, { metadata, text }), isWhole: true };
  }

  #render(text: string, request: ReadmeRequest): Promise<Readme> {
    const known = this.#rendered.get(text);
    if (known !== undefined) return known;
    const rendering = this.#pool.render(request);
    if (request.description.length > LONGEST_KEPT) return rendering;
    if (this.#rendered.size >= MOST_KEPT) this.#rendered.clear();
    this.#rendered.set(text, rendering);
    return rendering;
  }

  /** Where the metadata is not here, what the page has of it stays. */
  #keep(name: ProjectName, metadata: string, { path, coreMetadata }: DistributionFile): ProjectReadme {
    const kept = this.#findOnPage(name);
    if (kept?.origin.metadata === metadata)
      return { readme: markReadme(kept.readme, kept.origin), isWhole: true };
    const { config, waiting } = this.#options;
    const isWhole = coreMetadata === undefined;
    // A sidecar that this run would write is read by the run that does.
    if (!isWhole && !waiting.has(`${path}.metadata`))
      this.#problems.push(inputMissing(SITE_PATHS[config.layout].project(name)));
    return { readme: undefined, isWhole };
  }

  /** The description on the page as it stands, if the page is as it was made. */
  #findOnPage(name: ProjectName): ReturnType<typeof findReadme> {
    const { config, sealOf } = this.#options;
    const seal = sealOf(name);
    const page = seal && readFileIfExists(join(config.root, SITE_PATHS[config.layout].project(name)));
    if (page === undefined || page.length !== seal?.page.size || crc32(page) !== seal.page.crc32)
      return undefined;
    return findReadme(page.toString("utf8"));
  }
}

function inputMissing(path: string): Problem {
  return {
    code: "input-missing",
    severity: "note",
    path,
    message: "has no description: the metadata that it is made from is not here",
    hint: "fetch the newest release's .metadata file and run again: git sparse-checkout add, or git lfs pull",
  };
}
