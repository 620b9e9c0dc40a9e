import { randomBytes, randomUUID } from "node:crypto";
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";

interface StubUser {
  readonly id: string;
  email: string;
  password: string;
  confirmedAt: string | null;
  metadata: Record<string, unknown>;
}

interface StubSession {
  readonly id: string;
  readonly userId: string;
  readonly method: "password" | "otp";
  refreshToken: string;
}

interface SigningKey {
  readonly kid: string;
  readonly sign: CryptoKey;
  readonly published: JWK;
}

/** What the project's people get by mail; the tests read it instead. */
export interface StubMail {
  readonly type: "signup" | "recovery";
  readonly to: string;
  readonly code: string;
  readonly tokenHash: string;
}

const lifetimeSeconds = 3600;

/** The accounts of a stub of Supabase Auth. */
export class StubAccounts {
  readonly mails: StubMail[] = [];
  private readonly users: StubUser[] = [];
  private readonly sessions: StubSession[] = [];
  private readonly keys: SigningKey[] = [];
  private readonly issuer: string;

  constructor(issuer: string) {
    this.issuer = issuer;
  }

  /** Signs with a new key from now on; what the older ones signed stays valid. */
  async rotate(): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
    const kid = randomUUID();
    const published = { ...(await exportJWK(publicKey)), kid, alg: "ES256", use: "sig" };
    this.keys.push({ kid, sign: privateKey, published });
  }

  keySet(): { readonly keys: readonly JWK[] } {
    return { keys: this.keys.map(({ published }) => published) };
  }

  find(email: string): StubUser | undefined {
    return this.users.find((user) => user.email === email.toLowerCase());
  }

  findById(id: string): StubUser | undefined {
    return this.users.find((user) => user.id === id);
  }

  all(): readonly StubUser[] {
    return this.users;
  }

  add(person: Pick<StubUser, "email" | "password" | "metadata">): StubUser {
    const user = { ...person, email: person.email.toLowerCase(), id: randomUUID(), confirmedAt: null };
    this.users.push(user);
    return user;
  }

  remove(id: string): void {
    this.endSessions((session) => session.userId === id);
    this.users.splice(0, this.users.length, ...this.users.filter((user) => user.id !== id));
  }

  endSessions(isOver: (session: StubSession) => boolean): void {
    this.sessions.splice(0, this.sessions.length, ...this.sessions.filter((session) => !isOver(session)));
  }

  mail(type: StubMail["type"], to: string): void {
    const code = String(Math.floor(100_000 + Math.random() * 900_000));
    this.mails.push({ type, to, code, tokenHash: randomBytes(28).toString("hex") });
  }

  /** A mail works once. */
  takeMail(matches: (mail: StubMail) => boolean): StubMail | undefined {
    const index = this.mails.findLastIndex(matches);
    return index === -1 ? undefined : this.mails.splice(index, 1)[0];
  }

  async signIn(user: StubUser, method: StubSession["method"]): Promise<object> {
    const session = { id: randomUUID(), userId: user.id, method, refreshToken: randomBytes(9).toString("base64url") };
    this.sessions.push(session);
    return this.describeSession(session, user);
  }

  /** The answer to a refresh token; nothing for one that is none any more. */
  async refresh(refreshToken: string): Promise<object | undefined> {
    const session = this.sessions.find((each) => each.refreshToken === refreshToken);
    const user = session === undefined ? undefined : this.findById(session.userId);
    if (session === undefined || user === undefined) return undefined;
    session.refreshToken = randomBytes(9).toString("base64url");
    return this.describeSession(session, user);
  }

  /** Whose session a token is of, while it lasts. */
  findSession(token: string): { readonly session: StubSession; readonly user: StubUser } | undefined {
    const [, payload = ""] = token.split(".");
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8") || "{}");
    const id = typeof claims === "object" && claims !== null && "session_id" in claims ? claims.session_id : "";
    const session = this.sessions.find((each) => each.id === id);
    const user = session === undefined ? undefined : this.findById(session.userId);
    return session === undefined || user === undefined ? undefined : { session, user };
  }

  /** As Supabase leaves out what it does not know, and writes fractions of a second as Go does. */
  describe(user: StubUser): object {
    const created_at = "2026-01-02T03:04:05.12345Z";
    return {
      id: user.id,
      aud: "authenticated",
      role: "authenticated",
      email: user.email,
      phone: "",
      ...(user.confirmedAt === null ? {} : { confirmed_at: user.confirmedAt, email_confirmed_at: user.confirmedAt }),
      app_metadata: { provider: "email", providers: ["email"] },
      user_metadata: user.metadata,
      identities: [
        {
          identity_id: user.id,
          id: user.id,
          user_id: user.id,
          identity_data: { email: user.email, sub: user.id },
          provider: "email",
          created_at,
          last_sign_in_at: created_at,
          updated_at: created_at,
          email: user.email,
        },
      ],
      created_at,
      updated_at: created_at,
      is_anonymous: false,
      is_sso_user: false,
    };
  }

  private async describeSession(session: StubSession, user: StubUser): Promise<object> {
    const now = Math.floor(Date.now() / 1000);
    return {
      access_token: await this.sign(session, user, now),
      token_type: "bearer",
      expires_in: lifetimeSeconds,
      expires_at: now + lifetimeSeconds,
      refresh_token: session.refreshToken,
      user: this.describe(user),
    };
  }

  private async sign(session: StubSession, user: StubUser, now: number): Promise<string> {
    const key = this.keys.at(-1);
    if (key === undefined) throw new Error("The stub has no key yet");
    const claims = {
      email: user.email,
      role: "authenticated",
      session_id: session.id,
      aal: "aal1",
      amr: [{ method: session.method, timestamp: now }],
      app_metadata: { provider: "email" },
      user_metadata: user.metadata,
      is_anonymous: false,
    };
    return new SignJWT(claims)
      .setProtectedHeader({ alg: "ES256", kid: key.kid, typ: "JWT" })
      .setIssuer(this.issuer)
      .setSubject(user.id)
      .setAudience("authenticated")
      .setIssuedAt(now)
      .setExpirationTime(now + lifetimeSeconds)
      .sign(key.sign);
  }
}
