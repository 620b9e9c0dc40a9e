import * as z from "zod";
import { Id } from "./access.ts";
import { defineOperation, defineStream } from "./define.ts";
import { NextCursor, PageInput } from "./pages.ts";
import { isStorableTime } from "./place-fields.ts";
import { storableText as text } from "./storable.ts";

const AuditTrailEntry = z
  .object({
    id: z.guid(),
    sequence: z.int().describe("Grows with each entry"),
    action: z.string(),
    actor_id: z.guid().nullable(),
    target_user_id: z.guid().nullable(),
    target_type: z.string().nullable(),
    target_id: z.string().nullable(),
    team_id: z.guid().nullable(),
    workspace_id: z.guid().nullable(),
    /** How the actor called: with which session or key, or as which service. */
    principal: z.record(z.string(), z.unknown()).nullable(),
    request_id: z.string().nullable(),
    before: z.unknown(),
    after: z.unknown(),
    details: z.unknown(),
    /** `null` where it is not known, and of others in one's own history. */
    ip_address: z.string().nullable(),
    user_agent: z.string().nullable(),
    timestamp: z.iso.datetime(),
  })
  .meta({ id: "AuditTrailEntry" });
export type AuditTrailEntry = z.infer<typeof AuditTrailEntry>;

const Moment = z.iso.datetime({ offset: true }).refine(isStorableTime, "Too far away");

const filters = {
  actor_id: Id.optional(),
  target_user_id: Id.optional(),
  target_type: text(50).optional(),
  target_id: text(500).optional(),
  action: text(100).optional().describe("One action, or with a dot at its end all that begin so: team."),
  team_id: Id.optional(),
  workspace_id: Id.optional(),
  from: Moment.optional(),
  to: Moment.optional().describe("Not included"),
  request_id: text(200).optional(),
};

export const listAuditEntries = defineOperation({
  name: "auth.list-audit-entries",
  summary: "What happened, newest first: all for auditors, those of one's teams and workspaces, and one's own",
  permission: "signed-in",
  http: { method: "GET", path: "/api/v1/audit" },
  input: z.object({ ...filters, ...PageInput }),
  output: z.object({ entries: z.array(AuditTrailEntry), next_cursor: NextCursor }),
});

export const exportAuditTrail = defineStream({
  name: "auth.export-audit-trail",
  summary: "The same entries as NDJSON, one a line, however many there are",
  permission: "signed-in",
  http: { method: "GET", path: "/api/v1/audit/export" },
  input: z.object(filters),
  output: AuditTrailEntry,
});
