/**
 * Makes `openapi-extract.json` from GitHub's published description of its REST API (npm @octokit/openapi): the paths that
 * the tests need, without prose and examples. It downloads 30 MB into a temporary folder.
 *
 *   $ npx tsx test/support/github/extract-openapi.ts
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { format } from "prettier";
import type { Extract, JsonSchema, Operation } from "./openapi.ts";

const SOURCE = "@octokit/openapi@23.0.2";

const WANTED: readonly (readonly [method: string, path: string])[] = [
  ["get", "/meta"],
  ["get", "/rate_limit"],
  ["get", "/user"],
  ["get", "/repos/{owner}/{repo}"],
  ["get", "/repos/{owner}/{repo}/branches/{branch}"],
  ["get", "/repos/{owner}/{repo}/commits/{ref}"],
  ["get", "/repos/{owner}/{repo}/pages"],
  ["post", "/repos/{owner}/{repo}/dispatches"],
  ["get", "/repos/{owner}/{repo}/actions/workflows"],
  ["get", "/repos/{owner}/{repo}/actions/workflows/{workflow_id}"],
  ["get", "/repos/{owner}/{repo}/actions/runs"],
  ["get", "/repos/{owner}/{repo}/actions/runs/{run_id}"],
  ["get", "/repos/{owner}/{repo}/actions/runs/{run_id}/jobs"],
  ["get", "/repos/{owner}/{repo}/actions/secrets"],
  ["get", "/repos/{owner}/{repo}/actions/permissions"],
  // Contents answers with a file, a folder or a link; the schema of the file is what a reader needs.
  ["get", "/repos/{owner}/{repo}/contents/{path}"],
  ["get", "/repos/{owner}/{repo}/releases"],
  ["post", "/repos/{owner}/{repo}/releases"],
  ["get", "/repos/{owner}/{repo}/releases/tags/{tag}"],
  ["get", "/repos/{owner}/{repo}/releases/{release_id}"],
  ["patch", "/repos/{owner}/{repo}/releases/{release_id}"],
  ["delete", "/repos/{owner}/{repo}/releases/{release_id}"],
  ["get", "/repos/{owner}/{repo}/releases/{release_id}/assets"],
  ["post", "/repos/{owner}/{repo}/releases/{release_id}/assets"],
  ["get", "/repos/{owner}/{repo}/git/ref/{ref}"],
  ["get", "/repos/{owner}/{repo}/git/matching-refs/{ref}"],
  ["post", "/repos/{owner}/{repo}/git/refs"],
];

/** Prose, and what says nothing of the form. */
const DROPPED = new Set([
  "description",
  "summary",
  "example",
  "examples",
  "externalDocs",
  "deprecated",
  "title",
  "default",
  "readOnly",
  "x-github-breaking-changes",
  "x-githubCloudOnly",
]);

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function objectAt(value: Json | undefined, ...keys: readonly string[]): JsonObject {
  let at: Json | undefined = value;
  for (const key of keys) at = isObject(at) ? at[key] : undefined;
  return isObject(at) ? at : {};
}

/** A schema of OpenAPI 3.0 as JSON Schema: without prose, `nullable` as a type. References are kept. */
function toJsonSchema(schema: Json, isProperties = false): Json {
  if (Array.isArray(schema)) return schema.map((item: Json) => toJsonSchema(item));
  if (!isObject(schema)) return schema;
  const kept: Record<string, Json> = {};
  for (const [key, value] of Object.entries(schema)) {
    // Properties may be called `description`, and keywords must go.
    if (!isProperties && (DROPPED.has(key) || key === "nullable")) continue;
    kept[key] =
      key === "enum" || key === "required"
        ? value
        : toJsonSchema(value, key === "properties" && !isProperties);
  }
  if (isProperties || schema["nullable"] !== true) return kept;
  return { anyOf: [{ type: "null" }, kept] };
}

function referencesIn(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap((item: Json) => referencesIn(item));
  if (!isObject(value)) return [];
  const own = typeof value["$ref"] === "string" ? [value["$ref"]] : [];
  return [...own, ...Object.values(value).flatMap(referencesIn)];
}

function resolve(description: JsonObject, value: Json | undefined): JsonObject {
  const reference = isObject(value) ? value["$ref"] : undefined;
  return typeof reference === "string"
    ? objectAt(description, ...reference.slice("#/".length).split("/"))
    : objectAt(value);
}

function extractOperation(description: JsonObject, method: string, path: string): Operation {
  const operation = objectAt(description, "paths", path, method);
  if (Object.keys(operation).length === 0) throw new Error(`there is no ${method} ${path} in ${SOURCE}`);
  const query: Record<string, JsonSchema> = {};
  for (const item of (operation["parameters"] ?? []) as readonly Json[]) {
    const parameter = resolve(description, item);
    if (parameter["in"] === "query" && typeof parameter["name"] === "string")
      query[parameter["name"]] = toJsonSchema(objectAt(parameter, "schema")) as JsonSchema;
  }
  const responses: Record<string, JsonSchema | null> = {};
  for (const [status, item] of Object.entries(objectAt(operation, "responses"))) {
    const content = objectAt(resolve(description, item), "content");
    const schema = objectAt(content["application/json"] ?? Object.values(content)[0], "schema");
    responses[status] = Object.keys(schema).length === 0 ? null : (toJsonSchema(schema) as JsonSchema);
  }
  const body = objectAt(operation, "requestBody", "content", "application/json", "schema");
  return {
    query,
    ...(Object.keys(body).length === 0 ? {} : { body: toJsonSchema(body) as JsonSchema }),
    responses,
  };
}

function extract(description: JsonObject): Extract {
  const operations: Record<string, Operation> = {};
  for (const [method, path] of WANTED)
    operations[`${method.toUpperCase()} ${path}`] = extractOperation(description, method, path);
  const schemas: Record<string, JsonSchema> = {};
  const open = referencesIn(operations as unknown as Json);
  for (let reference = open.pop(); reference !== undefined; reference = open.pop()) {
    const name = reference.slice("#/components/schemas/".length);
    if (name in schemas) continue;
    const schema = toJsonSchema(objectAt(description, "components", "schemas", name));
    schemas[name] = schema as JsonSchema;
    open.push(...referencesIn(schema));
  }
  const sorted = Object.fromEntries(
    Object.entries(schemas).toSorted(([left], [right]) => (left < right ? -1 : 1)),
  );
  return { source: SOURCE, operations, components: { schemas: sorted } };
}

const folder = mkdtempSync(join(tmpdir(), "openapi-"));
try {
  execFileSync("npm", ["pack", SOURCE, "--silent", "--pack-destination", folder]);
  execFileSync("sh", ["-c", 'tar -xzf "$0"/*.tgz -C "$0" package/generated/api.github.com.json', folder]);
  const path = join(folder, "package", "generated", "api.github.com.json");
  const result = extract(JSON.parse(readFileSync(path, "utf8")) as JsonObject);
  const target = new URL("openapi-extract.json", import.meta.url);
  writeFileSync(target, await format(JSON.stringify(result), { parser: "json", printWidth: 110 }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
