import { type Contract, type ErrorCode, type HttpRoute, permissions, serviceOf } from "@gaia/contracts";
import * as z from "zod";
import { JsonObject } from "./openapi/describe-schema.ts";
import { errorSchema } from "./openapi/error-schema.ts";
import { createSchemaLibrary, type SchemaLibrary } from "./openapi/schema-library.ts";
import { statusFor } from "./render-error.ts";

interface OpenApiOptions {
  readonly title: string;
  readonly version: string;
}

/** The OpenAPI 3.1 document of every contract that has an HTTP route. */
export function renderOpenApi(contracts: readonly Contract[], { title, version }: OpenApiOptions): JsonObject {
  const library = createSchemaLibrary();
  const paths: Record<string, JsonObject> = {};
  for (const contract of contracts) {
    const { http } = contract;
    if (http === undefined) continue;
    for (const [index, path] of [http.path, ...(http.aliases ?? [])].entries()) {
      const operationId = index === 0 ? contract.name : `${contract.name}-${index + 1}`;
      paths[path] = {
        ...paths[path],
        [http.method.toLowerCase()]: { operationId, ...describe(library, { contract, http, path }) },
      };
    }
  }
  return {
    openapi: "3.1.0",
    info: { title, version, license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    servers: [{ url: "/" }],
    security: [{ APIKeyHeader: [] }, { HTTPBearer: [] }],
    paths,
    components: {
      schemas: library.kept(),
      securitySchemes: {
        APIKeyHeader: { type: "apiKey", in: "header", name: "X-API-Key" },
        HTTPBearer: { type: "http", scheme: "bearer" },
      },
    },
  };
}

interface Route {
  readonly contract: Contract;
  readonly http: HttpRoute;
  readonly path: string;
}

function describe(library: SchemaLibrary, route: Route): JsonObject {
  const { contract } = route;
  const input = withoutToken(library.describe(contract.input, "input"), route.http);
  const hasBody = route.http.takesBody === true || ["POST", "PUT", "PATCH"].includes(route.http.method);
  const { inPath, elsewhere } = splitInput(input, route.path);
  const parameters = hasBody ? inPath : [...inPath, ...queryParameters(elsewhere)];
  const hasInput = hasBody || parameters.length > 0;
  return {
    summary: contract.summary,
    description: `Permission: \`${contract.permission}\` (${permissions[contract.permission].meaning}).`,
    tags: [serviceOf(contract)],
    ...(contract.permission === "public" ? { security: [] } : {}),
    parameters,
    ...(hasBody ? { requestBody: bodyOf(elsewhere) } : {}),
    responses: { ...successOf(library, route), ...failuresOf(library, route, { hasBody, hasInput }) },
  };
}

/** A token that the gateway passes comes from the header, which is described as a way to authenticate. */
function withoutToken(input: JsonObject, { passesToken }: HttpRoute): JsonObject {
  if (passesToken !== true) return input;
  const { access_token: _, ...properties } = propertiesOf(input);
  return { ...input, properties };
}

interface SplitInput {
  readonly inPath: readonly JsonObject[];
  /** The rest of the input, for the query or the body. */
  readonly elsewhere: JsonObject;
}

function splitInput(input: JsonObject, path: string): SplitInput {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name));
  if (names.length === 0) return { inPath: [], elsewhere: input };
  const properties = propertiesOf(input);
  const inPath = names.map((name) => ({
    name,
    in: "path",
    required: true,
    schema: properties[name] ?? { type: "string" },
  }));
  const rest = Object.entries(properties).filter(([name]) => !names.includes(name));
  const required = requiredOf(input).filter((name) => !names.includes(name));
  const { required: _, ...schema } = input;
  return {
    inPath,
    elsewhere: {
      ...schema,
      properties: Object.fromEntries(rest),
      ...(required.length > 0 ? { required } : {}),
    },
  };
}

function queryParameters(input: JsonObject): JsonObject[] {
  const required = requiredOf(input);
  return Object.entries(propertiesOf(input)).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema,
  }));
}

/** No body at all is an empty object, so an object without required properties may be left out. */
function bodyOf(schema: JsonObject): JsonObject {
  const isOptional = "properties" in schema && requiredOf(schema).length === 0;
  return { required: !isOptional, content: { "application/json": { schema } } };
}

function propertiesOf(schema: JsonObject): JsonObject {
  return JsonObject.parse(schema["properties"] ?? {});
}

function requiredOf({ required = [] }: JsonObject): readonly string[] {
  return z.array(z.string()).parse(required);
}

function successOf(library: SchemaLibrary, { contract, http }: Route): JsonObject {
  const { status = 200 } = http;
  if (status === 204) return { [status]: { description: "Success" } };
  const content: JsonObject = { [contentTypeOf(http)]: { schema: library.describe(contract.output, "output") } };
  if (contract.kind === "stream" && contract.chunk !== undefined) {
    content["text/event-stream"] = { schema: library.describe(contract.chunk, "output") };
  }
  return { [status]: { description: "Success", content } };
}

interface InputFacts {
  readonly hasBody: boolean;
  readonly hasInput: boolean;
}

function failuresOf(library: SchemaLibrary, { contract, http }: Route, facts: InputFacts): JsonObject {
  const { dialect = "gaia" } = http;
  const schema = dialect === "html" ? { type: "string" } : library.keep(...errorSchema(dialect));
  const content = { [contentTypeOf(http)]: { schema } };
  const codesByStatus = Map.groupBy(failureCodes(contract, facts), (code) => statusFor(code, dialect));
  return Object.fromEntries(
    [...codesByStatus].map(([status, codes]) => [String(status), { description: codes.join(", "), content }]),
  );
}

function failureCodes(contract: Contract, { hasBody, hasInput }: InputFacts): ReadonlySet<ErrorCode> {
  const codes = new Set<ErrorCode>(["INTERNAL", ...(contract.errors ?? [])]);
  if (hasBody) codes.add("INVALID_JSON").add("PAYLOAD_TOO_LARGE");
  if (hasInput) codes.add("INVALID_INPUT");
  if (contract.permission !== "public") codes.add("UNAUTHENTICATED").add("FORBIDDEN");
  // The gateway needs nobody for its own answers; every other service may be away, or take too long.
  if (serviceOf(contract) !== "gateway") codes.add("UNAVAILABLE").add("TIMEOUT");
  return codes;
}

function contentTypeOf({ dialect }: HttpRoute): string {
  return dialect === "html" ? "text/html" : "application/json";
}
