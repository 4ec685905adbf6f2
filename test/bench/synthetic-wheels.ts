/**
 * Small valid wheels by the ten thousand: thirteen entries each, a METADATA of 8 KB in the middle of a log-normal
 * spread, a true RECORD. All but three entries are shared between wheels and are compressed and hashed once.
 */
import { createHash } from "node:crypto";
import { createRandom, type Random } from "./random.ts";
import {
  packAround,
  packBytes,
  packMiddle,
  zipBytes,
  type PackedBytes,
  type PackedMiddle,
  type ZipEntry,
} from "./zip-bytes.ts";

/** What tells one synthetic wheel from another. */
export interface WheelSpec {
  /** Normalized project name: also the folder that holds the wheel. */
  readonly project: string;
  readonly version: string;
  readonly tag: string;
  /** Which of the prepared descriptions and dependency lists it carries. */
  readonly variant: number;
}

interface SharedFile extends PreparedFile {
  readonly content: PackedBytes;
}

interface PreparedFile {
  readonly size: number;
  /** As RECORD spells it: urlsafe base64 without padding. */
  readonly digest: string;
}

const VARIANTS = 64;
const METADATA_MEDIAN = 8 * 1024;
const METADATA_DEVIATION = 0.8;
const PURE_TAG = "py3-none-any";
const PLATFORM_TAGS = [
  "cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64",
  "cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64",
  "cp312-cp312-macosx_11_0_arm64",
  "cp312-cp312-win_amd64",
];
const WORDS =
  "amber basin cedar delta ember fjord grove harbor inlet juniper kelp lantern meadow nectar orchard pebble quartz " +
  "river saddle timber umber valley willow xenon yarrow zephyr anchor bridge copper dune eagle falcon";
const MODULES = [
  "__init__.py",
  "cli.py",
  "core.py",
  "errors.py",
  "io.py",
  "model.py",
  "version.py",
  "py.typed",
];

/**
 * The wheels of a corpus: `files` of them in `projects` projects, few projects with many and many with few.
 * Every (project, version, tag) is there once.
 */
export function planWheels(files: number, projects: number): WheelSpec[] {
  const random = createRandom(files * 31 + projects);
  const names = projectNames(projects);
  const counts = spread(files, projects, random);
  return names.flatMap((project, place) => {
    const tags = random.next() < 0.25 ? PLATFORM_TAGS : [PURE_TAG];
    return Array.from({ length: counts[place]! }, (_, number) => ({
      project,
      version: versionAt(Math.floor(number / tags.length)),
      tag: tags[number % tags.length]!,
      variant: random.below(VARIANTS),
    }));
  });
}

/** A wheel that no plan holds: a later version of the plan's first project; `number` tells several apart. */
export function laterWheel(plan: readonly WheelSpec[], number: number): WheelSpec {
  return { ...plan[0]!, version: `900.${number}`, tag: PURE_TAG };
}

/** The wheel's file name. */
export function wheelFileName(spec: WheelSpec): string {
  return `${moduleName(spec)}-${spec.version}-${spec.tag}.whl`;
}

/** A function that makes a wheel's bytes; what wheels share is prepared once, when it is created. */
export function createWheelWriter(): (spec: WheelSpec) => Buffer {
  const random = createRandom(7);
  const descriptions = Array.from({ length: VARIANTS }, (_, variant) => describe(variant, random));
  const modules = MODULES.map((name) => share(name === "py.typed" ? "" : sourceCode(random)));
  const license = share(prose(random, 1100));
  const entryPoints = share("[console_scripts]\ntool = tool.cli:main\n");
  const wheelFiles = new Map<string, SharedFile>();

  return (spec) => {
    const description = descriptions[spec.variant]!;
    const module = moduleName(spec);
    const info = `${module}-${spec.version}.dist-info`;
    const head = Buffer.from(
      `Metadata-Version: 2.1\nName: ${spec.project}\nVersion: ${spec.version}\nSummary: The ${module} of wheels\n`,
    );
    // No two projects have the same description.
    const end = Buffer.from(`\nThis was the description of ${spec.project}.\n`);
    const metadata = createHash("sha256")
      .update(head)
      .update(description.plain)
      .update(end)
      .digest("base64url");
    const wheel = wheelFiles.get(spec.tag) ?? share(wheelText(spec.tag));
    wheelFiles.set(spec.tag, wheel);

    const shared: [string, SharedFile][] = [
      ...MODULES.map((name, place): [string, SharedFile] => [`${module}/${name}`, modules[place]!]),
      [`${info}/licenses/LICENSE`, license],
      [`${info}/WHEEL`, wheel],
      [`${info}/entry_points.txt`, entryPoints],
    ];
    const entries: ZipEntry[] = shared.map(([name, { content }]) => ({ name, content }));
    entries.push({ name: `${info}/METADATA`, content: packAround(head, description, end) });
    const record = recordText(info, [
      ...shared,
      [`${info}/METADATA`, { size: head.length + description.plain.length + end.length, digest: metadata }],
    ]);
    entries.push({ name: `${info}/RECORD`, content: packBytes(Buffer.from(record)) });
    return zipBytes(entries);
  };
}

/** The text of a RECORD, its own line without a hash at the end (https://peps.python.org/pep-0376/#record). */
export function recordText(info: string, files: readonly (readonly [string, PreparedFile])[]): string {
  const lines = files.map(([name, { digest, size }]) => `${name},sha256=${digest},${size}`);
  return [...lines, `${info}/RECORD,,`, ""].join("\n");
}

/** The text of a WHEEL file: a compressed tag set becomes one line per tag. */
export function wheelText(tag: string): string {
  const [python, abi, platforms] = tag.split("-") as [string, string, string];
  const lines = platforms.split(".").map((platform) => `Tag: ${python}-${abi}-${platform}`);
  return [
    "Wheel-Version: 1.0",
    "Generator: bench",
    `Root-Is-Purelib: ${tag === PURE_TAG}`,
    ...lines,
    "",
  ].join("\n");
}

function moduleName(spec: WheelSpec): string {
  return spec.project.replaceAll("-", "_");
}

function projectNames(count: number): string[] {
  const words = WORDS.split(" ");
  const squared = words.length ** 2;
  return Array.from({ length: count }, (_, number) => {
    // An odd factor visits all pairs of words before one comes again; the number keeps later rounds apart.
    const pair = (number * 389) % squared;
    const name = `${words[Math.floor(pair / words.length)]}-${words[pair % words.length]}`;
    return number < squared ? name : `${name}-${Math.floor(number / squared)}`;
  });
}

/** Shares out `total` over `parts` by log-normal weights, at least one each. */
function spread(total: number, parts: number, random: Random): number[] {
  const weights = Array.from({ length: parts }, () => Math.exp(random.normal()));
  const sum = weights.reduce((left, right) => left + right, 0);
  const counts = weights.map((weight) => 1 + Math.floor(((total - parts) * weight) / sum));
  let rest = total - counts.reduce((left, right) => left + right, 0);
  for (let place = 0; rest > 0; place = (place + 1) % parts, rest -= 1) counts[place]! += 1;
  return counts;
}

function versionAt(number: number): string {
  return `${Math.floor(number / 50)}.${Math.floor(number / 5) % 10}.${number % 5}`;
}

function describe(variant: number, random: Random): PackedMiddle {
  // The middle of each of VARIANTS equal shares of the distribution, so that its median and spread are exact.
  const size = METADATA_MEDIAN * Math.exp(METADATA_DEVIATION * normalQuantile((variant + 0.5) / VARIANTS));
  const requirements = Array.from(
    { length: random.below(12) },
    (_, place) =>
      `Requires-Dist: ${random.pick(WORDS.split(" "))}-lib${place % 3 === 2 ? '; extra == "full"' : ">=1.2"}`,
  );
  const fields = [
    "Home-page: https://example.org/project",
    "Author-email: A Person <person@example.org>",
    "License: MIT",
    "Keywords: wheels,index,static",
    "Classifier: Development Status :: 5 - Production/Stable",
    "Classifier: License :: OSI Approved :: MIT License",
    ...[9, 10, 11, 12, 13].map((minor) => `Classifier: Programming Language :: Python :: 3.${minor}`),
    `Requires-Python: >=3.${8 + (variant % 4)}`,
    ...requirements,
    "Provides-Extra: full",
    "Description-Content-Type: text/markdown",
  ].join("\n");
  return packMiddle(
    Buffer.from(`${fields}\n\n# Description\n\n${prose(random, Math.max(100, size - fields.length - 150))}`),
  );
}

/** Hastings' approximation of the normal distribution's quantile (Abramowitz and Stegun, 26.2.23). */
function normalQuantile(portion: number): number {
  if (portion > 0.5) return -normalQuantile(1 - portion);
  const root = Math.sqrt(-2 * Math.log(portion));
  const above = 2.515517 + 0.802853 * root + 0.010328 * root ** 2;
  const below = 1 + 1.432788 * root + 0.189269 * root ** 2 + 0.001308 * root ** 3;
  return above / below - root;
}

function prose(random: Random, size: number): string {
  const words = WORDS.split(" ");
  let text = "";
  for (let column = 0; text.length < size;) {
    const word = random.next() < 0.2 ? random.next().toString(36).slice(2, 9) : random.pick(words);
    column += word.length + 1;
    text += word + (column > 90 ? "\n" : " ");
    if (column > 90) column = 0;
  }
  return `${text.trimEnd()}\n`;
}

function sourceCode(random: Random): string {
  return prose(random, 300 + random.below(900)).replaceAll(/^/gm, "# ");
}

function share(text: string): SharedFile {
  const bytes = Buffer.from(text);
  const digest = createHash("sha256").update(bytes).digest("base64url");
  return { content: packBytes(bytes), size: bytes.length, digest };
}
