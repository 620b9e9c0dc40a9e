import * as z from "zod";

/** Addresses of accounts are unique, and so order lists of members. */
export const EmailCursor = z
  .string()
  .max(255)
  .refine((email) => !email.includes("\0"));
