import * as z from "zod";

/** Names of teams and of workspaces are unique, and so order their lists. */
export const NameCursor = z
  .string()
  .max(100)
  .refine((name) => !name.includes("\0"));
