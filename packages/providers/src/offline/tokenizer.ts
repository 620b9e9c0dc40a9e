// Up to eight letters or digits with the blank before them, a run of blanks, or one other character.
const token = /\s?[\p{L}\p{N}_]{1,8}|\s+|[^\s\p{L}\p{N}_]/gu;

/**
 * The tokens of `gaia-offline`. Joined they give the text again, so its counts are exact for this model; they say
 * nothing about other models' tokens.
 */
export function tokenize(text: string): string[] {
  return text.match(token) ?? [];
}

export function countTokens(text: string): number {
  return tokenize(text).length;
}
