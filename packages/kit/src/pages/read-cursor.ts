import { GaiaError } from "@gaia/contracts";
import type * as z from "zod";

/** The key of the last row of the page before, as `cutPage` wrote it; `null` on the first page. */
export function readCursor<Key>(key: z.ZodType<Key>, cursor: string | undefined): Key | null {
  if (cursor === undefined) return null;
  const parsed = key.safeParse(Buffer.from(cursor, "base64url").toString());
  if (parsed.success) return parsed.data;
  throw new GaiaError("INVALID_INPUT", "Invalid input: query.cursor: Not a cursor of this list", {
    issues: [{ type: "custom", loc: ["query", "cursor"], msg: "Not a cursor of this list" }],
  });
}
