import * as z from "zod";

const count = z.int().min(0).optional().catch(undefined);
const limit = z.number().optional().catch(undefined);
const text = z.string().optional().catch(undefined);
const TypeName = z.enum(["object", "array", "string", "integer", "number", "boolean", "null"]);

export type JsonTypeName = z.infer<typeof TypeName>;

/**
 * The keywords of JSON Schema (draft 7 and 2020-12) that the offline model looks at. A keyword that is malformed counts
 * as absent, because the schemas come from callers.
 */
export const JsonSchema = z.object({
  $ref: text,
  type: z
    .union([TypeName.transform((name) => [name]), z.array(TypeName)])
    .optional()
    .catch(undefined),
  const: z.json().optional().catch(undefined),
  enum: z.array(z.json()).optional().catch(undefined),
  format: text,
  pattern: text,
  minLength: count,
  minimum: limit,
  maximum: limit,
  exclusiveMinimum: limit,
  exclusiveMaximum: limit,
  multipleOf: z.number().positive().optional().catch(undefined),
  minItems: count,
  uniqueItems: z.boolean().optional().catch(undefined),
  minProperties: count,
  required: z.array(z.string()).optional().catch(undefined),
  get properties(): z.ZodCatch<z.ZodOptional<z.ZodRecord<z.ZodString, typeof SchemaOrFlag>>> {
    return z.record(z.string(), SchemaOrFlag).optional().catch(undefined);
  },
  get additionalProperties(): OptionalSchema {
    return optionalSchema();
  },
  get items(): z.ZodCatch<z.ZodOptional<z.ZodUnion<readonly [typeof SchemaOrFlag, z.ZodArray<typeof SchemaOrFlag>]>>> {
    return z
      .union([SchemaOrFlag, z.array(SchemaOrFlag)])
      .optional()
      .catch(undefined);
  },
  get additionalItems(): OptionalSchema {
    return optionalSchema();
  },
  get contains(): OptionalSchema {
    return optionalSchema();
  },
  get prefixItems(): OptionalSchemas {
    return optionalSchemas();
  },
  get anyOf(): OptionalSchemas {
    return optionalSchemas();
  },
  get oneOf(): OptionalSchemas {
    return optionalSchemas();
  },
  get allOf(): OptionalSchemas {
    return optionalSchemas();
  },
});
export type JsonSchema = z.output<typeof JsonSchema>;

type OptionalSchema = z.ZodCatch<z.ZodOptional<typeof SchemaOrFlag>>;
type OptionalSchemas = z.ZodCatch<z.ZodOptional<z.ZodArray<typeof SchemaOrFlag>>>;

/** `true` accepts anything, `false` nothing. */
export const SchemaOrFlag = z.union([JsonSchema, z.boolean()]);
export type SchemaOrFlag = JsonSchema | boolean;

function optionalSchema(): OptionalSchema {
  return SchemaOrFlag.optional().catch(undefined);
}

function optionalSchemas(): OptionalSchemas {
  return z.array(SchemaOrFlag).optional().catch(undefined);
}
