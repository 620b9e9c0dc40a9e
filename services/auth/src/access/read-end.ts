import { GaiaError } from "@gaia/contracts";

/** When something is to end; `null` for never. What has ended already is nothing that can be given. */
export function readEnd(text: string | null | undefined, now: Date): Date | null {
  if (text === null || text === undefined) return null;
  const end = new Date(text);
  if (end.getTime() > now.getTime()) return end;
  throw new GaiaError("INVALID_INPUT", "Invalid input: body.expires_at: Not in the future", {
    issues: [{ type: "custom", loc: ["body", "expires_at"], msg: "Not in the future" }],
  });
}
