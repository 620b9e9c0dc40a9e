import * as z from "zod";
import { type IdentityDeps, issuerOf } from "../identity-deps.ts";
import { isSessionLive } from "./session-repository.ts";

interface TokenFacts {
  readonly userId: string;
  readonly sessionId: string | undefined;
  readonly issuer: string | undefined;
}

/** Whether a token is one of ours whose session has ended, or whose account is banned or deleted. */
export async function isOwnSessionOver(deps: IdentityDeps | null, token: TokenFacts): Promise<boolean> {
  if (deps === null || token.issuer !== issuerOf(deps.settings)) return false;
  const id = z.uuid().safeParse(token.sessionId);
  if (!id.success) return true;
  return !(await isSessionLive(deps.kysely, { id: id.data, userId: token.userId, now: deps.now() }));
}
