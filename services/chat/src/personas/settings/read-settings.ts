import { chat, type Persona, type PersonaSettings } from "@gaia/contracts";

/** The names that mean a setting wherever they stand, and so are no trait and no capability. */
export const settingNames: ReadonlySet<string> = new Set(Object.keys(chat.PersonaSettings.shape));

/**
 * What a persona wants of the model: its settings, then what old clients wrote into its capabilities, then into its
 * traits. A value that makes no sense there counts for nothing.
 */
export function readSettings({ personality_traits, capabilities, settings }: SettingSources): PersonaSettings {
  return { ...pickSettings(personality_traits), ...pickSettings(capabilities), ...settings };
}

export type SettingSources = Pick<Persona, "personality_traits" | "capabilities" | "settings">;

function pickSettings(flags: Readonly<Record<string, unknown>>): PersonaSettings {
  return Object.assign(
    {},
    ...[...settingNames].map((name): PersonaSettings => {
      if (!Object.hasOwn(flags, name)) return {};
      return chat.PersonaSettings.safeParse({ [name]: flags[name] }).data ?? {};
    }),
  );
}
