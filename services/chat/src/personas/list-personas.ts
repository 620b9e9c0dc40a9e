import type { chat, InputOf, OutputOf } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import type { ChatDeps } from "../deps.ts";
import { cutPage } from "@gaia/kit/pages/cut-page";
import { readCursor } from "@gaia/kit/pages/read-cursor";
import { momentKey } from "../pages/cursor-keys.ts";
import { countPersonas, findPersonas } from "./persona-repository.ts";
import { selectVisible } from "./select-visible.ts";

type ListDeps = Pick<ChatDeps, "kysely" | "transport">;
type ListInput = InputOf<typeof chat.listPersonas>;
type List = OutputOf<typeof chat.listPersonas>;

// In the characters that take most bytes, a page must still fit into what a transport carries.
const maximumSize = 250_000;

export async function listPersonas(deps: ListDeps, context: Context, input: ListInput): Promise<List> {
  return { ...(await findPage(deps, context, input)), success: true, message: "Personas retrieved successfully" };
}

export async function listOlderPersonas(deps: ListDeps, context: Context, input: ListInput): Promise<List> {
  const page = await findPage(deps, context, input);
  return { ...page, success: true, message: `Found ${page.total} personas` };
}

async function findPage(
  deps: ListDeps,
  context: Context,
  { active_only: onlyActive, limit, cursor }: ListInput,
): Promise<Pick<List, "personas" | "total" | "next_cursor">> {
  const where = await selectVisible(deps, context, { onlyActive });
  const after = readCursor(momentKey, cursor);
  const found = await findPersonas(deps.kysely, { where, after, limit: limit + 1 });
  const keyOf = ({ moment, persona }: (typeof found)[number]) => `${moment}/${persona.id}`;
  const { rows, next_cursor } = cutPage(found, limit, keyOf, maximumSize);
  const isAll = after === null && next_cursor === null;
  return {
    personas: rows.map(({ persona }) => persona),
    total: isAll ? rows.length : await countPersonas(deps.kysely, where),
    ...(next_cursor === null ? {} : { next_cursor }),
  };
}
