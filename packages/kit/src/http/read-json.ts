import { GaiaError } from "@gaia/contracts";
import { isNestedDeeper } from "./json-depth.ts";

export const maximumBodyBytes = 10 * 1024 * 1024;

const deepestNesting = 200;

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * The bytes of a body, refused as soon as they exceed the limit, so that a large upload costs no more memory than the
 * limit allows.
 */
export async function readBody(
  request: Pick<Request, "body" | "arrayBuffer"> & { readonly headers: Pick<Headers, "get"> },
  limit = maximumBodyBytes,
): Promise<Uint8Array<ArrayBuffer>> {
  const declared = Number(request.headers.get("content-length") ?? Number.NaN);
  if (declared > limit) throw tooLarge(limit);
  // Whoever asks for `body` makes a stream of it, so a body of known length is taken without.
  if (declared <= limit) return new Uint8Array(await request.arrayBuffer());
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/**
 * Parses JSON whatever the content type says, as the original did; no body at all is an empty object. What nests deeper
 * than any request needs is refused.
 */
export function parseJson(body: Uint8Array): unknown {
  if (body.byteLength === 0) return {};
  if (isNestedDeeper(body, deepestNesting)) {
    throw new GaiaError("INVALID_JSON", "The request body is nested too deeply", { reason: "body.too_deep" });
  }
  try {
    return JSON.parse(decoder.decode(body));
  } catch (cause) {
    throw new GaiaError("INVALID_JSON", "The request body is not valid JSON", { reason: "body.invalid_json", cause });
  }
}

function tooLarge(limit: number): GaiaError {
  return new GaiaError("PAYLOAD_TOO_LARGE", `The request body is larger than ${Math.floor(limit / 1024 / 1024)} MB`, {
    reason: "body.too_large",
  });
}
