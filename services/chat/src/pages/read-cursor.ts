import { GaiaError } from "@gaia/contracts";
import * as z from "zod";

const Numeral = z.string().regex(/^\d{1,18}$/);

/** With all the digits that PostgreSQL knows, as `momentOf` writes it. */
const Moment = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/)
  .refine(isMoment);

// A day that no month has would be taken for one of the next.
function isMoment(text: string): boolean {
  const date = new Date(`${text.slice(0, 23)}Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text.slice(0, 23));
}

const Keys = {
  moment: z
    .string()
    .transform((key) => key.split("/"))
    .pipe(z.tuple([Moment, z.guid()])),
  number: z
    .string()
    .transform((key) => key.split("/"))
    .pipe(z.tuple([Numeral, Numeral])),
} as const;

/** The two values that a list is ordered by, as `cutPage` wrote them; `null` on the first page. */
export function readCursor(kind: keyof typeof Keys, cursor: string | undefined): readonly [string, string] | null {
  if (cursor === undefined) return null;
  const parsed = Keys[kind].safeParse(Buffer.from(cursor, "base64url").toString());
  if (parsed.success) return parsed.data;
  throw new GaiaError("INVALID_INPUT", "Invalid input: query.cursor: Not a cursor of this list", {
    issues: [{ type: "custom", loc: ["query", "cursor"], msg: "Not a cursor of this list" }],
  });
}
