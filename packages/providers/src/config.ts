import type { ConfigOf } from "@gaia/kit/config/load-config";
import { secret } from "@gaia/kit/config/secret";
import * as z from "zod";

/** OpenAI's own address; any other `OPENAI_BASE_URL` is a server that only speaks its dialect. */
export const officialOpenAiUrl = "https://api.openai.com/v1";

const apiUrl = z.url({ protocol: /^https?$/, error: "Not an http or https URL" }).transform(withoutTrailingSlash);

/** Settings of the model providers. Without any of them the only model is `gaia-offline`. */
export const providersConfig = {
  OPENAI_API_KEY: secret()
    .optional()
    .meta({ secret: true })
    .describe("Key of OpenAI, or of the server at OPENAI_BASE_URL"),
  OPENAI_BASE_URL: apiUrl
    .default(officialOpenAiUrl)
    .describe("Address of OpenAI or of a compatible server (Ollama, vLLM, llama.cpp, LiteLLM), which needs no key"),
  OPENAI_ORG_ID: z.string().optional().describe("OpenAI organization that is billed"),
  ANTHROPIC_API_KEY: secret().optional().meta({ secret: true }).describe("Key of Anthropic"),
  ANTHROPIC_BASE_URL: apiUrl
    .transform((url) => (url.endsWith("/v1") ? url : `${url}/v1`))
    .default("https://api.anthropic.com/v1")
    .describe("Address of Anthropic, with or without /v1"),
  DEFAULT_LLM_MODEL: z.string().optional().describe("Model that answers when a request names none"),
  DEFAULT_LLM_PROVIDER: z
    .enum(["openai", "anthropic", "claude"])
    .transform((name) => (name === "claude" ? "anthropic" : name))
    .optional()
    .describe(
      "Provider whose model is the default when DEFAULT_LLM_MODEL is unset: openai, or anthropic (also: claude)",
    ),
  PROVIDER_TIMEOUT: z.coerce
    .number()
    .positive()
    .max(3600)
    .default(120)
    .describe("Seconds that a provider may take until its first byte"),
};

export type ProvidersConfig = ConfigOf<typeof providersConfig>;

function withoutTrailingSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
