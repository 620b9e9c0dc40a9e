import { access, type Persona } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import * as z from "zod";
import type { ChatDeps } from "../deps.ts";
import { systemOwner } from "./persona-repository.ts";

export type PersonaAction = "read" | "write" | "delete" | "share" | "admin";

/**
 * Whether the caller may do it: by the rules of the platform, and to read also where the persona is open to everybody
 * and no rule forbids it. The default persona speaks with everyone who may chat.
 */
export async function decideOnPersona(
  { transport }: Pick<ChatDeps, "transport">,
  context: Context,
  action: PersonaAction,
  persona: Persona,
): Promise<boolean> {
  if (action === "read" && isDefault(persona)) return true;
  const { allowed, rule } = await transport.call(access.checkAccess, context, {
    action,
    resource: { type: "persona", id: persona.id, ...ownerOf(persona) },
  });
  return allowed || (action === "read" && rule === null && isOpen(persona));
}

/** Whether somebody who is not its owner could see it for what it is. */
function isOpen({ visibility, created_by, is_active }: Persona): boolean {
  return is_active && (visibility === "public" || created_by === systemOwner);
}

function isDefault({ is_default, is_active }: Persona): boolean {
  return is_default && is_active;
}

/** Its owner as the rules know people: the original also wrote other things there. */
export function ownerOf({ created_by }: Persona): { readonly ownerId?: string } {
  const id = z.guid().safeParse(created_by).data;
  return id === undefined ? {} : { ownerId: id };
}
