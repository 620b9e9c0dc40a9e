import {
  type Caller,
  type Contract,
  forbidden,
  GaiaError,
  type InputOf,
  isPermission,
  type Operation,
  type OutputOf,
  serviceOf,
  type Stream,
  toGaiaError,
  userIdOf,
} from "@gaia/contracts";
import type * as z from "zod";
import type { Context } from "./context.ts";
import type { Log } from "./log.ts";
import { can } from "./permission.ts";

/** An operation with the use-case that serves it. */
export interface OperationBinding {
  readonly contract: Operation;
  readonly handle: (context: Context, input: never) => Promise<unknown>;
}

/** A stream with the function that answers its HTTP request; the body has already met the contract's schema. */
export interface StreamBinding {
  readonly contract: Stream;
  readonly handle: (context: Context, input: never) => Promise<Response>;
}

export type Binding = OperationBinding | StreamBinding;

export function isOperationBinding(binding: Binding): binding is OperationBinding {
  return binding.contract.kind === "operation";
}

export function implement<T extends Operation>(
  contract: T,
  handle: (context: Context, input: InputOf<T>) => Promise<z.input<T["output"]>>,
): OperationBinding {
  assertBindable(contract);
  return { contract, handle };
}

export function implementStream<T extends Stream>(
  contract: T,
  handle: (context: Context, input: InputOf<T>) => Promise<Response>,
): StreamBinding {
  assertBindable(contract);
  return { contract, handle };
}

/** A contract without a known permission cannot be served, whatever the types were told. */
function assertBindable(contract: Contract): void {
  if (isPermission(contract.permission)) return;
  throw new Error(`${contract.name} declares no known permission and cannot be bound`);
}

/** Refuses the caller unless the permission decision allows the contract. */
export function authorize(caller: Caller, contract: Contract): void {
  if (!can(caller.principal, contract.permission).allowed) throw forbidden(contract.permission);
}

/** Validation problems in FastAPI's list shape, without what was sent. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, value: unknown, place = "body"): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = flatten(parsed.error.issues, value).map((issue) => ({
    type: issue.code,
    loc: [place, ...issue.path.map((step) => (typeof step === "symbol" ? String(step) : step))],
    msg: issue.message,
  }));
  throw new GaiaError("INVALID_INPUT", `Invalid input: ${issues[0]?.loc.join(".")}: ${issues[0]?.msg}`, { issues });
}

// A failed union says only "Invalid input"; the branch that got furthest says what is wrong.
function flatten(issues: readonly z.core.$ZodIssue[], value: unknown): z.core.$ZodIssue[] {
  return issues.flatMap((issue) => {
    if (issue.code !== "invalid_union" || issue.errors.length === 0) return [issue];
    const inner = valueAt(value, issue.path);
    const branches = issue.errors.map((branch) => flatten(branch, inner));
    const best = branches.toSorted((a, b) => reach(b, inner) - reach(a, inner))[0] ?? [];
    return best.map((each) => ({ ...each, path: [...issue.path, ...each.path] }));
  });
}

// Of two branches that fail equally deep, the one that complains about something that was sent is the one that was meant.
function reach(issues: readonly z.core.$ZodIssue[], value: unknown): number {
  return Math.max(0, ...issues.map(({ path }) => path.length * 2 + (valueAt(value, path) === undefined ? 0 : 1)));
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (parent, step) => (typeof parent === "object" && parent !== null ? Reflect.get(parent, step) : undefined),
    value,
  );
}

/**
 * The one pipeline of an operation, whatever carried it: authorize, parse in, handle, parse out, log one wide event.
 * An answer that breaks its own contract is `INTERNAL`; undeclared fields never leave.
 */
export async function invoke(
  binding: OperationBinding,
  context: Context,
  input: unknown,
): Promise<OutputOf<Operation>> {
  const { contract } = binding;
  const started = performance.now();
  try {
    authorize(context, contract);
    const output = await binding.handle(context, parseInput(contract.input, input) as never);
    const parsed = contract.output.safeParse(output);
    if (!parsed.success) throw new GaiaError("INTERNAL", "Internal server error", { cause: parsed.error });
    logOutcome(context.log, { contract, caller: context, started });
    return parsed.data;
  } catch (cause) {
    const error = toGaiaError(cause);
    logOutcome(context.log, { contract, caller: context, started, error });
    throw error;
  }
}

interface Outcome {
  readonly contract: Contract;
  readonly caller: Caller;
  readonly started: number;
  readonly error?: GaiaError;
  /** What the stream or operation wants to tell beside the standard fields. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

const requestsByLoggedError = new WeakMap<GaiaError, string>();

/**
 * The wide event: who did what, how long it took, how it ended. Failures of ours are errors, the caller's are not. An
 * error that passes by again on its way out is not told twice.
 */
export function logOutcome(log: Log, { contract, caller, started, error, fields }: Outcome): void {
  if (error !== undefined && requestsByLoggedError.get(error) === caller.requestId) return;
  if (error !== undefined) requestsByLoggedError.set(error, caller.requestId);
  const event = {
    service: serviceOf(contract),
    operation: contract.name,
    requestId: caller.requestId,
    principal: caller.principal.kind,
    userId: userIdOf(caller.principal) ?? undefined,
    ms: Math.round((performance.now() - started) * 100) / 100,
    outcome: error?.code ?? "OK",
    ...fields,
  };
  if (error === undefined) return log.info(event, contract.name);
  if (error.status < 500) return log.info({ ...event, reason: error.reason }, `${contract.name}: ${error.message}`);
  const message = `${contract.name}: ${error.message}`;
  // What is away by plan has no stack worth reading, only the cause that the driver gave.
  if (error.code === "UNAVAILABLE") return log.warn({ ...event, reason: error.reason, error: error.cause }, message);
  return log.error({ ...event, reason: error.reason, error: error.cause ?? error }, message);
}
