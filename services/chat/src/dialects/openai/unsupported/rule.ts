import type { ChatCompletionRequest } from "@gaia/contracts";

export interface Rule {
  /** What is not supported, for people: "several answers". */
  readonly what: string;
  /** Where the request asks for it: `messages.0.content.1`. */
  readonly find: (request: ChatCompletionRequest) => string | undefined;
}

/** A rule about one top-level field, loose ones included. */
export function fieldRule(field: string, what: string, isAsked: (request: ChatCompletionRequest) => boolean): Rule {
  return { what, find: (request) => (isAsked(request) ? field : undefined) };
}
