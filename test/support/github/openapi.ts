/** GitHub's published description of its REST API, as far as the tests need it, and what it says of a request and an answer. */
import { readFileSync } from "node:fs";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import ajvFormats from "ajv-formats";

export type JsonSchema = { readonly [key: string]: unknown };

/** One method of one path. */
export interface Operation {
  readonly query: Readonly<Record<string, JsonSchema>>;
  readonly body?: JsonSchema;
  /** The schema of the answer by its status; null where the answer is empty. */
  readonly responses: Readonly<Record<string, JsonSchema | null>>;
}

/** What `extract-openapi.ts` writes. */
export interface Extract {
  readonly source: string;
  /** By `METHOD /path/{with}/{parameters}`. */
  readonly operations: Readonly<Record<string, Operation>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

const EXTRACT = JSON.parse(readFileSync(new URL("openapi-extract.json", import.meta.url), "utf8")) as Extract;

// GitHub's schemas have formats and keywords of their own ("repo.nwo", "x-multi-segment"); what is unknown says nothing.
const ajv = new Ajv({ strict: false, allErrors: true, logger: false, validateFormats: true });
ajvFormats.default(ajv);
ajv.addSchema({ $id: "extract", components: EXTRACT.components });

const compiled = new Map<JsonSchema, ValidateFunction>();

/** What is wrong with a value, a line for each fault. */
export function findFaults(schema: JsonSchema, value: unknown): string[] {
  let validate = compiled.get(schema);
  if (validate === undefined) {
    validate = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"extract#/')) as JsonSchema);
    compiled.set(schema, validate);
  }
  return validate(value)
    ? []
    : (validate.errors ?? []).map(
        ({ instancePath, message, params }: ErrorObject) =>
          `${instancePath === "" ? "/" : instancePath} ${message} ${JSON.stringify(params)}`,
      );
}

/** The operation that serves a method and a path, by its key; undefined where the extract has none. */
export function findOperation(
  method: string,
  path: string,
):
  | { readonly key: string; readonly operation: Operation; readonly parameters: readonly string[] }
  | undefined {
  for (const [key, operation] of Object.entries(EXTRACT.operations)) {
    const [ownMethod, ownPath = ""] = key.split(" ");
    if (ownMethod !== method) continue;
    // The path of a file and the name of a ref have slashes of their own.
    const pattern = ownPath
      .replace(/\{(path|ref|branch|tag)\}$/, "(.+)")
      .replace(/\{release_id\}|\{run_id\}/g, "(\\d+)")
      .replace(/\{\w+\}/g, "([^/]+)");
    const match = new RegExp(`^${pattern}$`).exec(path);
    if (match !== null) return { key, operation, parameters: match.slice(1).map(decodeURIComponent) };
  }
  return undefined;
}

function resolveSchema(schema: JsonSchema): JsonSchema {
  const reference = schema["$ref"];
  if (typeof reference !== "string") return schema;
  const found = EXTRACT.components.schemas[reference.slice("#/components/schemas/".length)];
  if (found === undefined) throw new Error(`${reference} is not in the extract`);
  return found;
}

const SAMPLE_TEXTS: Readonly<Record<string, string>> = {
  uri: "https://example.org/",
  "date-time": "2026-01-01T00:00:00Z",
  email: "octocat@example.org",
};

/** The smallest value that fits a schema: what is required of an object, the first of several forms. */
export function makeSample(schema: JsonSchema): unknown {
  const known = resolveSchema(schema);
  const [first] = (known["anyOf"] ?? known["oneOf"] ?? known["enum"] ?? []) as readonly unknown[];
  if (Array.isArray(known["enum"])) return first;
  if (Array.isArray(known["allOf"]))
    return Object.assign({}, ...(known["allOf"] as JsonSchema[]).map((part) => makeSample(part))) as unknown;
  if (first !== undefined && known["properties"] === undefined) return makeSample(first as JsonSchema);
  const type = Array.isArray(known["type"]) ? (known["type"] as unknown[])[0] : known["type"];
  if (type === "string") return SAMPLE_TEXTS[String(known["format"])] ?? "text";
  if (type === "integer" || type === "number") return 1;
  if (type === "boolean") return false;
  if (type === "array") return [];
  if (type === "null") return null;
  const properties = (known["properties"] ?? {}) as Readonly<Record<string, JsonSchema>>;
  const required = (known["required"] ?? []) as readonly string[];
  return Object.fromEntries(required.map((name) => [name, makeSample(properties[name] ?? {})]));
}

/** A sample of the answer of an operation, with values put in. */
export function sampleAnswer(key: string, status: number, values: object = {}): object {
  const schema = EXTRACT.operations[key]?.responses[status];
  if (schema === undefined || schema === null)
    throw new Error(`${key} has no answer with ${status} and a body`);
  return { ...(makeSample(schema) as object), ...values };
}

/** A sample of a schema by its name, with values put in. */
export function sampleOf(name: string, values: object = {}): object {
  return { ...(makeSample({ $ref: `#/components/schemas/${name}` }) as object), ...values };
}
