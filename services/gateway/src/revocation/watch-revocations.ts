import { auth, identity } from "@gaia/contracts";
import type { Transport } from "@gaia/kit/transport/transport";
import type { PrincipalCache } from "../authentication/principal-cache.ts";
import type { OpenStreams } from "./open-streams.ts";

interface RevocationDeps {
  readonly transport: Pick<Transport, "subscribe" | "onMissedEvents">;
  readonly principals: PrincipalCache;
  readonly streams: OpenStreams;
}

/** Forgets and ends what is revoked anywhere. Caches first: whoever is looked up anew must not be found as before. */
export async function watchRevocations({ transport, principals, streams }: RevocationDeps): Promise<void> {
  await transport.subscribe(auth.apiKeyIssued, ({ key_hash }) => principals.forget(key_hash));
  await transport.subscribe(auth.apiKeyRevoked, ({ key_hash }) => {
    principals.forget(key_hash);
    streams.endKey(key_hash);
  });
  await transport.subscribe(identity.sessionRevoked, async ({ user_id, session_ids }) => {
    principals.forgetUser(user_id, session_ids);
    await streams.endSessions(user_id, session_ids);
  });
  const forgetEverybody = async (): Promise<void> => {
    principals.forgetAll();
    await streams.recheckEverybody();
  };
  await transport.subscribe(auth.accessChanged, async ({ user_ids }) => {
    if (user_ids === null) return forgetEverybody();
    for (const userId of user_ids) principals.forgetUser(userId, null);
    await Promise.all(user_ids.map((userId) => streams.recheckUser(userId)));
  });
  transport.onMissedEvents(forgetEverybody);
}
