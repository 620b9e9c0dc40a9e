import type * as z from "zod";
import { describeSchema, JsonObject } from "./describe-schema.ts";

/** The schemas of one OpenAPI document. Those with a name are kept once, under `components`, and referred to. */
export interface SchemaLibrary {
  describe(schema: z.ZodType, io: "input" | "output"): JsonObject;
  /** Keeps a schema under a name; the answer refers to it. */
  keep(name: string, schema: JsonObject): JsonObject;
  /** Everything that was kept, by name. */
  kept(): JsonObject;
}

export function createSchemaLibrary(): SchemaLibrary {
  const schemasByName = new Map<string, JsonObject>();

  function keep(name: string, schema: JsonObject): JsonObject {
    const known = schemasByName.get(name);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema)) {
      throw new Error(`Two schemas of the API have the id ${name}: as input and as output it needs one each`);
    }
    schemasByName.set(name, schema);
    return { $ref: `#/components/schemas/${name}` };
  }

  return {
    keep,
    describe: (schema, io) => {
      const { $defs = {}, ...described } = describeSchema(schema, io);
      for (const [name, definition] of Object.entries(JsonObject.parse($defs))) {
        keep(name, referringToComponents(JsonObject.parse(definition)));
      }
      return referringToComponents(described);
    },
    kept: () => Object.fromEntries([...schemasByName].toSorted(([left], [right]) => (left < right ? -1 : 1))),
  };
}

function referringToComponents(schema: JsonObject): JsonObject {
  const rewrite = (name: string, value: unknown): unknown =>
    name === "$ref" && typeof value === "string" ? value.replace(/^#\/\$defs\//, "#/components/schemas/") : value;
  return JsonObject.parse(JSON.parse(JSON.stringify(schema), rewrite));
}
