/** All checks, in the order of the table. */
import type { Check } from "./check.ts";
import { PDM_CHECKS } from "./checks/pdm.ts";
import { PIP_CHECKS } from "./checks/pip.ts";
import { PIP_TOOLS_CHECKS } from "./checks/pip-tools.ts";
import { POETRY_CHECKS } from "./checks/poetry.ts";
import { READER_CHECKS } from "./checks/readers.ts";
import { STRICT_CHECKS } from "./checks/strict-reader.ts";
import { UV_CHECKS } from "./checks/uv.ts";

export const CHECKS: readonly Check[] = [
  ...PIP_CHECKS,
  ...UV_CHECKS,
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
