import type { Persona } from "@gaia/contracts";

export function makePersona(more: Partial<Persona> = {}): Persona {
  return {
    id: "7b1d0000-0000-4000-8000-000000000001",
    name: "Ren",
    description: "",
    system_prompt: "Be kind.",
    personality_traits: {},
    capabilities: {},
    is_active: true,
    created_by: null,
    created_at: "2026-11-24T12:00:00.000Z",
    updated_at: "2026-11-24T12:00:00.000Z",
    settings: {},
    visibility: "private",
    is_default: false,
    ...more,
  };
}
