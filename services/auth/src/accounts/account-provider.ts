import type { Principal } from "@gaia/contracts";
import type { Auditor, Tables } from "@gaia/db";
import type { Kysely } from "kysely";
import type { ProviderSession, ProviderUser } from "./provider-account.ts";

/** Somebody in a session of theirs, with its token where a project must be asked on their behalf. */
export interface SessionOwner {
  readonly auditor: Auditor & { readonly principal: Extract<Principal, { readonly kind: "user" }> };
  readonly accessToken: string | null;
}

export interface SignUpWish {
  readonly email: string;
  readonly password: string;
  readonly data?: Readonly<Record<string, unknown>> | null | undefined;
  readonly redirect_to?: string | undefined;
}

export interface Reset {
  readonly email?: string | undefined;
  readonly token?: string | undefined;
  readonly token_hash?: string | undefined;
  readonly password: string;
}

export type Metadata = Readonly<Record<string, unknown>>;

/**
 * Whoever keeps accounts and sessions: Gaia's own provider, or a Supabase project. It throws with Supabase's codes and
 * messages, `UNAVAILABLE` when it cannot be asked, and adds to the audit trail what it did.
 */
export interface AccountProvider {
  /** No session where the address must be confirmed first. */
  signUp(
    auditor: Auditor,
    wish: SignUpWish,
  ): Promise<{ readonly user: ProviderUser; readonly session: ProviderSession | null }>;
  signIn(
    auditor: Auditor,
    credentials: { readonly email: string; readonly password: string },
  ): Promise<ProviderSession>;
  refresh(auditor: Auditor, refreshToken: string): Promise<ProviderSession>;
  /** Ends the session of a token; one that is none any more is nobody's failure. */
  signOut(auditor: Auditor, accessToken: string): Promise<void>;
  confirm(auditor: Auditor, mailed: { readonly email: string; readonly token: string }): Promise<ProviderUser>;
  resend(auditor: Auditor, email: string): Promise<void>;
  recover(
    auditor: Auditor,
    input: { readonly email: string; readonly redirect_to?: string | undefined },
  ): Promise<void>;
  resetPassword(auditor: Auditor, reset: Reset): Promise<ProviderSession>;
  /** Throws unless it is the owner who sits before the screen: by the password, or fresh from a mailed link. */
  proveOwner(owner: SessionOwner, password: string | null | undefined): Promise<void>;
  /** Ends all other sessions. */
  changePassword(owner: SessionOwner, password: string): Promise<void>;
  /** `null` where it cannot be found out. */
  findMetadata(user: { readonly id: string; readonly accessToken: string | null }): Promise<Metadata | null>;
  /** What is `null` is taken away. Comes last in its transaction, so that a refusal undoes the rest. */
  changeMetadata(transaction: Kysely<Tables>, owner: SessionOwner, changes: Metadata): Promise<void>;
  /** Throws when accounts cannot be deleted here. */
  assertDeletes(): void;
  /** Comes last in its transaction, like the above. */
  deleteUser(transaction: Kysely<Tables>, owner: SessionOwner): Promise<void>;
}
