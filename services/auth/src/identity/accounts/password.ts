import { GaiaError } from "@gaia/contracts";
import { hash, verify } from "@node-rs/bcrypt";
import type { IdentitySettings } from "../identity-deps.ts";
import { invalidRequest } from "../identity-error.ts";

// bcrypt reads no further.
const maximumBytes = 72;

type PasswordSettings = Pick<IdentitySettings, "minimumPasswordLength" | "passwordCost">;

/** Refuses what is too short or too long, in the words of supabase/auth `internal/api/password.go`. */
export function checkPassword(settings: PasswordSettings, password: string): void {
  if (Buffer.byteLength(password) > maximumBytes) {
    throw invalidRequest(`Password cannot be longer than ${maximumBytes} characters`);
  }
  if (password.length >= settings.minimumPasswordLength) return;
  throw new GaiaError("INVALID_INPUT", `Password should be at least ${settings.minimumPasswordLength} characters.`, {
    reason: "identity.weak_password",
    details: { weak_password: { reasons: ["length"] } },
  });
}

export function hashPassword(settings: PasswordSettings, password: string): Promise<string> {
  return hash(password, { cost: settings.passwordCost });
}

const nobodysHashes = new Map<number, Promise<string>>();

/** Takes as long for an account that is not there, or has no password. */
export async function isPasswordRight(
  settings: PasswordSettings,
  password: string,
  stored: string | null | undefined,
): Promise<boolean> {
  if (stored) return verify(password, stored);
  const nobodys = nobodysHashes.get(settings.passwordCost) ?? hashPassword(settings, "nobody's password");
  nobodysHashes.set(settings.passwordCost, nobodys);
  await verify(password, await nobodys);
  return false;
}
