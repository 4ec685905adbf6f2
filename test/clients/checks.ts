/** All checks, in the order of the table. */
import type { Check } from "./check.ts";
import { PDM_CHECKS } from "./checks/pdm.ts";
import { PIP_CHOICE_CHECKS } from "./checks/pip-choice.ts";
import { PIP_TOOLS_CHECKS } from "./checks/pip-tools.ts";
import { PIP_TRANSFER_CHECKS } from "./checks/pip-transfer.ts";
import { POETRY_CHECKS } from "./checks/poetry.ts";
import { READER_CHECKS } from "./checks/readers.ts";
import { STRICT_CHECKS } from "./checks/strict-reader.ts";
import { UV_PROJECT_CHECKS } from "./checks/uv-projects.ts";
import { UV_RESOLUTION_CHECKS } from "./checks/uv-resolution.ts";

export const CHECKS: readonly Check[] = [
  ...PIP_CHOICE_CHECKS,
  ...PIP_TRANSFER_CHECKS,
  ...UV_RESOLUTION_CHECKS,
  ...UV_PROJECT_CHECKS,
  ...POETRY_CHECKS,
  ...PDM_CHECKS,
  ...PIP_TOOLS_CHECKS,
  ...READER_CHECKS,
  ...STRICT_CHECKS,
];

/** The client of the suite itself: it needs no environment. */
export const STRICT_READER = { name: "strict reader", version: "", python: "" } as const;

/** The checks of a client: those of its family, too. */
export function checksOf(client: string): Check[] {
  return CHECKS.filter(({ clients }) =>
    clients.some((name) => name === client || (name === "pip" && /^pip-\d/.test(client))),
  );
}
