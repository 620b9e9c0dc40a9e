import { allContracts, defineOperation, GaiaError, permissions } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { errorSchema } from "./openapi/error-schema.ts";
import { renderOpenApi } from "./openapi.ts";
import { errorBody } from "./render-error.ts";

// As much of OpenAPI 3.1 as the document uses. Unknown members are mistakes here.
const Schema = z.union([z.boolean(), z.record(z.string(), z.unknown())]);
const Content = z.record(z.string(), z.strictObject({ schema: Schema }));
const Operation = z.strictObject({
  operationId: z.string().regex(/^[\w.-]+$/),
  summary: z.string().min(1),
  description: z.string().min(1),
  tags: z.array(z.string()).length(1),
  security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
  parameters: z.array(
    z.strictObject({ name: z.string(), in: z.enum(["path", "query"]), required: z.boolean(), schema: Schema }),
  ),
  requestBody: z.strictObject({ required: z.boolean(), content: Content }).optional(),
  responses: z.record(
    z.string().regex(/^[1-5]\d\d$/),
    z.strictObject({ description: z.string(), content: Content.optional() }),
  ),
});
type Operation = z.infer<typeof Operation>;
const Document = z.strictObject({
  openapi: z.literal("3.1.0"),
  info: z.strictObject({
    title: z.string(),
    version: z.string(),
    license: z.object({ name: z.string(), identifier: z.string() }),
  }),
  servers: z.array(z.object({ url: z.string() })),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  paths: z.record(
    z.string().startsWith("/"),
    z.partialRecord(z.enum(["get", "post", "put", "patch", "delete"]), Operation),
  ),
  components: z.strictObject({
    schemas: z.record(z.string().regex(/^[\w.-]+$/), z.record(z.string(), z.unknown())),
    securitySchemes: z.record(z.string(), z.object({ type: z.enum(["apiKey", "http"]) })),
  }),
});

function setup(contracts = allContracts) {
  // What is written to disk is JSON, so that is what is looked at.
  const document = Document.parse(
    JSON.parse(JSON.stringify(renderOpenApi(contracts, { title: "Gaia", version: "1.2.3" }))),
  );
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  return { document, operations };
}

const routed = allContracts.flatMap((contract) =>
  contract.http === undefined
    ? []
    : [contract.http.path, ...(contract.http.aliases ?? [])].map((path) => ({
        path,
        method: contract.http?.method.toLowerCase() ?? "",
        contract,
      })),
);

describe("the OpenAPI document", () => {
  test("is a 3.1 document with Gaia's title and version", () => {
    expect(setup().document.info).toMatchObject({ title: "Gaia", version: "1.2.3" });
  });

  test.each(routed)("describes $method $path", ({ path, method, contract }) => {
    const operation = setup().operations.find((each) => each.path === path && each.method === method)?.operation;

    expect(operation).toMatchObject({ summary: contract.summary });
    expect(operation?.description).toContain(permissions[contract.permission].meaning);
    expect(Object.keys(operation?.responses ?? {})).toContain(String(contract.http?.status ?? 200));
  });

  test("describes nothing else", () => {
    expect(setup().operations).toHaveLength(routed.length);
    expect(JSON.stringify(setup().document)).not.toContain("auth.verify-api-key");
  });

  test("names each operation once, by its contract, so that generated clients keep their names", () => {
    const ids = setup().operations.map(({ operation }) => operation.operationId);

    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain("chat.create-chat-completion");
    expect(ids).toContain("chat.list-models");
    expect(ids).toContain("chat.list-models-2");
  });

  test("has a parameter for each name in a path, and only there", () => {
    for (const { path, operation } of setup().operations) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const inPath = operation.parameters.filter((parameter) => parameter.in === "path");
      expect(inPath.map(({ name }) => name)).toEqual(names);
      expect(inPath.every(({ required }) => required)).toBe(true);
    }
  });

  test("puts the input of a GET into its query and that of a POST into its body", () => {
    const input = z.object({ id: z.string(), limit: z.coerce.number().default(20), tag: z.string().optional() });
    const common = { summary: "s", permission: "public", input, output: z.object({}) } as const;
    const { document } = setup([
      defineOperation({ ...common, name: "chat.get", http: { method: "GET", path: "/things/{id}" } }),
      defineOperation({ ...common, name: "chat.post", http: { method: "POST", path: "/things/{id}", status: 201 } }),
    ]);

    const { get, post } = document.paths["/things/{id}"] ?? {};

    expect(get?.parameters.map(({ name, in: place, required }) => [name, place, required])).toEqual([
      ["id", "path", true],
      ["limit", "query", false],
      ["tag", "query", false],
    ]);
    expect(get?.requestBody).toBeUndefined();
    expect(post?.parameters.map(({ name }) => name)).toEqual(["id"]);
    expect(Object.keys(post?.requestBody?.content ?? {})).toEqual(["application/json"]);
    expect(Object.keys(post?.responses ?? {})).toContain("201");
  });

  test("asks for a key, but where anybody may", () => {
    const { document, operations } = setup();

    expect(document.security).toEqual([{ APIKeyHeader: [] }, { HTTPBearer: [] }]);
    expect(Object.keys(document.components.securitySchemes)).toEqual(["APIKeyHeader", "HTTPBearer"]);
    for (const { path, method, operation } of operations) {
      const isPublic =
        routed.find((each) => each.path === path && each.method === method)?.contract.permission === "public";
      expect(operation.security).toEqual(isPublic ? [] : undefined);
      expect("401" in operation.responses && "403" in operation.responses).toBe(!isPublic);
    }
  });

  test("has the chunks of a stream beside its whole answer", () => {
    const post = setup().document.paths["/v1/chat/completions"]?.post;

    expect(Object.keys(post?.responses["200"]?.content ?? {})).toEqual(["application/json", "text/event-stream"]);
  });

  test("describes errors in the route's own dialect, at the status that they have there", () => {
    const { paths, components } = setup().document;
    const schemaOf = (operation: Operation | undefined, status: string) =>
      operation?.responses[status]?.content?.["application/json"]?.schema;

    expect(schemaOf(paths["/api/v1/chat"]?.post, "422")).toEqual({ $ref: "#/components/schemas/Error" });
    expect(schemaOf(paths["/v1/chat/completions"]?.post, "400")).toEqual({ $ref: "#/components/schemas/OpenAiError" });
    expect(paths["/v1/chat/completions"]?.post?.responses).not.toHaveProperty("422");
    expect(schemaOf(paths["/api/v1/chat/completions"]?.post, "422")).toEqual({
      $ref: "#/components/schemas/HybridError",
    });
    expect(components.schemas["Error"]?.["required"]).toEqual(["detail", "code", "request_id"]);
    expect(components.schemas["OpenAiError"]?.["required"]).toEqual(["error", "request_id"]);
    expect(components.schemas["HybridError"]?.["required"]).toEqual(["detail", "code", "request_id", "error"]);
  });

  test.each(["gaia", "openai", "hybrid", "anthropic", "supabase"] as const)(
    "describes the errors of the dialect %s as they are",
    (dialect) => {
      const [, schema] = errorSchema(dialect);
      const details = { available: ["a"], weak_password: { reasons: ["length"] } };
      for (const error of [
        new GaiaError("INTERNAL", "Broken"),
        new GaiaError("RATE_LIMITED", "Slowly", { reason: "limit", details }),
        new GaiaError("INVALID_INPUT", "Bad", { issues: [{ type: "x", loc: ["body", 1], msg: "Bad" }] }),
      ]) {
        const strict = z.fromJSONSchema({ ...schema, additionalProperties: false });
        expect(strict.safeParse(errorBody(error, dialect, "r-1")).error).toBeUndefined();
      }
    },
  );

  test("lists what can go wrong on a route, and nothing else", () => {
    const { paths } = setup().document;
    const failuresOf = (operation: Operation | undefined) =>
      Object.entries(operation?.responses ?? {})
        .filter(([status]) => status >= "400")
        .map(([status, { description }]) => `${status} ${description}`);

    expect(failuresOf(paths["/health/live"]?.get)).toEqual(["500 INTERNAL"]);
    expect(failuresOf(paths["/api/v1/chat/personas/current"]?.get)).toEqual([
      "401 UNAUTHENTICATED",
      "403 FORBIDDEN",
      "500 INTERNAL",
      "503 UNAVAILABLE",
      "504 TIMEOUT",
    ]);
    expect(failuresOf(paths["/v1/models/{model}"]?.get)).toContain("400 INVALID_INPUT");
    expect(failuresOf(paths["/api/v1/chat"]?.post)).toEqual(
      expect.arrayContaining(["400 UNSUPPORTED, INVALID_JSON", "413 PAYLOAD_TOO_LARGE", "422 INVALID_INPUT"]),
    );
    for (const { operation } of setup().operations) {
      const hasBody = operation.requestBody !== undefined;
      expect("413" in operation.responses).toBe(hasBody);
      expect(JSON.stringify(operation.responses).includes("INVALID_JSON")).toBe(hasBody);
      expect(operation.responses).toHaveProperty("500");
    }
  });

  test("names the schemas that many share, and refers to nothing else", () => {
    const { document } = setup();
    const names = Object.keys(document.components.schemas);
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)].map(([, reference]) => reference);

    for (const name of ["ChatCompletion", "ChatCompletionRequest", "ChatCompletionChunk", "Model", "Persona", "Health"])
      expect(names).toContain(name);
    expect(new Set(references)).toEqual(new Set(names.map((name) => `#/components/schemas/${name}`)));
    expect(JSON.stringify(document)).not.toContain("$defs");
  });

  test("refuses two schemas of one name that differ, as input and output may", () => {
    const shared = z.object({ limit: z.int().default(20) }).meta({ id: "Shared" });
    const contract = { summary: "s", permission: "public", name: "chat.get", input: shared, output: shared } as const;

    expect(() => setup([defineOperation({ ...contract, http: { method: "POST", path: "/x" } })])).toThrow(/id Shared/);
  });

  test("lets answers grow, and says of values what a reader needs to know", () => {
    const { document } = setup();
    const text = JSON.stringify(document);

    for (const { operation } of setup().operations)
      expect(JSON.stringify(operation.responses)).not.toContain('"additionalProperties":false');
    expect(JSON.stringify(document.components.schemas)).not.toContain('"additionalProperties":false');
    expect(text).not.toContain("9007199254740991");
    expect(text).not.toContain('"pattern":"^(?:(?:');
    expect(document.components.schemas["Persona"]).toMatchObject({
      properties: { created_at: { type: "string", format: "date-time" } },
    });
  });

  test("tells a name of the path once, and a body that may be left out", () => {
    const input = z.object({ id: z.string(), note: z.string().optional() });
    const { document } = setup([
      defineOperation({
        name: "chat.put",
        summary: "s",
        permission: "public",
        http: { method: "PUT", path: "/things/{id}", status: 204 },
        input,
        output: z.undefined(),
      }),
    ]);

    const put = document.paths["/things/{id}"]?.put;

    expect(put?.requestBody).toEqual({
      required: false,
      content: { "application/json": { schema: { type: "object", properties: { note: { type: "string" } } } } },
    });
    expect(put?.responses["204"]).toEqual({ description: "Success" });
  });

  test("tells of no token that the gateway passes, and of a body where a DELETE has one", () => {
    const contract = {
      name: "auth.erase",
      summary: "s",
      permission: "public",
      input: z.object({ password: z.string(), access_token: z.string().nullish() }),
      output: z.undefined(),
    } as const;
    const { document } = setup([
      defineOperation({
        ...contract,
        http: { method: "DELETE", path: "/me", passesToken: true, takesBody: true, status: 204 },
      }),
      defineOperation({ ...contract, name: "auth.show", http: { method: "GET", path: "/me", passesToken: true } }),
    ]);

    expect(document.paths["/me"]?.delete).toMatchObject({
      parameters: [],
      requestBody: { required: true, content: { "application/json": { schema: { required: ["password"] } } } },
    });
    expect(document.paths["/me"]?.get?.parameters.map(({ name }) => name)).toEqual(["password"]);
    expect(JSON.stringify(document)).not.toContain("access_token");
  });

  test("says that a page is a page", () => {
    expect(Object.keys(setup().document.paths["/docs"]?.get?.responses["200"]?.content ?? {})).toEqual(["text/html"]);
  });

  test("is the same every time", () => {
    expect(JSON.stringify(setup().document)).toBe(JSON.stringify(setup().document));
  });
});
