import * as z from "zod";
import { identityError } from "../identity-error.ts";

export interface AdministeredFields {
  readonly email?: string | undefined;
  readonly password?: string | null | undefined;
  readonly email_confirm?: boolean | null | undefined;
  readonly user_metadata?: Readonly<Record<string, unknown>> | null | undefined;
  readonly app_metadata?: Readonly<Record<string, unknown>> | null | undefined;
  readonly ban_duration?: string | null | undefined;
}

/** An id in a path; another text cannot be anybody's. */
export function readUserId(text: string): string {
  const id = z.guid().safeParse(text);
  if (!id.success) throw identityError("NOT_FOUND", "validation_failed", "user_id must be an UUID");
  return id.data;
}
