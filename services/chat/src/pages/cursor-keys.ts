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

/** The two values that a list is ordered by, as `cutPage` was told to write them: `moment/id`. */
export const momentKey = z
  .string()
  .transform((key) => key.split("/"))
  .pipe(z.tuple([Moment, z.guid()]));

/** The same with `number/number`. */
export const numberKey = z
  .string()
  .transform((key) => key.split("/"))
  .pipe(z.tuple([Numeral, Numeral]));
