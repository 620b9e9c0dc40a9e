import { redactText } from "@gaia/kit/log";
import * as z from "zod";

const maximumLength = 500;

const text = z.string().nullish().catch(null);
const ErrorFields = z.object({
  message: text,
  type: text,
  param: text,
  code: z
    .union([z.string(), z.number().transform(String)])
    .nullish()
    .catch(null),
});
// OpenAI: {error:{…}}; Anthropic: {type:"error",error:{…}}; vLLM: the fields at the top; Ollama: {error:"text"}.
const ErrorBody = z.union([
  z.object({ error: ErrorFields }).transform(({ error }) => error),
  z.object({ error: z.string() }).transform(({ error }) => ErrorFields.parse({ message: error })),
  ErrorFields.extend({ message: z.string() }),
]);

export interface ProviderErrorFields {
  readonly message: string | undefined;
  readonly type: string | undefined;
  readonly param: string | undefined;
  readonly code: string | undefined;
}

/** The error object of a provider's answer, cleaned for a caller's eyes; `undefined` where the body is none. */
export function parseProviderError(bodyText: string): ProviderErrorFields | undefined {
  const parsed = ErrorBody.safeParse(parseJson(bodyText));
  if (!parsed.success) return undefined;
  const { message, type, param, code } = parsed.data;
  return { message: clean(message), type: clean(type), param: clean(param), code: clean(code) };
}

function clean(value: string | null | undefined): string | undefined {
  if (!value) return undefined;
  // Providers echo keys in part, so shorter ones than the log knows are masked here.
  const masked = redactText(value).replace(/\b(?:sk|pk|key|gsk|xai)-[\w*.-]{4,}/gi, "[redacted]");
  return masked.length > maximumLength ? `${masked.slice(0, maximumLength)}…` : masked;
}

function parseJson(bodyText: string): unknown {
  try {
    return JSON.parse(bodyText);
  } catch {
    return undefined;
  }
}
