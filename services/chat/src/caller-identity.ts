import { type Caller, unauthenticated } from "@gaia/contracts";

/** The person behind a request, always by `user_id`: a key and a token of one person reach the same history. */
export interface CallerIdentity {
  readonly userId: string;
  readonly apiKeyId: string | null;
}

export function identifyCaller({ principal }: Caller): CallerIdentity {
  switch (principal.kind) {
    case "api-key":
      return { userId: principal.userId, apiKeyId: principal.apiKeyId };
    case "user":
      return { userId: principal.userId, apiKeyId: null };
    case "guest":
    case "service":
      throw unauthenticated();
  }
}
