import * as z from "zod";
import { defineOperation, defineStream } from "../define.ts";
import { Share, sharingFields } from "../shares.ts";
import { isStorableText, StorableRecord, storableText } from "../storable.ts";

const maximumPromptBytes = 32_768;
const maximumFlags = { characters: 16_384, values: 500, depth: 8 };
const toolName = /^[a-zA-Z0-9_-]{1,64}$/;

const isOneLine = (text: string): boolean => !/[\p{Cc}\u2028\u2029]/u.test(text);

const Line = (maximum: number) => storableText(maximum).trim().min(1).refine(isOneLine, "One line only");

const Name = Line(100);
const Description = storableText(5000);
const SystemPrompt = z
  .string()
  .refine(isStorableText, "Contains what cannot be stored")
  .refine(
    (text) => new TextEncoder().encode(text).length <= maximumPromptBytes,
    `Longer than ${maximumPromptBytes} bytes`,
  );

const Flags = StorableRecord.refine(
  (flags) => JSON.stringify(flags).length <= maximumFlags.characters,
  `Longer than ${maximumFlags.characters} characters as JSON`,
)
  .refine((flags) => countValues(flags) <= maximumFlags.values, `More than ${maximumFlags.values} values`)
  .refine((flags) => depthOf(flags) <= maximumFlags.depth, `Deeper than ${maximumFlags.depth} levels`);

function valuesIn(value: unknown): unknown[] {
  return typeof value === "object" && value !== null ? Object.values(value) : [];
}

function countValues(value: unknown): number {
  return valuesIn(value).reduce((count: number, inner) => count + countValues(inner), 1);
}

function depthOf(value: unknown): number {
  return valuesIn(value).reduce((depth: number, inner) => Math.max(depth, 1 + depthOf(inner)), 0);
}

/**
 * What a persona wants of the model; what a request says itself comes first. The same names count in traits and
 * capabilities, for clients that know only those.
 */
export const PersonaSettings = z
  .object({
    model: Line(200),
    temperature: z.number().min(0).max(2),
    max_tokens: z.int().min(1).max(1_000_000),
    response_length: z.enum(["short", "medium", "long"]),
    language: Line(100).describe('A name or a tag: "German" or "de"'),
    tool_usage: z.boolean().describe("False takes all tools away"),
    allowed_tools: z.array(z.string().regex(toolName)).max(128).describe("The only tools that it uses"),
  })
  .partial()
  .meta({ id: "PersonaSettings" });
export type PersonaSettings = z.infer<typeof PersonaSettings>;

export const PersonaVisibility = z.enum(["private", "public"]).describe("Whether everybody may read it and talk to it");

export const Persona = z
  .object({
    id: z.guid(),
    name: z.string(),
    description: z.string(),
    system_prompt: z.string(),
    personality_traits: z.record(z.string(), z.unknown()),
    capabilities: z.record(z.string(), z.unknown()),
    is_active: z.boolean(),
    /** The id of its owner; `system` for what Gaia brings along. */
    created_by: z.string().nullable(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    settings: PersonaSettings,
    visibility: PersonaVisibility,
    /** Whether it speaks where nobody was chosen. */
    is_default: z.boolean(),
  })
  .meta({ id: "Persona" });
export type Persona = z.infer<typeof Persona>;

const root = "/api/v1/chat/personas";

/** Every route of one is also where v0.2 had it, and where old scripts look for it. */
const persona = (method: "GET" | "POST" | "PUT" | "DELETE", path: "" | `/${string}`) => ({
  method,
  path: `${root}${path}` as const,
  aliases: [`/api/v0.2/personas${path}`, `/api/v1/personas${path}`] as const,
});

const PersonaId = z.string().describe("Whatever is no id of a persona that one may see is not found");
const OnePersona = z.object({ success: z.literal(true), message: z.string(), persona: Persona });

const ListInput = z.object({
  active_only: z.stringbool().or(z.boolean()).default(true).describe("False adds those that were deleted"),
  limit: z.coerce.number().int().min(1).max(200).default(200),
  cursor: z.string().max(1000).optional().describe("`next_cursor` of the page before"),
});

const PersonaList = z.object({
  success: z.literal(true),
  personas: z.array(Persona),
  /** Of all pages. */
  total: z.int(),
  message: z.string(),
  /** Only where there is more: the original knew no pages. */
  next_cursor: z.string().optional(),
});

export const listPersonas = defineOperation({
  name: "chat.list-personas",
  summary: "The personas one can talk to, newest first",
  permission: "persona:read",
  http: { method: "GET", path: root, aliases: ["/api/v1/personas"] },
  input: ListInput,
  output: PersonaList,
});

export const listOlderPersonas = defineOperation({
  name: "chat.list-older-personas",
  summary: "The same in v0.2, where the message tells how many",
  permission: "persona:read",
  http: { method: "GET", path: "/api/v0.2/personas" },
  input: ListInput,
  output: PersonaList,
});

export const getCurrentPersona = defineOperation({
  name: "chat.get-current-persona",
  summary: "The persona that speaks where a request names none: the caller's choice, or the default",
  permission: "persona:read",
  http: persona("GET", "/current"),
  input: z.object({}),
  output: OnePersona,
});

export const getPersona = defineOperation({
  name: "chat.get-persona",
  summary: "One persona",
  permission: "persona:read",
  http: persona("GET", "/{persona_id}"),
  input: z.object({ persona_id: PersonaId }),
  output: OnePersona,
  errors: ["NOT_FOUND"],
});

export const createPersona = defineOperation({
  name: "chat.create-persona",
  summary: "Make a persona that belongs to the caller",
  permission: "persona:write",
  http: persona("POST", ""),
  input: z.object({
    name: Name,
    description: Description,
    system_prompt: SystemPrompt,
    personality_traits: Flags.nullish(),
    capabilities: Flags.nullish(),
    settings: PersonaSettings.nullish(),
    visibility: PersonaVisibility.nullish(),
  }),
  output: OnePersona,
  errors: ["CONFLICT"],
});

export const updatePersona = defineOperation({
  name: "chat.update-persona",
  summary: "Change a persona; what is left out or null stays",
  permission: "persona:write",
  http: persona("PUT", "/{persona_id}"),
  input: z.object({
    persona_id: PersonaId,
    name: Name.nullish(),
    description: Description.nullish(),
    system_prompt: SystemPrompt.nullish(),
    personality_traits: Flags.nullish(),
    capabilities: Flags.nullish(),
    settings: PersonaSettings.nullish(),
    visibility: PersonaVisibility.nullish(),
  }),
  output: OnePersona,
  errors: ["CONFLICT", "FORBIDDEN", "NOT_FOUND"],
});

export const deletePersona = defineOperation({
  name: "chat.delete-persona",
  summary: "Take a persona out of use; who had chosen it talks to the default one from then on",
  permission: "persona:write",
  http: persona("DELETE", "/{persona_id}"),
  input: z.object({ persona_id: PersonaId }),
  output: z.object({ success: z.literal(true), message: z.string(), persona_id: z.string() }),
  errors: ["FORBIDDEN", "NOT_FOUND"],
});

export const setPersona = defineOperation({
  name: "chat.set-persona",
  summary: "Choose the persona that one talks to from now on",
  permission: "persona:write",
  http: persona("POST", "/set"),
  input: z.object({ persona_id: z.string().describe('`"default"` for the default one, whoever it is') }),
  output: z.object({
    success: z.literal(true),
    message: z.string(),
    persona_id: z.string(),
    persona_name: z.string(),
  }),
  errors: ["NOT_FOUND"],
});

export const initializeDefaultPersona = defineOperation({
  name: "chat.initialize-default-persona",
  summary: "See to it that there is a default persona",
  permission: "persona:read",
  http: persona("POST", "/initialize-default"),
  input: z.object({}),
  output: OnePersona.extend({ was_created: z.boolean() }),
});

/** A stream only because its answer is a text. */
export const exportPersona = defineStream({
  name: "chat.export-persona",
  summary: "A persona as Markdown: its prompt behind front matter with everything else",
  permission: "persona:read",
  http: persona("GET", "/{persona_id}/export"),
  input: z.object({ persona_id: PersonaId }),
  output: z.string(),
  errors: ["NOT_FOUND"],
});

export const importPersona = defineOperation({
  name: "chat.import-persona",
  summary: "Make a persona of the caller from Markdown, as the export writes it",
  permission: "persona:write",
  http: persona("POST", "/import"),
  input: z.object({
    markdown: z.string().max(131_072),
    name: Name.nullish().describe("Instead of the one in the text"),
  }),
  output: OnePersona,
  errors: ["CONFLICT"],
});

export const sharePersona = defineOperation({
  name: "chat.share-persona",
  summary: "Share a persona with people, teams and workspaces; `/api/v1/shares` lists and revokes what was shared",
  permission: "persona:write",
  http: { ...persona("POST", "/{persona_id}/shares"), status: 201 },
  input: z.object({ persona_id: PersonaId, ...sharingFields }),
  output: z.object({ shares: z.array(Share) }),
  errors: ["FORBIDDEN", "NOT_FOUND", "RATE_LIMITED"],
});
