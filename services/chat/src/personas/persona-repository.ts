import { chat, type Persona } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import { type Expression, type Kysely, type Selectable, sql, type SqlBool, type Updateable } from "kysely";
import * as z from "zod";
import { momentOf } from "../pages/moment-of.ts";

const Flags = z.record(z.string(), z.unknown()).catch({});
const Settings = chat.PersonaSettings.catch({});
const Visibility = chat.PersonaVisibility.catch("private");

/** Owner of what Gaia brings along. */
export const systemOwner = "system";

const createdAt = sql`coalesce(personas.created_at, 'epoch') at time zone 'UTC'`;

export interface ListedPersona {
  readonly persona: Persona;
  readonly moment: string;
}

interface PageQuery {
  readonly where: Expression<SqlBool>;
  /** Where the page before ended. */
  readonly after: readonly [string, string] | null;
  readonly limit: number;
}

/** Newest first. */
export async function findPersonas(
  kysely: Kysely<Tables>,
  { where, after, limit }: PageQuery,
): Promise<ListedPersona[]> {
  const rows = await kysely
    .selectFrom("personas")
    .selectAll()
    .select(momentOf(createdAt).as("moment"))
    .where(where)
    .where(after === null ? sql<boolean>`true` : isAfter(after))
    .orderBy(createdAt, "desc")
    .orderBy("id", "desc")
    .limit(limit)
    .execute();
  return rows.map(({ moment, ...row }) => ({ persona: rowToPersona(row), moment }));
}

function isAfter([moment, id]: readonly [string, string]): Expression<SqlBool> {
  return sql<boolean>`(${createdAt}, personas.id) < (${moment}::timestamp, ${id}::uuid)`;
}

export async function countPersonas(kysely: Kysely<Tables>, where: Expression<SqlBool>): Promise<number> {
  const { count } = await kysely
    .selectFrom("personas")
    .select((select) => select.fn.countAll<string>().as("count"))
    .where(where)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function findPersona(kysely: Kysely<Tables>, id: string): Promise<Persona | undefined> {
  return toPersona(await kysely.selectFrom("personas").selectAll().where("id", "=", id).executeTakeFirst());
}

/** For a change: nobody else changes it until the transaction ends. */
export async function lockPersona(transaction: Kysely<Tables>, id: string): Promise<Persona | undefined> {
  const query = transaction.selectFrom("personas").selectAll().where("id", "=", id).forUpdate();
  return toPersona(await query.executeTakeFirst());
}

export async function findDefaultPersona(kysely: Kysely<Tables>): Promise<Persona | undefined> {
  const query = kysely
    .selectFrom("personas")
    .selectAll()
    .where("is_default", "=", true)
    .where("is_active", "is not", false);
  return toPersona(await query.executeTakeFirst());
}

/** The persona that somebody chose, unless it was deleted since. */
export async function findPreferredPersona(kysely: Kysely<Tables>, userId: string): Promise<Persona | undefined> {
  const row = await kysely
    .selectFrom("user_persona_preferences")
    .innerJoin("personas", "personas.id", "user_persona_preferences.persona_id")
    .selectAll("personas")
    .where("user_persona_preferences.user_id", "=", userId)
    .where("personas.is_active", "is not", false)
    .executeTakeFirst();
  return toPersona(row);
}

export async function savePreference(kysely: Kysely<Tables>, userId: string, personaId: string): Promise<void> {
  const chosen = { persona_id: personaId, updated_at: sql<Date>`now()` };
  await kysely
    .insertInto("user_persona_preferences")
    .values({ user_id: userId, ...chosen })
    .onConflict((conflict) => conflict.column("user_id").doUpdateSet(chosen))
    .execute();
}

export async function deletePreference(kysely: Kysely<Tables>, userId: string): Promise<void> {
  await kysely.deleteFrom("user_persona_preferences").where("user_id", "=", userId).execute();
}

/** How somebody wants to be called, as far as they said. */
export async function findUserName(kysely: Kysely<Tables>, userId: string): Promise<string | null> {
  const row = await kysely.selectFrom("users").select("name").where("id", "=", userId).executeTakeFirst();
  return row?.name ?? null;
}

export type PersonaFields = Pick<
  Persona,
  "name" | "description" | "system_prompt" | "personality_traits" | "capabilities" | "settings" | "visibility"
>;

export interface NewPersona extends PersonaFields {
  readonly created_by: string;
  readonly is_default?: boolean;
}

/** `undefined` where the owner has such a persona, or there is a default one already. */
export async function insertPersona(
  kysely: Kysely<Tables>,
  { personality_traits, capabilities, settings, ...plain }: NewPersona,
  now: Date,
): Promise<Persona | undefined> {
  const row = await kysely
    .insertInto("personas")
    .values({
      ...plain,
      ...toJson({ personality_traits, capabilities, settings }),
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  return toPersona(row);
}

export async function updateFields(
  kysely: Kysely<Tables>,
  id: string,
  { personality_traits, capabilities, settings, ...plain }: Partial<PersonaFields>,
  now: Date,
): Promise<Persona> {
  const flags = toJson({ personality_traits, capabilities, settings });
  return update(kysely, id, { ...plain, ...flags, updated_at: now });
}

export async function deactivatePersona(kysely: Kysely<Tables>, id: string, now: Date): Promise<void> {
  await update(kysely, id, { is_active: false, updated_at: now });
}

/** An active one of this name that is the system's own is the default one from now on. */
export async function makeSystemPersonaDefault(kysely: Kysely<Tables>, name: string): Promise<void> {
  await kysely
    .updateTable("personas")
    .set({ is_default: true })
    .where("created_by", "=", systemOwner)
    .where("name", "=", name)
    .where("is_active", "is not", false)
    .execute();
}

async function update(kysely: Kysely<Tables>, id: string, change: Updateable<Tables["personas"]>): Promise<Persona> {
  const query = kysely.updateTable("personas").set(change).where("id", "=", id).returningAll();
  return rowToPersona(await query.executeTakeFirstOrThrow());
}

type JsonFields = Pick<Persona, "personality_traits" | "capabilities" | "settings">;

function toJson(flags: { readonly [Name in keyof JsonFields]?: JsonFields[Name] | undefined }): {
  [Name in keyof JsonFields]?: string;
} {
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, JSON.stringify(value)]));
}

function toPersona(row: Selectable<Tables["personas"]> | undefined): Persona | undefined {
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
    settings: Settings.parse(row.settings),
    visibility: Visibility.parse(row.visibility),
    is_default: row.is_default,
  };
}
