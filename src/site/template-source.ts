/** The templates that the pages are made from. */

/** The pages that are made from a template; each is `<name>.eta` in the folder of templates. */
export const TEMPLATE_NAMES = ["simple/project", "simple/list", "404"] as const;
export type TemplateName = (typeof TEMPLATE_NAMES)[number];

export interface TemplateSource {
  readonly name: TemplateName;
  readonly text: string;
  /** The file that it came from, as the user would type it. */
  readonly file: string;
}
