import { randomUUID } from "node:crypto";
import { SignJWT } from "jose";
import * as z from "zod";
import type { World } from "./start-gaia.ts";

/** The shared secret of worlds that want tokens of a test's own making. */
export const sharedSecret = "a-shared-secret-of-a-project-that-is-long-enough";

export const password = "a long enough password";

export type Headers = Readonly<Record<string, string>>;

export interface Account {
  readonly userId: string;
  readonly email: string;
  readonly headers: Headers;
}

const Session = z.object({ access_token: z.string(), user: z.object({ id: z.uuid() }) });
const Created = z.object({ id: z.uuid() });

/** Somebody with a session; the world must confirm addresses by itself. */
export async function signUp(world: Pick<World, "url">): Promise<Account> {
  const email = `${randomUUID()}@example.test`;
  const response = await sendJson(world, "POST", "/auth/v1/signup", { body: { email, password } });
  const { access_token, user } = Session.parse(await response.json());
  return { userId: user.id, email, headers: { authorization: `Bearer ${access_token}` } };
}

/** An anonymous user of the project whose secret the world shares. */
export async function guestHeaders(): Promise<Headers> {
  const token = await new SignJWT({ role: "authenticated", is_anonymous: true })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(randomUUID())
    .setAudience("authenticated")
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(sharedSecret));
  return { authorization: `Bearer ${token}` };
}

interface Sending {
  readonly headers?: Headers;
  readonly body?: object | undefined;
}

export function sendJson(world: Pick<World, "url">, method: string, path: string, sending: Sending): Promise<Response> {
  const { headers = {}, body } = sending;
  return fetch(world.url + path, {
    method,
    redirect: "manual",
    headers: { "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** Makes something and answers its id; whatever it refuses fails the test with the refusal's text. */
export async function create(world: Pick<World, "url">, path: string, sending: Required<Sending>): Promise<string> {
  const response = await sendJson(world, "POST", path, sending);
  const text = await response.text();
  if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${text}`);
  return Created.parse(JSON.parse(text)).id;
}
