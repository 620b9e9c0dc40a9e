/** For JSON, streams and the reader page alike; a page that needs more sets its own policy before. */
const defaults: readonly (readonly [string, string])[] = [
  ["x-content-type-options", "nosniff"],
  ["x-frame-options", "DENY"],
  ["referrer-policy", "no-referrer"],
  ["content-security-policy", "default-src 'none'; frame-ancestors 'none'"],
  ["cross-origin-resource-policy", "cross-origin"],
];

export function addSecurityHeaders(headers: Headers): void {
  for (const [name, value] of defaults) {
    if (!headers.has(name)) headers.set(name, value);
  }
}
