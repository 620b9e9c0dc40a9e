import { chat, type InputOf, type Persona, userIdOf } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import { openChatWorld } from "../../testing/open-chat-world.ts";
import type { ChatDeps } from "../../deps.ts";
import { createPersona } from "../create-persona.ts";
import { getPersona } from "../get-persona.ts";
import { listPersonas } from "../list-personas.ts";

type Fields = Partial<InputOf<typeof chat.createPersona>>;

/** Two people who have nothing to do with each other, and Mu. */
export async function openPersonaWorld() {
  const world = await openChatWorld();
  return {
    async setup() {
      const base = await world.setup();
      const { deps, kysely, context: ada, userId: adaId } = base;
      await kysely.deleteFrom("personas").where("name", "!=", "Mu").execute();
      await kysely.updateTable("personas").set({ is_active: true }).execute();
      const ben = await addPerson(kysely, ada);
      const benId = userIdOf(ben.principal) ?? "";
      return { ...base, ada, adaId, ben, benId, ...callsOf(deps), ...storedIn(kysely, [adaId, benId]) };
    },
  };
}

async function addPerson(kysely: ChatDeps["kysely"], like: Context): Promise<Context> {
  const userId = crypto.randomUUID();
  await kysely
    .insertInto("users")
    .values({ id: userId, email: `${userId}@example.test` })
    .execute();
  return { ...like, principal: { kind: "user", userId, email: "", sessionId: null, permissions: [] } };
}

function callsOf(deps: ChatDeps) {
  return {
    async make(context: Context, fields: Fields = {}): Promise<Persona> {
      const input = chat.createPersona.input.parse({ name: "Ren", description: "", system_prompt: "", ...fields });
      return (await createPersona(deps, context, input)).persona;
    },
    async namesFor(context: Context, activeOnly = true): Promise<string[]> {
      const { personas } = await listPersonas(deps, context, { active_only: activeOnly, limit: 200 });
      return personas.map(({ name }) => name);
    },
    read: async (context: Context, id: string): Promise<Persona> =>
      (await getPersona(deps, context, { persona_id: id })).persona,
  };
}

function storedIn(kysely: ChatDeps["kysely"], userIds: readonly string[]) {
  return {
    mu: () => kysely.selectFrom("personas").selectAll().where("is_default", "=", true).execute(),
    preferences: () => kysely.selectFrom("user_persona_preferences").select(["user_id", "persona_id"]).execute(),
    async trail() {
      const rows = await kysely
        .selectFrom("permission_audit_log")
        .select(["event_type as action", "actor_id as actor", "target_id as target", "permission_details as facts"])
        .where("target_type", "=", "persona")
        .where("actor_id", "in", userIds)
        .orderBy("sequence")
        .execute();
      return rows;
    },
  };
}
