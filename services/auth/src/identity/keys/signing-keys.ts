import type { identity, OutputOf } from "@gaia/contracts";
import type { Tables } from "@gaia/db";
import { type CryptoKey, errors, importJWK, type JWK, type JWTVerifyGetKey } from "jose";
import { type Kysely, sql } from "kysely";
import * as z from "zod";
import { createSigningKey, signingKeyPrefix } from "./create-signing-key.ts";

type PublicKey = OutputOf<typeof identity.identityKeySet>["keys"][number];

interface SigningKey {
  readonly secret: string;
  readonly kid: string;
  readonly sign: CryptoKey;
  readonly verify: CryptoKey;
  readonly published: PublicKey;
}

export interface SigningKeys {
  /** The newest key. */
  current(): Promise<{ readonly kid: string; readonly key: CryptoKey }>;
  published(): Promise<PublicKey[]>;
  /** A secret that stays the same through rotations, to derive from. */
  pepper(): Promise<string>;
  /** Finds the key of a token by its `kid`; a new one is found although another process made it. */
  readonly find: JWTVerifyGetKey;
}

const StoredKey = z.object({
  kty: z.literal("EC"),
  crv: z.literal("P-256"),
  x: z.string(),
  y: z.string(),
  d: z.string(),
  kid: z.string(),
});

const freshForMs = 60_000;
// An unknown `kid` may be anybody's invention.
const lookAgainAfterMs = 5_000;
// Any fixed number will do, as long as it never changes.
const firstKeyLock = 4_716_982_037;

/** The keys in the database, made at first use and remembered for a minute. */
export function createSigningKeys(kysely: Kysely<Tables>, now: () => Date): SigningKeys {
  let loaded: { readonly at: number; readonly keys: readonly SigningKey[] } | undefined;
  let loading: Promise<readonly SigningKey[]> | undefined;

  const load = async (): Promise<readonly SigningKey[]> => {
    const keys = await readKeys(kysely);
    loaded = { at: now().getTime(), keys: keys.length > 0 ? keys : await makeFirstKey(kysely) };
    return loaded.keys;
  };
  const keysNoOlderThan = async (ageMs: number): Promise<readonly SigningKey[]> => {
    if (loaded !== undefined && now().getTime() - loaded.at < ageMs) return loaded.keys;
    loading ??= load().finally(() => (loading = undefined));
    return loading;
  };

  return {
    async current() {
      const [newest] = await keysNoOlderThan(freshForMs);
      if (newest === undefined) throw new Error("There is no key to sign tokens with");
      return { kid: newest.kid, key: newest.sign };
    },
    async published() {
      return (await keysNoOlderThan(freshForMs)).map(({ published }) => published);
    },
    async pepper() {
      return (await keysNoOlderThan(freshForMs)).at(-1)?.secret ?? "";
    },
    async find({ alg, kid }) {
      if (alg !== "ES256" || kid === undefined) throw new errors.JWKSNoMatchingKey();
      const isWanted = (key: SigningKey) => key.kid === kid;
      const known = (await keysNoOlderThan(freshForMs)).find(isWanted);
      const key = known ?? (await keysNoOlderThan(lookAgainAfterMs)).find(isWanted);
      if (key === undefined) throw new errors.JWKSNoMatchingKey();
      return key.verify;
    },
  };
}

async function readKeys(kysely: Kysely<Tables>): Promise<SigningKey[]> {
  const rows = await kysely
    .selectFrom("platform_secrets")
    .select("value")
    .where("name", "like", `${signingKeyPrefix}%`)
    .orderBy("created_at", "desc")
    .execute();
  return Promise.all(rows.map(({ value }) => openKey(StoredKey.parse(JSON.parse(value)))));
}

/** Of processes that start together, one makes it. */
async function makeFirstKey(kysely: Kysely<Tables>): Promise<SigningKey[]> {
  return kysely.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${firstKeyLock})`.execute(transaction);
    const made = await readKeys(transaction);
    if (made.length > 0) return made;
    await createSigningKey({ kysely: transaction });
    return readKeys(transaction);
  });
}

async function openKey({ d, kid, ...point }: z.infer<typeof StoredKey>): Promise<SigningKey> {
  const [sign, verify] = await Promise.all([importKey({ ...point, d }), importKey(point)]);
  return { secret: d, kid, sign, verify, published: { ...point, kid, alg: "ES256", use: "sig", key_ops: ["verify"] } };
}

async function importKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, "ES256");
  if (key instanceof Uint8Array) throw new TypeError("An EC key was expected");
  return key;
}
