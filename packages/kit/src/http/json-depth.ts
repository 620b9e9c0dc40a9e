const quote = 0x22;
const backslash = 0x5c;
const opening = new Set([0x5b, 0x7b]);
const closing = new Set([0x5d, 0x7d]);

/**
 * Whether JSON nests deeper than `limit`. Parsing such a text would succeed, and everything that walks over the value
 * afterwards would overflow its stack.
 */
export function isNestedDeeper(json: Uint8Array, limit: number): boolean {
  // Each level takes two bytes at least.
  if (json.byteLength <= limit * 2) return false;
  let depth = 0;
  for (let index = 0; index < json.length; index += 1) {
    const byte = json[index] ?? 0;
    if (byte === quote) index = endOfString(json, index);
    else if (opening.has(byte)) depth += 1;
    else if (closing.has(byte)) depth -= 1;
    if (depth > limit) return true;
  }
  return false;
}

/** The position of the quote that ends the string, or the end of a text that is cut. */
function endOfString(json: Uint8Array, start: number): number {
  for (let index = start + 1; index < json.length; index += 1) {
    if (json[index] === backslash) index += 1;
    else if (json[index] === quote) return index;
  }
  return json.length;
}
