import * as z from "zod";

/** With whom something is shared; roles only by whoever writes to the database. */
export interface Recipient {
  readonly type: "user" | "team" | "workspace" | "role";
  readonly id: string;
}

const Stored = z.union([
  z.object({ shared_with_type: z.enum(["user", "team", "workspace"]), shared_with_id: z.guid().toLowerCase() }),
  z.object({ shared_with_type: z.literal("role"), shared_with_id: z.string() }),
]);

/** As a direct share has it in its metadata; `null` for a public one. */
export function recipientOf(share: {
  readonly share_type: string | null;
  readonly metadata: unknown;
}): Recipient | null {
  if (share.share_type === "public") return null;
  const { shared_with_type: type, shared_with_id: id } = Stored.parse(share.metadata);
  return { type, id };
}
