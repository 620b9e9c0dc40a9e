import { type chat, type InputOf, type OutputOf, shares } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import type { ChatDeps } from "../deps.ts";
import { ownerOf } from "./decide-on-persona.ts";
import { requirePersona } from "./require-persona.ts";

/** What may be given is decided where shares are kept; whose the persona is, only we know. */
export async function sharePersona(
  deps: Pick<ChatDeps, "kysely" | "transport">,
  context: Context,
  { persona_id: id, ...sharing }: InputOf<typeof chat.sharePersona>,
): Promise<OutputOf<typeof chat.sharePersona>> {
  const action = sharing.share_type === "public" ? "admin" : "share";
  const persona = await requirePersona(deps, context, { id, action });
  const { ownerId } = ownerOf(persona);
  const { requestId, principal, client } = context;
  const asService = { requestId, principal: { kind: "service", name: "chat" }, ...(client && { client }) } as const;
  return deps.transport.call(shares.shareResource, asService, {
    ...sharing,
    principal,
    resource_type: "persona",
    resource_id: persona.id,
    ...(ownerId === undefined ? {} : { owner_id: ownerId }),
  });
}
