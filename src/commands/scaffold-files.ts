/** The files of an index repository, as they are to be. */
import type { Config } from "../config/config.ts";
import { fillIndexWorkflow, INDEX_WORKFLOW } from "../github/workflow-files.ts";
import { sealText } from "../hosts/stamp.ts";
import { readShippedFile } from "../io/shipped-files.ts";
import type { CommandContext } from "./context.ts";
import type { WantedFile } from "./file-places.ts";
import { renderFiles, requireHost, toFacts } from "./host.ts";
import { renderGitAttributes, renderReadme } from "./scaffold-texts.ts";
import { toWantedFile } from "./write-host-files.ts";

export interface Scaffold {
  readonly files: readonly WantedFile[];
  /** What the person does next, a line each. */
  readonly nextSteps: readonly string[];
}

/** All files but the configuration, from which they are made, and the index itself. */
export async function planScaffold(
  config: Config,
  hostName: string,
  repository: string,
  context: CommandContext,
): Promise<Scaffold> {
  const host = hostName === "other" ? undefined : await requireHost(hostName);
  const facts = toFacts(config, {}, context, repository);
  const hasPages = host?.name === "github-pages";
  const workflow = fillIndexWorkflow(readShippedFile(INDEX_WORKFLOW), {
    cli: config.automation.cli,
    hasPages,
  });
  const inRepository = (path: string, text: string): WantedFile => ({ base: repository, path, text });
  return {
    files: [
      inRepository(".gitattributes", renderGitAttributes(facts.rootInRepository)),
      inRepository("README.md", renderReadme({ ...config, root: facts.rootInRepository })),
      inRepository(INDEX_WORKFLOW, sealText(workflow)),
      ...(host === undefined ? [] : renderFiles(host, facts)).map((file) =>
        toWantedFile(file, { config, repository }),
      ),
    ],
    nextSteps: [
      ...(config.automation.index === undefined
        ? ["write the repository on GitHub into pkgindex.toml, [automation] index, once there is one"]
        : []),
      ...(config.url === undefined
        ? ["write the address that people will use into pkgindex.toml, [index] url, and into README.md"]
        : []),
      ...(host?.nextSteps(facts) ?? []),
      "name the source repositories that may add packages: [automation] allow",
    ],
  };
}
