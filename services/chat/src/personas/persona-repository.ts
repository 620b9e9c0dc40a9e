import type { Persona } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import type { Kysely, Selectable } from "kysely";
import * as z from "zod";

const Flags = z.record(z.string(), z.unknown()).catch({});

export async function listActivePersonas(kysely: Kysely<Tables>): Promise<Persona[]> {
  const rows = await kysely
    .selectFrom("personas")
    .selectAll()
    .where("is_active", "is not", false)
    .orderBy("created_at", "desc")
    .execute();
  return rows.map(rowToPersona);
}

export async function findActivePersona(kysely: Kysely<Tables>, id: string): Promise<Persona | undefined> {
  const row = await kysely
    .selectFrom("personas")
    .selectAll()
    .where("id", "=", id)
    .where("is_active", "is not", false)
    .executeTakeFirst();
  return row === undefined ? undefined : rowToPersona(row);
}

export async function findActivePersonaByName(kysely: Kysely<Tables>, name: string): Promise<Persona | undefined> {
  const row = await kysely
    .selectFrom("personas")
    .selectAll()
    .where("name", "=", name)
    .where("is_active", "is not", false)
    .executeTakeFirst();
  return row === undefined ? undefined : rowToPersona(row);
}

function rowToPersona(row: Selectable<Tables["personas"]>): Persona {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    system_prompt: row.system_prompt,
    personality_traits: Flags.parse(row.personality_traits),
    capabilities: Flags.parse(row.capabilities),
    is_active: row.is_active ?? true,
    created_by: row.created_by,
    created_at: (row.created_at ?? new Date(0)).toISOString(),
    updated_at: (row.updated_at ?? new Date(0)).toISOString(),
  };
}
