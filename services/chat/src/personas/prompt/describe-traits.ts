import { settingNames } from "../settings/read-settings.ts";
import { traitSentences } from "./vocabulary.ts";
import { toSentence, toValue, toWords } from "./words.ts";

/** A sentence for each trait that is there, in the order in which they stand. */
export function describeTraits(traits: Readonly<Record<string, unknown>>): string {
  return Object.entries(traits)
    .filter(([name]) => !settingNames.has(name))
    .flatMap(([name, value]) => describeTrait(name, value) ?? [])
    .join(" ");
}

function describeTrait(name: string, value: unknown): string | null {
  const words = toWords(name);
  if (words === "") return null;
  if (value === true) return traitSentences.get(name) ?? `You are ${words}.`;
  if (typeof value === "number" && value >= 0 && value <= 1) return describeDegree(words, value);
  const said = toValue(value);
  return said === null ? null : toSentence(`Your ${words}: ${said}`);
}

function describeDegree(words: string, degree: number): string | null {
  if (degree === 0) return null;
  if (degree < 0.35) return `You are a little ${words}.`;
  return degree > 0.65 ? `You are very ${words}.` : `You are ${words}.`;
}
