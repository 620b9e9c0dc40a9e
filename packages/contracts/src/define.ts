import type * as z from "zod";
import type { ErrorCode } from "./errors.ts";
import type { Permission } from "./permissions.ts";
import type { ServiceName } from "./principal.ts";

/**
 * The wire format of a route's errors. `hybrid` is Gaia's status and `detail` with OpenAI's `error` object beside it,
 * for the one path that old Gaia clients and OpenAI SDKs share. `supabase` is that of Supabase Auth.
 */
export type Dialect = "gaia" | "openai" | "hybrid" | "anthropic" | "supabase" | "html";

export interface HttpRoute {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Public path at the gateway; parameters in braces: `/api/v1/conversations/{conversation_id}`. */
  readonly path: `/${string}`;
  /** Further public paths of the same route. */
  readonly aliases?: readonly `/${string}`[];
  /** Success status; 200 unless the contract says otherwise. */
  readonly status?: 200 | 201 | 204;
  readonly dialect?: Dialect;
  /**
   * The gateway puts the caller's Bearer token into the input's `access_token`, if it has the form of a JWT, instead of
   * what the caller put there. Everything else of the credentials stays at the gateway.
   */
  readonly passesToken?: true;
  /** A DELETE whose input comes in the body, because it may not stand in an address. */
  readonly takesBody?: true;
  /**
   * All that the query may give. Unless it is named, that is nothing for `takesBody` and where credentials are sent in a
   * body, and everything elsewhere.
   */
  readonly query?: readonly string[];
  /** A GET that changes something, such as a mailed link; a HEAD of it is answered without it. */
  readonly actsOnGet?: true;
}

/**
 * Which limits hold for a route beside those of every one: `credentials` for what can be guessed at or mailed to, by
 * address; `model` for what makes a model work, by caller.
 */
export type RateClass = "standard" | "credentials" | "model";

interface Declaration {
  /** `<service>.<verb-and-object>`; the part before the dot is the service that serves it. */
  readonly name: `${ServiceName}.${string}`;
  readonly summary: string;
  readonly permission: Permission;
  /** `standard` unless the contract says otherwise. */
  readonly rateClass?: RateClass;
  readonly errors?: readonly ErrorCode[];
}

/** A request with one answer. Without `http` it is for other services only. */
export interface Operation<
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
> extends Declaration {
  readonly kind: "operation";
  readonly http?: HttpRoute;
  readonly input: Input;
  readonly output: Output;
}

/**
 * A request whose answer may be long or open-ended: server-sent events, uploads, downloads. It travels over `Upstream`
 * (HTTP), never over NATS. `input` describes the body, `output` the whole answer, `chunk` one event's data.
 */
export interface Stream<
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
  Chunk extends z.ZodType = z.ZodType,
> extends Declaration {
  readonly kind: "stream";
  readonly http: HttpRoute & { readonly passesToken?: never };
  readonly input: Input;
  readonly output: Output;
  readonly chunk?: Chunk;
}

/** Something that happened. Publishing never fails the publisher; delivery is at most once (see the outbox for more). */
export interface Event<Payload extends z.ZodType = z.ZodType> {
  readonly kind: "event";
  readonly subject: `gaia.${string}`;
  readonly summary: string;
  readonly payload: Payload;
}

export type Contract = Operation | Stream;

export type InputOf<T extends { readonly input: z.ZodType }> = z.output<T["input"]>;
/** What a caller may send: before defaults and coercions. */
export type RequestOf<T extends { readonly input: z.ZodType }> = z.input<T["input"]>;
export type OutputOf<T extends { readonly output: z.ZodType }> = z.output<T["output"]>;
export type PayloadOf<T extends Event> = z.output<T["payload"]>;

export function defineOperation<const T extends Omit<Operation, "kind">>(spec: T): T & { readonly kind: "operation" } {
  return { ...spec, kind: "operation" };
}

export function defineStream<const T extends Omit<Stream, "kind">>(spec: T): T & { readonly kind: "stream" } {
  return { ...spec, kind: "stream" };
}

export function defineEvent<const T extends Omit<Event, "kind">>(spec: T): T & { readonly kind: "event" } {
  return { ...spec, kind: "event" };
}

/** The service that serves a contract. */
export function serviceOf(contract: Pick<Contract, "name">): ServiceName {
  return contract.name.slice(0, contract.name.indexOf(".")) as ServiceName;
}
