import type { apiKeys, InputOf, OutputOf } from "@gaia/contracts";
import type { Auditor } from "@gaia/db";
import { sql } from "kysely";
import * as z from "zod";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { cutPage } from "@gaia/kit/pages/cut-page";
import { readCursor } from "@gaia/kit/pages/read-cursor";
import { selectKeyPage } from "./api-key-repository.ts";
import { findKeyOwner } from "./require-key-owner.ts";
import { rowToKey } from "./rows-to-keys.ts";

const Cursor = z.string().regex(/^\d{1,18} [0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

/** The newest first; revoked and expired ones too, because people look for them. */
export async function listApiKeys(
  { kysely, now }: Pick<AuthDeps, "kysely" | "now">,
  caller: Pick<Auditor, "principal">,
  input: InputOf<typeof apiKeys.listApiKeys>,
): Promise<OutputOf<typeof apiKeys.listApiKeys>> {
  const access = await openAccess({ kysely, now }, caller.principal);
  const { userId, isOneself } = await findKeyOwner({ kysely, access }, caller, input.user_id);
  const columns = { id: sql.ref<string>("api_keys.id"), ownerId: sql.ref<string>("api_keys.user_id") };
  const [createdAt = "", id = ""] = readCursor(Cursor, input.cursor)?.split(" ") ?? [];
  const found = await selectKeyPage(kysely, {
    userId,
    isShown: isOneself ? access.filter({ action: "read", type: "api-key" }, columns) : sql<boolean>`true`,
    limit: input.limit,
    after: input.cursor === undefined ? null : { createdAt, id },
  });
  const { rows, next_cursor } = cutPage(found, input.limit, (row) => `${row.createdAt} ${row.id}`);
  return { api_keys: rows.map(rowToKey), next_cursor };
}
