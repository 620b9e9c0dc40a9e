const maximumLength = 200;

/** Text of somebody's as a part of one line: no line ends, no control characters, not endless. */
export function toLine(text: string, maximum = maximumLength): string {
  const line = text
    .normalize("NFC")
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}\s]+/gu, " ")
    .trim();
  return line
    .slice(0, maximum)
    .replace(/\p{Surrogate}$/u, "")
    .trim();
}

/** The name of a flag as one would say it: `robotic_charm` is "robotic charm". */
export function toWords(name: string): string {
  return toLine(name.replaceAll(/[_-]+/g, " ").replaceAll(/(?<=\p{Ll})(?=\p{Lu})/gu, " ")).toLowerCase();
}

/** A sentence that ends once, whatever its last words are. */
export function toSentence(text: string): string {
  return /[.!?…]$/u.test(text) ? text : `${text}.`;
}

/** What a flag's value says in words; `null` where it says nothing. */
export function toValue(value: unknown): string | null {
  if (typeof value === "string") return toLine(value) || null;
  if (typeof value === "number") return String(value);
  if (!Array.isArray(value)) return null;
  const words = value.flatMap((each: unknown) => (Array.isArray(each) ? [] : (toValue(each) ?? [])));
  return words.length === 0 ? null : toLine(words.join(", "));
}
