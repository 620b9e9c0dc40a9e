import { type Contract, type Dialect, type ErrorCode, permissions, serviceOf } from "@gaia/contracts";
import * as z from "zod";
import { statusFor } from "./render-error.ts";

interface OpenApiOptions {
  readonly title: string;
  readonly version: string;
}

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 document of every contract that has an HTTP route. */
export function renderOpenApi(contracts: readonly Contract[], { title, version }: OpenApiOptions): Json {
  const paths: Record<string, Json> = {};
  for (const contract of contracts) {
    const { http } = contract;
    if (http === undefined) continue;
    for (const path of [http.path, ...(http.aliases ?? [])]) {
      paths[path] = { ...paths[path], [http.method.toLowerCase()]: describe(contract, path) };
    }
  }
  return {
    openapi: "3.1.0",
    info: { title, version, license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    servers: [{ url: "/" }],
    security: [{ APIKeyHeader: [] }, { HTTPBearer: [] }],
    paths,
    components: {
      securitySchemes: {
        APIKeyHeader: { type: "apiKey", in: "header", name: "X-API-Key" },
        HTTPBearer: { type: "http", scheme: "bearer" },
      },
    },
  };
}

function describe(contract: Contract, path: string): Json {
  const { http } = contract;
  const pathNames = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name));
  const hasBody = http !== undefined && ["POST", "PUT", "PATCH"].includes(http.method);
  const isAlias = http?.path !== path;
  return {
    operationId: isAlias ? `${contract.name}:${path}` : contract.name,
    summary: contract.summary,
    description: `Permission: \`${contract.permission}\` (${permissions[contract.permission]}).`,
    tags: [serviceOf(contract)],
    ...(contract.permission === "public" ? { security: [] } : {}),
    parameters: parametersOf(contract, pathNames, hasBody),
    ...(hasBody ? { requestBody: bodyOf(contract) } : {}),
    responses: responsesOf(contract),
  };
}

function parametersOf(contract: Contract, pathNames: readonly string[], hasBody: boolean): Json[] {
  const schema = toJsonSchema(contract.input, "input");
  const properties = (schema["properties"] ?? {}) as Record<string, Json>;
  const required = (schema["required"] ?? []) as string[];
  const inPath = pathNames.map((name) => ({
    name,
    in: "path",
    required: true,
    schema: properties[name] ?? { type: "string" },
  }));
  if (hasBody) return inPath;
  const inQuery = Object.entries(properties)
    .filter(([name]) => !pathNames.includes(name))
    .map(([name, property]) => ({ name, in: "query", required: required.includes(name), schema: property }));
  return [...inPath, ...inQuery];
}

function bodyOf(contract: Contract): Json {
  return { required: true, content: { "application/json": { schema: toJsonSchema(contract.input, "input") } } };
}

function responsesOf(contract: Contract): Json {
  const dialect = contract.http?.dialect ?? "gaia";
  const status = contract.http?.status ?? 200;
  const type = dialect === "html" ? "text/html" : "application/json";
  const content: Json = { [type]: { schema: toJsonSchema(contract.output, "output") } };
  if (contract.kind === "stream" && contract.chunk !== undefined) {
    content["text/event-stream"] = { schema: toJsonSchema(contract.chunk, "output") };
  }
  const codes = new Set<ErrorCode>(["INVALID_JSON", "INVALID_INPUT", ...(contract.errors ?? [])]);
  if (contract.permission !== "public") codes.add("UNAUTHENTICATED").add("FORBIDDEN");
  const schema = dialect === "html" ? { type: "string" } : errorSchema(dialect);
  const failures = [...Map.groupBy(codes, (code) => statusFor(code, dialect))].map(([failure, shared]) => [
    String(failure),
    { description: shared.join(", "), content: { [type]: { schema } } },
  ]);
  return { [status]: { description: "Success", content }, ...(Object.fromEntries(failures) as Json) };
}

function errorSchema(dialect: Exclude<Dialect, "html">): Json {
  const text = { type: "string" };
  const openAi = {
    type: "object",
    properties: { message: text, type: text, param: { type: ["string", "null"] }, code: { type: ["string", "null"] } },
  };
  if (dialect === "openai") return { type: "object", properties: { error: openAi, request_id: text } };
  if (dialect === "anthropic") {
    return {
      type: "object",
      properties: { type: text, error: { type: "object", properties: { type: text, message: text } } },
    };
  }
  const detail = {
    anyOf: [
      text,
      { type: "array", items: { type: "object", properties: { type: text, loc: { type: "array" }, msg: text } } },
    ],
  };
  const gaia = { detail, code: text, request_id: text };
  return { type: "object", properties: dialect === "hybrid" ? { ...gaia, error: openAi } : gaia };
}

function toJsonSchema(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest;
}
