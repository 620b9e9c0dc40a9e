import type { GaiaError } from "@gaia/contracts";
import type { PassThroughAnswer } from "../pass-through.ts";
import { toProviderError } from "./to-provider-error.ts";

const maximumBytes = 65_536;

/** Reads the body of an answer that is not 2xx, up to 64 KiB, and translates it. */
export async function readProviderError(answer: PassThroughAnswer, provider: string): Promise<GaiaError> {
  const { status, headers } = answer;
  return toProviderError({ status, headers, bodyText: await readText(answer.body), provider });
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size >= maximumBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maximumBytes).toString("utf8");
}
