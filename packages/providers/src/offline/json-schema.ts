import * as z from "zod";

const count = z.int().min(0).optional().catch(undefined);
const limit = z.number().optional().catch(undefined);
const text = z.string().optional().catch(undefined);
const inner = z.array(z.unknown()).optional().catch(undefined);
const TypeName = z.enum(["object", "array", "string", "integer", "number", "boolean", "null"]);

export type JsonTypeName = z.infer<typeof TypeName>;

/**
 * The keywords of JSON Schema (draft 7 and 2020-12) that the offline model looks at. A keyword that is malformed counts
 * as absent, because the schemas come from callers. Schemas inside stay unparsed until somebody needs them.
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
  properties: z.record(z.string(), z.unknown()).optional().catch(undefined),
  additionalProperties: z.unknown().optional(),
  /** One schema for all, or in draft 7 a list by position. */
  items: z.unknown().optional(),
  additionalItems: z.unknown().optional(),
  contains: z.unknown().optional(),
  prefixItems: inner,
  anyOf: inner,
  oneOf: inner,
  allOf: inner,
});
export type JsonSchema = z.output<typeof JsonSchema>;
