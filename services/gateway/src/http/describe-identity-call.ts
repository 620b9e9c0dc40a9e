import { accounts, type Contract, type InputOf, maximumTokenLength } from "@gaia/contracts";
import * as z from "zod";
import { readCredentials } from "../authentication/read-credentials.ts";

type Told = InputOf<typeof accounts.tellOfIdentityCall>;

interface AnsweredCall {
  readonly contract: Pick<Contract, "name">;
  readonly request: Request;
  readonly body: Uint8Array;
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: ArrayBuffer;
}

const Token = z.string().min(1).max(maximumTokenLength).nullable().catch(null);
const User = z.object({
  id: z.guid().nullable().catch(null),
  banned_until: z.iso.datetime({ offset: true }).nullable().catch(null),
  identities: z.array(z.unknown()).nullable().catch(null),
});
const Answer = User.extend({ access_token: Token, user: User.nullable().catch(null) });
const Asked = z.record(z.string(), z.unknown()).catch({});
const Email = z.string().min(1).max(255).nullable().catch(null);
const How = z.string().max(50).nullable().catch(null);
const UserId = z.guid().nullable().catch(null);

/** Their caller acts for the session whose token it shows; elsewhere it shows a key of the project. */
const bySession: readonly string[] = ["auth.log-out", "auth.update-own-user"];

/** What the auth service has to know of something that the project did; nothing of what it need not act on. */
export function describeIdentityCall(call: AnsweredCall): Told | null {
  const operation = accounts.toldIdentityCalls.find((name) => name === call.contract.name);
  if (operation === undefined || !isDone(call)) return null;
  const url = new URL(call.request.url);
  const asked = Asked.parse(parse(call.body));
  const answer = Answer.parse({ ...Asked.parse(parse(call.bytes)), ...sessionBehind(call.headers) });
  const user = answer.user ?? answer;
  return {
    operation,
    token: bySession.includes(operation) ? tokenOf(call.request) : null,
    accessToken: answer.access_token,
    userId: user.id ?? UserId.parse(url.pathname.split("/").at(-1)) ?? subjectOf(answer.access_token),
    // Without identities it is the answer to an address that has an account, and its id is invented.
    isNew: user.identities?.length !== 0,
    bannedUntil: user.banned_until,
    email: Email.parse(asked["email"]),
    how: How.parse(wayOf(url) ?? asked["type"]),
    fields: accounts.toldFields.filter((name) => Boolean(asked[name])),
  };
}

function tokenOf({ headers }: Request): string | null {
  return Token.parse(readCredentials(headers).bearer?.token?.reveal());
}

function wayOf({ searchParams }: URL): string | null {
  return searchParams.get("grant_type") ?? searchParams.get("scope") ?? searchParams.get("type");
}

/** A mailed link is answered by sending the browser on. */
function isDone({ contract, status }: AnsweredCall): boolean {
  return status < 300 || (contract.name === "auth.verify-mailed-link" && status < 400);
}

function sessionBehind(headers: Headers): object {
  const location = headers.get("location") ?? "";
  const token = URL.canParse(location)
    ? new URLSearchParams(new URL(location).hash.slice(1)).get("access_token")
    : null;
  return token === null ? {} : { access_token: token };
}

/** Of a token that has just come from the project. */
function subjectOf(token: string | null): string | null {
  const [, payload = ""] = (token ?? "").split(".");
  return UserId.parse(Asked.parse(parse(Buffer.from(payload, "base64url")))["sub"] ?? null);
}

function parse(bytes: Uint8Array | ArrayBuffer): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return {};
  }
}
