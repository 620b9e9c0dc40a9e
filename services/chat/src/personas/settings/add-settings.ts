import type { ChatCompletionRequest, PersonaSettings } from "@gaia/contracts";
import type { ModelCard } from "@gaia/providers";

type Card = Pick<ModelCard, "provider" | "abilities" | "maxOutputTokens">;

/**
 * The request with the persona's temperature and length of answer, where it says nothing of them itself and the model
 * can do it: nobody's question fails for what a persona wishes.
 */
export function addSettings(
  request: ChatCompletionRequest,
  settings: Pick<PersonaSettings, "temperature" | "max_tokens">,
  card: Card,
): ChatCompletionRequest {
  return { ...request, ...temperatureOf(request, settings, card), ...lengthOf(request, settings, card) };
}

function temperatureOf(
  request: ChatCompletionRequest,
  { temperature }: Pick<PersonaSettings, "temperature">,
  card: Card,
): Pick<ChatCompletionRequest, "temperature"> {
  // Who sets one of the two means both.
  const isSet = isGiven(request.temperature) || isGiven(request.top_p);
  if (temperature === undefined || isSet || !takesTemperature(card)) return {};
  return { temperature: card.provider === "anthropic" ? Math.min(temperature, 1) : temperature };
}

// OpenAI's reasoning models refuse any.
function takesTemperature({ provider, abilities }: Card): boolean {
  return provider !== "openai" || abilities?.includes("reasoning") !== true;
}

function lengthOf(
  request: ChatCompletionRequest,
  { max_tokens }: Pick<PersonaSettings, "max_tokens">,
  { provider, abilities, maxOutputTokens }: Card,
): Pick<ChatCompletionRequest, "max_tokens" | "max_completion_tokens"> {
  if (max_tokens === undefined || isGiven(request.max_tokens) || isGiven(request.max_completion_tokens)) return {};
  const length = Math.min(max_tokens, maxOutputTokens ?? max_tokens);
  // Those know the limit by its newer name only, and older servers only by its older one.
  const isNew = provider === "openai" && abilities?.includes("reasoning") === true;
  return isNew ? { max_completion_tokens: length } : { max_tokens: length };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
