import { limitExceeded } from "@gaia/kit/limits/limit-exceeded";
import type { RateLimit } from "@gaia/kit/limits/rate-limits";
import type { AuthDeps } from "../deps.ts";
import type { Place } from "../members/forget-place.ts";

const again: RateLimit = { name: "invitation-again", count: 1, windowSeconds: 60 };
const toAddress: RateLimit = { name: "invitations-to-address", count: 10, windowSeconds: 3600 };
const byInviter: RateLimit = { name: "invitations-by-inviter", count: 50, windowSeconds: 3600 };

/** Nobody is flooded with mails, and nobody sends them by the thousand. Whether there is an account plays no part. */
export async function limitInvitations(
  { limits }: Pick<AuthDeps, "limits">,
  { place, email, inviter }: { readonly place: Place; readonly email: string; readonly inviter: string },
): Promise<void> {
  const asked = [
    [again, `${place.id}:${email}`],
    [byInviter, inviter],
    [toAddress, email],
  ] as const;
  for (const [limit, key] of asked) {
    const standing = await limits.take(limit, key);
    if (!standing.isAllowed) throw limitExceeded(standing);
  }
}
