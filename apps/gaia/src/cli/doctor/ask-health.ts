import * as z from "zod";

const timeoutMs = 3_000;

// The gateway tells of its services, every other part says its own name.
const Health = z.union([
  z.object({ status: z.string(), services: z.record(z.string(), z.unknown()) }),
  z.object({ status: z.string(), service: z.string() }),
]);

type Answer =
  | { readonly state: "gaia"; readonly status: string }
  | { readonly state: "foreign" }
  | { readonly state: "silent"; readonly reason: string };

/** Whether there is a Gaia at an address, and how it feels. */
export async function askHealth(url: string, fetch: typeof globalThis.fetch): Promise<Answer> {
  try {
    const response = await fetch(new URL("/health", url), { signal: AbortSignal.timeout(timeoutMs) });
    const health = Health.safeParse(await response.json().catch(() => null));
    return health.success ? { state: "gaia", status: health.data.status } : { state: "foreign" };
  } catch (error) {
    return { state: "silent", reason: describeSilence(error) };
  }
}

/** `fetch` says only that it failed; why is in its cause. */
function describeSilence(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.message;
}
