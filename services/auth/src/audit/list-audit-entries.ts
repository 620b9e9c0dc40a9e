import type { auditTrail, InputOf, OutputOf } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import * as z from "zod";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { cutPage } from "@gaia/kit/pages/cut-page";
import { readCursor } from "@gaia/kit/pages/read-cursor";
import { findAuditEntries } from "./audit-repository.ts";
import { auditVisibility } from "./audit-visibility.ts";

const SequenceCursor = z.string().regex(/^\d{1,18}$/);

export async function listAuditEntries(
  deps: Pick<AuthDeps, "kysely" | "now">,
  { principal }: Pick<Context, "principal">,
  { limit, cursor, ...filters }: InputOf<typeof auditTrail.listAuditEntries>,
): Promise<OutputOf<typeof auditTrail.listAuditEntries>> {
  const before = readCursor(SequenceCursor, cursor);
  const visibility = auditVisibility(await openAccess(deps, principal), principal);
  const found = await findAuditEntries(deps.kysely, visibility, filters, { before, limit: limit + 1 });
  const { rows, next_cursor } = cutPage(found, limit, ({ sequence }) => String(sequence));
  return { entries: [...rows], next_cursor };
}
