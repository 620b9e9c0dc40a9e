import * as z from "zod";

/** What every list takes in its query. */
export const PageInput = {
  limit: z.coerce.number().int().min(1).max(100).default(50),
  /** `next_cursor` of the page before. */
  cursor: z.string().max(1000).optional(),
};

/** `null` on the last page. */
export const NextCursor = z.string().nullable();
