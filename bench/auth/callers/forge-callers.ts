import { randomBytes, randomUUID } from "node:crypto";
import { createKeySecret } from "../../../services/auth/src/api-keys/key-secret.ts";
import { showKey, showToken } from "./show.ts";

const forgeries = [
  // Right in form and checksum.
  () => showKey(createKeySecret()),
  // In the original's form, which has neither prefix nor checksum.
  () => showKey(randomBytes(32).toString("base64url")),
  // Right in all but the signature.
  () => showToken(forgeToken()),
];

/** Callers that nobody knows, no two alike, so that no answer about one helps with the next. */
export function forgeCallers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => forgeries[index % forgeries.length]?.() ?? "");
}

function forgeToken(): string {
  const seconds = Math.floor(Date.now() / 1000);
  const claims = { sub: randomUUID(), aud: "authenticated", role: "authenticated", iat: seconds, exp: seconds + 3600 };
  const parts = [{ alg: "HS256", typ: "JWT" }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  return [...parts, randomBytes(32).toString("base64url")].join(".");
}
