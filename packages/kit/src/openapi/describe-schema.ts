import * as z from "zod";

export const JsonObject = z.record(z.string(), z.unknown());
export type JsonObject = z.infer<typeof JsonObject>;

/** What Zod's description of one schema may say and a reader need not know. */
interface Verbose {
  minimum?: number | undefined;
  maximum?: number | undefined;
  format?: string | undefined;
  pattern?: string | undefined;
  additionalProperties?: unknown;
}

/**
 * A schema as JSON Schema, with those inside that have an id under `$defs`. The bounds of safe integers and the patterns
 * behind formats are left out, and answers may have more properties than are told, so that a client survives a new one.
 */
export function describeSchema(schema: z.ZodType, io: "input" | "output"): JsonObject {
  const { $schema: _, ...described } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override: ({ jsonSchema }) => simplify(jsonSchema, io),
  });
  return described;
}

function simplify(described: Verbose, io: "input" | "output"): void {
  if (described.minimum === Number.MIN_SAFE_INTEGER) delete described.minimum;
  if (described.maximum === Number.MAX_SAFE_INTEGER) delete described.maximum;
  if (described.format !== undefined) delete described.pattern;
  if (io === "output" && described.additionalProperties === false) delete described.additionalProperties;
}
