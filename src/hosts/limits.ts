/** What hosts refuse to take, each with the page that says so. */

export interface HostLimits {
  /** As people call it. */
  readonly title: string;
  /** The largest file, in bytes. */
  readonly fileBytes?: number;
  /** The most files. */
  readonly files?: number;
  /** The most files in one folder. */
  readonly folderFiles?: number;
  /** The largest site, in bytes. */
  readonly siteBytes?: number;
  /** Where it is written. */
  readonly source: string;
}

/** Where GitHub Pages is published from: it shows which host an index has. */
export const PAGES_WORKFLOW = ".github/workflows/pkgindex-pages.yml";

const MIB = 1024 * 1024;

/** By the names of `pkgindex host`; servers of one's own have none. */
export const HOST_LIMITS: Readonly<Record<string, HostLimits>> = {
  "github-pages": {
    title: "GitHub Pages",
    // A push with a larger file is refused: https://docs.github.com/en/repositories/working-with-files/managing-large-files/about-large-files-on-github
    fileBytes: 100 * MIB,
    siteBytes: 1_000_000_000,
    source: "https://docs.github.com/en/pages/getting-started-with-github-pages/github-pages-limits",
  },
  "cloudflare-pages": {
    title: "Cloudflare Pages",
    fileBytes: 25 * MIB,
    // Of the free plan.
    files: 20_000,
    source: "https://developers.cloudflare.com/pages/platform/limits/",
  },
  netlify: {
    title: "Netlify",
    folderFiles: 54_000,
    source: "https://docs.netlify.com/deploy/deploy-overview/",
  },
  s3: {
    title: "CloudFront",
    fileBytes: 50_000_000_000,
    source: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html",
  },
};

/** What is to be published. */
export interface PublishedSizes {
  readonly isWhole: boolean;
  /** Pages included. */
  readonly files: number;
  readonly bytes: number;
  readonly large: readonly { readonly path: string; readonly size: number }[];
  readonly fullestFolder: { readonly path: string; readonly files: number } | undefined;
}

/** One limit that is broken, or nearly. */
export interface LimitBreak {
  readonly host: string;
  readonly path: string;
  /** What there is, and what the host takes. */
  readonly message: string;
}

/** A site grows: of what cannot be undone in a minute, the person hears at nine tenths. */
const WARN_AT = 0.9;

/** All limits of a host that the sizes break. A host that is not known has none. */
export function findLimitBreaks(host: string, sizes: PublishedSizes): readonly LimitBreak[] {
  const limits = HOST_LIMITS[host];
  if (limits === undefined) return [];
  const { title, fileBytes, files, folderFiles, siteBytes } = limits;
  const breaks: LimitBreak[] = [];
  const report = (path: string, message: string): void => void breaks.push({ host, path, message });
  if (fileBytes !== undefined) {
    const tooLarge = sizes.large.filter(({ size }) => size > fileBytes);
    const [largest] = tooLarge;
    if (largest !== undefined) {
      const others = tooLarge.length === 1 ? "" : `; ${tooLarge.length - 1} more are too large`;
      report(
        largest.path,
        `has ${formatSize(largest.size)}, and ${title} takes files of up to ${formatSize(fileBytes)}${others}`,
      );
    }
  }
  const { fullestFolder } = sizes;
  if (
    folderFiles !== undefined &&
    fullestFolder !== undefined &&
    fullestFolder.files > WARN_AT * folderFiles
  ) {
    report(
      `${fullestFolder.path}/`,
      `has ${formatCount(fullestFolder.files)} files, and ${title} takes up to ${formatCount(folderFiles)} in one folder`,
    );
  }
  if (!sizes.isWhole) return breaks;
  if (files !== undefined && sizes.files > WARN_AT * files) {
    report("", `has ${formatCount(sizes.files)} files, and ${title} takes up to ${formatCount(files)}`);
  }
  if (siteBytes !== undefined && sizes.bytes > WARN_AT * siteBytes) {
    report("", `has ${formatSize(sizes.bytes)}, and ${title} takes sites of up to ${formatSize(siteBytes)}`);
  }
  return breaks;
}

/** In the unit that hosts write sizes in, rounded up, so that what is too large looks so. */
export function formatSize(bytes: number): string {
  if (bytes >= 1_000_000_000) return `${round(bytes / 1_000_000_000)} GB`;
  return bytes % MIB === 0 || bytes < 900_000_000
    ? `${round(bytes / MIB)} MiB`
    : `${round(bytes / 1_000_000_000)} GB`;
}

function round(value: number): string {
  return formatCount(Math.ceil(value * 100) / 100);
}

/** With a comma at each thousand. `toLocaleString` would load the data of all languages for it. */
function formatCount(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+(?!\d))(?<!\..*)/g, ",");
}
