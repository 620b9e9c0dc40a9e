import type { chat, OutputOf } from "@gaia/contracts";
import type { ChatDeps } from "../deps.ts";
import { listActivePersonas } from "./persona-repository.ts";

export async function listPersonas({ kysely }: Pick<ChatDeps, "kysely">): Promise<OutputOf<typeof chat.listPersonas>> {
  const personas = await listActivePersonas(kysely);
  return { success: true, personas, total: personas.length, message: "Personas retrieved successfully" };
}
