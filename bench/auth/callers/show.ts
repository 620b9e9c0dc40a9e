/** How a caller shows a credential: one header line. */
export function showKey(secret: string): string {
  return `x-api-key: ${secret}`;
}

export function showToken(token: string): string {
  return `authorization: Bearer ${token}`;
}
