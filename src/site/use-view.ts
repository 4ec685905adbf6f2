/** How to configure each client for this index. */
import { LAYOUTS } from "../simple/layout.ts";
import type { ProjectSummary } from "../simple/model.ts";
import { SITE_FILES } from "../simple/site-paths.ts";
import { quoteForShell, toIndexAddress } from "./install-view.ts";
import { framePage, type PageView } from "./page-frame.ts";
import type { SiteAssets } from "./site-assets.ts";
import type { SiteSettings } from "./site-settings.ts";
import { WORDS } from "./words.ts";

/** One way to set up one client. */
export interface SetupView {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** The file that the code goes to; undefined for the command line. */
  readonly file: string | undefined;
  readonly code: string;
}

export interface UseView extends PageView {
  readonly setups: readonly SetupView[];
  readonly addressIsKnown: boolean;
  readonly indexUrl: string;
}

/** The view of the page; `newest` is the project that was uploaded last, which serves as an example too. */
export function toUseView(
  settings: SiteSettings,
  assets: SiteAssets,
  newest: ProjectSummary | undefined,
): UseView {
  const address = toIndexAddress(settings.url, LAYOUTS[settings.layout].listDirectory, settings.title);
  const { name: index, url } = address;
  const quoted = quoteForShell(url);
  const name = newest?.name ?? "NAME";
  const setups: readonly SetupView[] = [
    {
      id: "uv",
      title: "uv",
      text: WORDS.useUv,
      file: undefined,
      code: `uv add ${name} --index ${quoteForShell(`${index}=${url}`)}`,
    },
    {
      id: "uv-file",
      title: "uv, pyproject.toml",
      text: WORDS.useUvFile,
      file: "pyproject.toml",
      code: `[[tool.uv.index]]\nname = "${index}"\nurl = "${url}"\nexplicit = true\n\n[tool.uv.sources]\n${name} = { index = "${index}" }`,
    },
    {
      id: "poetry",
      title: "Poetry",
      text: WORDS.usePoetry,
      file: undefined,
      code: `poetry source add --priority=explicit ${index} ${quoted}\npoetry add --source ${index} ${name}`,
    },
    {
      id: "pdm",
      title: "PDM",
      text: WORDS.usePdm,
      file: "pyproject.toml",
      code: `[[tool.pdm.source]]\nname = "${index}"\nurl = "${url}"\ninclude_packages = ["${name}"]\n\n[[tool.pdm.source]]\nname = "pypi"\nurl = "https://pypi.org/simple"\nexclude_packages = ["${name}"]`,
    },
    {
      id: "pixi",
      title: "pixi",
      text: WORDS.usePixi,
      file: undefined,
      code: `pixi add --pypi --index ${quoted} ${name}`,
    },
    {
      id: "pip",
      title: "pip",
      text: WORDS.usePip,
      file: undefined,
      code: `pip install --index-url ${quoted} ${name}`,
    },
    {
      id: "pip-mixed",
      title: WORDS.usePipMixedTitle,
      text: WORDS.usePipMixed,
      file: undefined,
      code: `pip install --index-url ${quoted} --no-deps ${name} &&\n  pip install ${name}`,
    },
    {
      id: "pip-file",
      title: "pip.conf",
      text: WORDS.usePipFile,
      file: "pip.conf",
      code: `[global]\nindex-url = ${url}`,
    },
    {
      id: "requirements",
      title: "requirements.txt",
      text: WORDS.useRequirements,
      file: "requirements.txt",
      code: `--index-url ${url}\n${name}`,
    },
  ];
  return {
    ...framePage(
      {
        path: SITE_FILES.use,
        title: WORDS.useIndex,
        description: WORDS.useLead,
        newest: newest?.uploadTime,
        current: "use",
      },
      settings,
      assets,
    ),
    setups,
    addressIsKnown: settings.url !== undefined,
    indexUrl: url,
  };
}
