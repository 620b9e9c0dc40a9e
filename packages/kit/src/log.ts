import { pino, type DestinationStream, type Logger } from "pino";

export type Log = Logger;

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";

interface LogOptions {
  readonly level: LogLevel;
  /** Coloured lines for a person instead of JSON. */
  readonly pretty: boolean;
  readonly destination?: DestinationStream;
}

// Field names whose values are secrets wherever they appear, and shapes of secrets inside longer text.
const secretNames =
  /^(?:authorization|proxy-authorization|cookie|set-cookie|x-api-key|api[-_]?key|apikey|password|secret|token|access[-_]?token|refresh[-_]?token|client[-_]?secret|x-gaia-caller)$/i;
const secretShapes = [
  /\bsk-[A-Za-z0-9_-]{16,}/g,
  /\bgaia[_-][A-Za-z0-9_-]{16,}/g,
  // The original's keys: 32 random bytes in URL-safe base64.
  /(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g,
  /\b(?:Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi,
  /(?<=\/\/[^/\s:@]{0,80}:)[^@\s/]+(?=@)/g,
];
const mask = "[redacted]";
const maximumDepth = 6;
// ANSI colour codes.
const serviceColors: Readonly<Record<string, number>> = { gateway: 36, auth: 33, chat: 35, kb: 32, asset: 34, web: 96 };
const plain = 90;

/** JSON lines, or coloured ones on a terminal; the message comes last and secrets never come at all. */
export async function createLog({ level, pretty, destination }: LogOptions): Promise<Log> {
  return pino(
    {
      level,
      base: null,
      messageKey: "message",
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: (fields) => redactFields(fields) },
      hooks: {
        logMethod(input, method) {
          const [first, ...rest] = input as unknown as [unknown, ...unknown[]];
          const clean = (value: unknown) => (typeof value === "string" ? redactText(value) : value);
          return method.apply(this, [clean(first), ...rest.map(clean)] as Parameters<typeof method>);
        },
      },
    },
    destination ?? (pretty ? await prettyStream() : pino.destination({ fd: 1, sync: false, minLength: 0 })),
  );
}

/** Masks secrets in log fields: by name anywhere in the tree, and by shape inside text. */
export function redactFields(fields: object): Record<string, unknown> {
  return redactObject(fields, 0);
}

export function redactText(text: string): string {
  return secretShapes.reduce((result, shape) => result.replace(shape, mask), text);
}

function redactObject(fields: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
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
  if ("toJSON" in value) return redactValue(JSON.parse(JSON.stringify(value)), depth + 1);
  return redactObject(value, depth);
}

function describeError(error: Error, depth: number): Record<string, unknown> {
  return {
    type: error.name,
    message: redactText(error.message),
    stack: redactText(error.stack ?? ""),
    ...("code" in error ? { code: error.code } : {}),
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
