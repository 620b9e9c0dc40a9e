import type { GrantContext } from "../access/access-facts.ts";

/** An assignment as the audit trail tells it. */
export function describeAssignment(
  { name }: { readonly name: string },
  row: { readonly context_type: string; readonly context_id: string; readonly expires_at: Date | null },
) {
  const { context_type, context_id, expires_at } = row;
  return { role: name, context_type, context_id, expires_at: expires_at?.toISOString() ?? null };
}

/** Whose trail an entry about something in the context belongs to as well. */
export function placesOf({ type, id }: GrantContext): { readonly teamId?: string; readonly workspaceId?: string } {
  switch (type) {
    case "team":
      return { teamId: id };
    case "workspace":
      return { workspaceId: id };
    case "global":
    case "resource":
      return {};
  }
}
