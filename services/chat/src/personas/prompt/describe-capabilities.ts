import { settingNames } from "../settings/read-settings.ts";
import { capabilitySentences } from "./vocabulary.ts";
import { toSentence, toValue, toWords } from "./words.ts";

/** A sentence for each capability that is there, and for those whose absence says something. */
export function describeCapabilities(capabilities: Readonly<Record<string, unknown>>): string {
  return Object.entries(capabilities)
    .filter(([name]) => !settingNames.has(name))
    .flatMap(([name, value]) => describeCapability(name, value) ?? [])
    .join(" ");
}

function describeCapability(name: string, value: unknown): string | null {
  const known = capabilitySentences.get(name);
  const words = toWords(name);
  if (words === "") return null;
  if (value === true) return known?.can ?? `You offer ${words}.`;
  if (value === false) return known?.cannot ?? null;
  const said = toValue(value);
  return said === null ? null : toSentence(`You offer ${words}: ${said}`);
}
