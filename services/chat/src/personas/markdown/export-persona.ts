import type { chat, InputOf } from "@gaia/contracts";
import type { Context } from "@gaia/kit/context";
import type { ChatDeps } from "../../deps.ts";
import { requirePersona } from "../require-persona.ts";
import { personaToMarkdown } from "./persona-to-markdown.ts";

export async function exportPersona(
  deps: Pick<ChatDeps, "kysely" | "transport">,
  context: Context,
  { persona_id: id }: InputOf<typeof chat.exportPersona>,
): Promise<Response> {
  const persona = await requirePersona(deps, context, { id, action: "read" });
  return new Response(personaToMarkdown(persona), {
    headers: {
      "content-type": "text/markdown; charset=utf-8",
      "content-disposition": `attachment; filename="persona.md"; filename*=UTF-8''${encodeName(persona.name)}.md`,
      "cache-control": "no-store",
    },
  });
}

// As RFC 5987 wants it; a slash in it would be a folder.
function encodeName(name: string): string {
  return encodeURIComponent(name.replaceAll(/[\\/:]/g, "-")).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
