import type { auditTrail, InputOf } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import { openAccess } from "../access/open-access.ts";
import type { AuthDeps } from "../deps.ts";
import { findAuditEntries } from "./audit-repository.ts";
import { auditVisibility } from "./audit-visibility.ts";

const batchSize = 500;

/**
 * The entries as NDJSON. One batch is in memory at a time, the next is fetched when the reader wants more, and none
 * once it has gone; entries that are added meanwhile are not among them.
 */
export async function exportAuditTrail(
  deps: Pick<AuthDeps, "kysely" | "now">,
  { principal, signal }: Pick<Context, "principal" | "signal">,
  filters: InputOf<typeof auditTrail.exportAuditTrail>,
): Promise<Response> {
  // A download may take long, and what somebody may see can end meanwhile.
  const fetchBatch = async (before: string | null) => {
    const visibility = auditVisibility(await openAccess(deps, principal), principal);
    return findAuditEntries(deps.kysely, visibility, filters, { before, limit: batchSize });
  };
  // Failures of the first batch have a status of their own; those of later ones can only cut the answer.
  const first = await fetchBatch(null);
  const lines = toLines(first, fetchBatch, signal);
  return new Response(ReadableStream.from(lines), {
    headers: {
      "content-type": "application/x-ndjson",
      "content-disposition": 'attachment; filename="audit.ndjson"',
      "cache-control": "no-store",
    },
  });
}

type Batch = readonly auditTrail.AuditTrailEntry[];

async function* toLines(
  first: Batch,
  fetchBatch: (before: string) => Promise<Batch>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let batch = first;
  for (;;) {
    const last = batch.at(-1);
    if (last === undefined || signal.aborted) return;
    yield Buffer.from(batch.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
    if (batch.length < batchSize) return;
    batch = await fetchBatch(String(last.sequence));
  }
}
