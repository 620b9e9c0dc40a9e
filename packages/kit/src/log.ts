import { pino, type DestinationStream, type LogFn } from "pino";

/** No child loggers: what is bound to one would pass by the masking below. */
export type Log = Readonly<Record<Exclude<LogLevel, "silent">, LogFn>>;

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";

interface LogOptions {
  readonly level: LogLevel;
  /** Coloured lines for a person instead of JSON. */
  readonly pretty: boolean;
  readonly destination?: DestinationStream;
}

// Field names whose values are secrets wherever they appear, also as the end of a longer name: `OPENAI_API_KEY`.
const secretNames = /(?:authorization|cookie|api[-_]?key|password|secret|token|x-gaia-caller)$/i;

// Where a secret may begin inside text: not within a word, but behind an escape of JSON or of a URL.
const start = String.raw`(?:(?<![A-Za-z0-9])|(?<=\\[bfnrt]|%[0-9A-Fa-f]{2}))`;
const secretShapes = [
  // A word in a sentence about basic things is no credential: one has digits, capitals inside, or is long.
  new RegExp(
    String.raw`${start}(?:[Bb]earer|BEARER|[Bb]asic|BASIC)(?:\s|\\[bfnrt])+` +
      String.raw`(?=[A-Za-z0-9._~+/=-]{17}|[A-Za-z0-9._~+/=-]+[A-Z0-9_=+])[A-Za-z0-9._~+/=-]{8,}`,
    "g",
  ),
  // The password in a URL.
  /(?<=\/\/[^/\s:@]{0,80}:)[^\s/]+(?=@)/g,
  new RegExp(String.raw`${start}sk-[A-Za-z0-9_-]{16,}`, "g"),
  new RegExp(String.raw`${start}gaia_[A-Za-z0-9_-]{16,}`, "g"),
  new RegExp(String.raw`${start}eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*`, "g"),
  // The original's keys: 32 random bytes in URL-safe base64.
  new RegExp(String.raw`${start}(?<![_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])`, "g"),
];
// Every shape has one of these, but for the original's keys, which are so long. Most text is neither, and one look costs
// less than one for each shape.
const secretMark = /[Bb]earer|BEARER|[Bb]asic|BASIC|\/\/|sk-|gaia_|eyJ/;
const unmarkedLength = 43;
// No shape is shorter, but for a password in a URL.
const shortestSecret = 14;
const mask = "[redacted]";
const maximumDepth = 6;
// ANSI colour codes.
const serviceColors: Readonly<Record<string, number>> = { gateway: 36, auth: 33, chat: 35, kb: 32, asset: 34, web: 96 };
const plain = 90;
// Lines are written together, which costs a busy gateway far less. They wait for at most so long and so many bytes;
// the end of the process, also by an error that nobody caught, writes what still waits.
const writeWithin = { periodicFlush: 50, minLength: 4096 };

/** JSON lines, or coloured ones on a terminal; the message comes last and secrets never come at all. */
export async function createLog({ level, pretty, destination }: LogOptions): Promise<Log> {
  return pino<never>(
    {
      level,
      base: null,
      messageKey: "message",
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: {
        logMethod(input, method) {
          const clean = withFieldsFirst(input).map((value) => redactValue(value, 0));
          return method.apply(this, clean as Parameters<typeof method>);
        },
      },
    },
    destination ?? (pretty ? await prettyStream() : pino.destination({ fd: 1, sync: false, ...writeWithin })),
  );
}

// An error in the place of the fields would give the line its message as it is.
function withFieldsFirst([first, ...rest]: readonly unknown[]): unknown[] {
  if (!(first instanceof Error)) return [first, ...rest];
  return [{ error: first }, ...(rest.length === 0 ? [first.message] : rest)];
}

/** Masks secrets inside text, by their shape. */
export function redactText(text: string): string {
  if (text.length < shortestSecret && !text.includes("//")) return text;
  if (text.length < unmarkedLength && !secretMark.test(text)) return text;
  return secretShapes.reduce((result, shape) => result.replace(shape, mask), text);
}

/** Masks secrets in log fields: by name anywhere in the tree, and by shape inside text. */
function redactObject(fields: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      redactText(name),
      secretNames.test(name) ? mask : redactValue(value, depth + 1),
    ]),
  );
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === "string") return redactText(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth > maximumDepth) return "[deep]";
  if (value instanceof Error) return describeError(value, depth);
  if (Array.isArray(value)) return value.map((item) => redactValue(item, depth + 1));
  if (typeof Reflect.get(value, "toJSON") === "function") return redactValue(inJsonForm(value), depth + 1);
  return redactObject(value, depth);
}

function inJsonForm(value: object): unknown {
  const text: string | undefined = JSON.stringify(value);
  return text === undefined ? undefined : JSON.parse(text);
}

function describeError(error: Error, depth: number): Record<string, unknown> {
  return {
    type: redactText(error.name),
    message: redactText(error.message),
    stack: redactText(error.stack ?? ""),
    ...("code" in error ? { code: redactValue(error.code, depth + 1) } : {}),
    ...(error instanceof AggregateError ? { errors: redactValue(error.errors, depth + 1) } : {}),
    ...(error.cause === undefined ? {} : { cause: redactValue(error.cause, depth + 1) }),
  };
}

async function prettyStream(): Promise<DestinationStream> {
  const { build } = await import("pino-pretty");
  return build({
    colorize: true,
    messageKey: "message",
    ignore: "service",
    translateTime: "SYS:HH:MM:ss.l",
    messageFormat: (line, messageKey) => {
      const service = typeof line["service"] === "string" ? line["service"] : "gaia";
      const color = serviceColors[service] ?? plain;
      return `\u001B[${color}m${service.padEnd(7)}\u001B[0m ${String(line[messageKey])}`;
    },
  });
}
