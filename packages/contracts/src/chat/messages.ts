import { defineStream } from "../define.ts";
import { MessagesRequest, MessagesTokensRequest } from "./messages-request.ts";
import { MessagesEvent, MessagesResponse, MessagesTokens } from "./messages-response.ts";

export const createMessage = defineStream({
  name: "chat.create-message",
  summary: "Anthropic Messages",
  permission: "chat:create",
  rateClass: "model",
  http: { method: "POST", path: "/v1/messages", dialect: "anthropic" },
  input: MessagesRequest,
  output: MessagesResponse,
  chunk: MessagesEvent,
  errors: ["NOT_FOUND", "UNSUPPORTED", "RATE_LIMITED", "UPSTREAM_FAILED", "UNAVAILABLE"],
});

/** A stream only because questions may be larger than what a transport carries. */
export const countMessageTokens = defineStream({
  name: "chat.count-message-tokens",
  summary: "The tokens of an Anthropic Messages request; for other vendors' models an estimate",
  permission: "chat:create",
  rateClass: "model",
  http: { method: "POST", path: "/v1/messages/count_tokens", dialect: "anthropic" },
  input: MessagesTokensRequest,
  output: MessagesTokens,
  errors: ["NOT_FOUND", "RATE_LIMITED", "UPSTREAM_FAILED", "UNAVAILABLE"],
});
