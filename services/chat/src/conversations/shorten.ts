/** The first characters, with dots where there were more; no character is cut in half. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const characters = Array.from(text.slice(0, (length + 1) * 2));
  return characters.length <= length ? text : `${characters.slice(0, length).join("")}...`;
}
