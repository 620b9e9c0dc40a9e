import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { freePort } from "./free-port.ts";
import { StubAccounts, type StubMail } from "./supabase-stub-accounts.ts";

const anonKey = "the-anon-key-of-the-stub";
const serviceKey = "the-service-key-of-the-stub";
const minimumPasswordLength = 6;

/** As much of a Supabase project's Auth as Gaia and supabase-js use, on loopback. */
export interface SupabaseStub {
  readonly url: string;
  readonly anonKey: string;
  readonly serviceKey: string;
  /** What Gaia has to be told of it. */
  readonly settings: Readonly<Record<string, string>>;
  /** What would have been mailed and was not used yet, the newest last. */
  readonly mails: readonly StubMail[];
  /** Method and path of every request until now. */
  readonly requests: readonly string[];
  hasUser(email: string): boolean;
  /** Signs with a new key from now on. */
  rotateKey(): Promise<void>;
  /** Every answer waits so long. */
  slowBy(milliseconds: number): void;
  /** Goes away as a crash would, with all connections. */
  takeDown(): Promise<void>;
  /** Comes back at the same address with all it knew. */
  bringBack(): Promise<void>;
  stop(): Promise<void>;
}

export async function startSupabaseStub(): Promise<SupabaseStub> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const accounts = new StubAccounts(`${url}/auth/v1`);
  await accounts.rotate();
  const requests: string[] = [];
  const state = { delayMs: 0 };
  let server: Server | undefined;

  const bringBack = async (): Promise<void> => {
    if (server !== undefined) return;
    server = createServer((request, response) => {
      requests.push(`${request.method} ${request.url}`);
      void delay(state.delayMs).then(() => respond(accounts, request, response));
    }).listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  const takeDown = async (): Promise<void> => {
    const closing = server;
    server = undefined;
    closing?.closeAllConnections();
    closing?.close();
    if (closing !== undefined) await once(closing, "close");
  };
  await bringBack();
  return {
    url,
    anonKey,
    serviceKey,
    settings: { SUPABASE_URL: url, SUPABASE_ANON_KEY: anonKey, SUPABASE_SERVICE_KEY: serviceKey },
    mails: accounts.mails,
    requests,
    hasUser: (email) => accounts.find(email) !== undefined,
    rotateKey: () => accounts.rotate(),
    slowBy: (milliseconds) => void (state.delayMs = milliseconds),
    takeDown,
    bringBack,
    stop: takeDown,
  };
}

async function respond(accounts: StubAccounts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, body, headers } = await readCall(request)
    .then((call) => answer(accounts, call))
    .catch((error: unknown): Answer => (isAnswer(error) ? error : { status: 500, body: { msg: String(error) } }));
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

interface Call {
  readonly route: string;
  readonly query: URLSearchParams;
  readonly body: Fields;
  readonly apiKey: string;
  readonly token: string;
  /** Newer clients name a version, and get errors in another form. */
  readonly isVersioned: boolean;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const Fields = z.object({
  email: z.string().default(""),
  password: z.string().optional(),
  data: z.record(z.string(), z.unknown()).default({}),
  type: z.string().default(""),
  token: z.string().optional(),
  token_hash: z.string().optional(),
  refresh_token: z.string().default(""),
});
type Fields = z.infer<typeof Fields>;

async function readCall(request: IncomingMessage): Promise<Call> {
  const url = new URL(request.url ?? "/", "http://stub");
  const sent = await text(request);
  return {
    route: `${request.method} ${url.pathname.replace("/auth/v1", "")}`,
    query: url.searchParams,
    body: Fields.parse(sent === "" ? {} : JSON.parse(sent)),
    apiKey: String(request.headers["apikey"] ?? ""),
    token: (request.headers.authorization ?? "").replace(/^Bearer /, ""),
    isVersioned: request.headers["x-supabase-api-version"] !== undefined,
  };
}

type Handler = (accounts: StubAccounts, call: Call) => Answer | Promise<Answer>;

const open: Readonly<Record<string, Handler>> = {
  "GET /.well-known/jwks.json": (accounts) => ({ status: 200, body: accounts.keySet() }),
  "GET /verify": () => ({ status: 303, headers: { location: "https://site.example.test/#access_token=t" } }),
};

const handlers: Readonly<Record<string, Handler>> = {
  "GET /health": () => ({ status: 200, body: { version: "v2", name: "GoTrue", description: "a stub" } }),
  "POST /signup": signUp,
  "POST /token": issueToken,
  "GET /user": (accounts, call) => ({ status: 200, body: accounts.describe(ownerOf(accounts, call).user) }),
  "PUT /user": changeUser,
  "POST /logout": logOut,
  "POST /verify": verify,
  "POST /resend": (accounts, { body }) => mailTo(accounts, "signup", body.email),
  "POST /recover": (accounts, { body }) => mailTo(accounts, "recovery", body.email),
};

function answer(accounts: StubAccounts, call: Call): Answer | Promise<Answer> {
  const free = open[call.route];
  if (free !== undefined) return free(accounts, call);
  if (call.apiKey !== anonKey && call.apiKey !== serviceKey) {
    return { status: 401, body: { message: "Invalid API key", hint: "Double check your key" } };
  }
  const handler = handlers[call.route];
  if (handler !== undefined) return handler(accounts, call);
  if (call.route.includes(" /admin/users")) return administer(accounts, call);
  return { status: 404, body: { message: "no Route matched with those values" } };
}

async function signUp(accounts: StubAccounts, call: Call): Promise<Answer> {
  const { email, data } = call.body;
  const password = readPassword(call);
  if (!email.includes("@")) throw refuse(call, 400, "validation_failed", "Unable to validate email address");
  const known = accounts.find(email);
  if (known !== undefined) throw refuse(call, 422, "user_already_exists", "User already registered");
  const user = accounts.add({ email, password, metadata: data });
  accounts.mail("signup", email);
  return { status: 200, body: accounts.describe(user) };
}

async function issueToken(accounts: StubAccounts, call: Call): Promise<Answer> {
  if (call.query.get("grant_type") === "refresh_token") {
    const session = await accounts.refresh(call.body.refresh_token);
    if (session !== undefined) return { status: 200, body: session };
    throw refuse(call, 400, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found");
  }
  const user = accounts.find(call.body.email);
  if (user === undefined || user.password !== call.body.password) {
    throw refuse(call, 400, "invalid_credentials", "Invalid login credentials");
  }
  if (user.confirmedAt === null) throw refuse(call, 400, "email_not_confirmed", "Email not confirmed");
  return { status: 200, body: await accounts.signIn(user, "password") };
}

function changeUser(accounts: StubAccounts, call: Call): Answer {
  const { user, session } = ownerOf(accounts, call);
  if (call.body.password !== undefined) {
    user.password = readPassword(call);
    accounts.endSessions((each) => each.userId === user.id && each.id !== session.id);
  }
  const merged = Object.entries({ ...user.metadata, ...call.body.data }).filter(([, value]) => value !== null);
  user.metadata = Object.fromEntries(merged);
  return { status: 200, body: accounts.describe(user) };
}

function logOut(accounts: StubAccounts, call: Call): Answer {
  const { user, session } = ownerOf(accounts, call);
  const scope = call.query.get("scope") ?? "global";
  accounts.endSessions((each) => {
    if (each.userId !== user.id) return false;
    return scope === "global" || (scope === "local") === (each.id === session.id);
  });
  return { status: 204 };
}

async function verify(accounts: StubAccounts, call: Call): Promise<Answer> {
  const { type, email, token, token_hash } = call.body;
  const mail = accounts.takeMail(
    (each) => each.type === type && (each.tokenHash === token_hash || (each.to === email && each.code === token)),
  );
  const user = mail === undefined ? undefined : accounts.find(mail.to);
  if (user === undefined) throw refuse(call, 403, "otp_expired", "Token has expired or is invalid");
  user.confirmedAt ??= new Date().toISOString();
  return { status: 200, body: await accounts.signIn(user, "otp") };
}

function mailTo(accounts: StubAccounts, type: StubMail["type"], email: string): Answer {
  if (accounts.find(email) !== undefined) accounts.mail(type, email);
  return { status: 200, body: {} };
}

function administer(accounts: StubAccounts, call: Call): Answer {
  if (call.token !== serviceKey) throw refuse(call, 403, "not_admin", "User not allowed");
  const [method, path = ""] = call.route.split(" ");
  const id = path.replace(/^\/admin\/users\/?/, "");
  if (id === "") {
    const users = accounts.all().map((user) => accounts.describe(user));
    const headers = { "x-total-count": String(users.length), link: `<${path}?page=1>; rel="last"` };
    return { status: 200, body: { users, aud: "authenticated" }, headers };
  }
  const user = accounts.findById(id);
  if (user === undefined) throw refuse(call, 404, "user_not_found", "User not found");
  if (method !== "DELETE") return { status: 200, body: accounts.describe(user) };
  accounts.remove(id);
  return { status: 200, body: {} };
}

function ownerOf(accounts: StubAccounts, call: Call) {
  const owner = accounts.findSession(call.token);
  if (owner !== undefined) return owner;
  throw refuse(call, 403, "session_not_found", "Session from session_id claim in JWT does not exist");
}

function readPassword(call: Call): string {
  const { password = "" } = call.body;
  if (password.length >= minimumPasswordLength) return password;
  throw refuse(call, 422, "weak_password", `Password should be at least ${minimumPasswordLength} characters.`);
}

/** Thrown instead of an answer. */
class Refusal extends Error implements Answer {
  readonly status: number;
  readonly body: object;
  readonly headers: Readonly<Record<string, string>>;

  constructor({ isVersioned }: Call, status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.body = isVersioned ? { code, message } : { code: status, error_code: code, msg: message };
    // By this header clients know where to look for the code.
    const version = isVersioned ? { "x-supabase-api-version": "2024-01-01" } : {};
    this.headers = { "x-sb-error-code": code, ...version };
  }
}

function refuse(call: Call, status: number, code: string, message: string): Refusal {
  return new Refusal(call, status, code, message);
}

function isAnswer(error: unknown): error is Answer {
  return error instanceof Refusal;
}
