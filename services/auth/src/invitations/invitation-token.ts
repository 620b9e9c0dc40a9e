import { createHash, randomBytes } from "node:crypto";

// By its name nobody takes it for an API key, which the log would mask in the link that developers need.
const prefix = "inv_";

/** What only the mail says. */
export function createInvitationToken(): string {
  return prefix + randomBytes(32).toString("base64url");
}

/** The only form in which it is stored. */
export function hashInvitationToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
