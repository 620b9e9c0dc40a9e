import type { PersonaSettings } from "@gaia/contracts";
import { lengthSentences } from "./vocabulary.ts";
import { toLine } from "./words.ts";

const languageNames = new Intl.DisplayNames(["en"], { type: "language", fallback: "none" });
const languageTag = /^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/i;

/** How answers shall be, as far as no parameter of a model says it. */
export function describeStyle({
  language,
  response_length,
}: Pick<PersonaSettings, "language" | "response_length">): string {
  return [
    ...(language === undefined ? [] : [`Answer in ${nameOf(language)}.`]),
    ...(response_length === undefined ? [] : [lengthSentences[response_length]]),
  ].join(" ");
}

function nameOf(language: string): string {
  if (!languageTag.test(language)) return toLine(language);
  try {
    return languageNames.of(language) ?? toLine(language);
  } catch {
    // It only looked like a tag.
    return toLine(language);
  }
}
