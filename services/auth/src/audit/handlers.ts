import { auditTrail } from "@gaia/contracts";
import { type Binding, implement, implementStream, logOutcome } from "@gaia/kit/binding";
import type { AuthDeps } from "../deps.ts";
import { exportAuditTrail } from "./export-audit-trail.ts";
import { listAuditEntries } from "./list-audit-entries.ts";

export const auditHandlers = (deps: Pick<AuthDeps, "kysely" | "now">): Binding[] => [
  implement(auditTrail.listAuditEntries, (context, input) => listAuditEntries(deps, context, input)),
  implementStream(auditTrail.exportAuditTrail, async (context, input) => {
    const started = performance.now();
    const response = await exportAuditTrail(deps, context, input);
    const fields = { status: response.status };
    logOutcome(context.log, { contract: auditTrail.exportAuditTrail, caller: context, started, fields });
    return response;
  }),
];
