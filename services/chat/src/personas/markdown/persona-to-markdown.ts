import type { Persona } from "@gaia/contracts";
import { Document, isCollection, Scalar, visit } from "yaml";

type Content = Pick<
  Persona,
  "name" | "description" | "settings" | "personality_traits" | "capabilities" | "system_prompt"
>;

/**
 * What a persona is, and nothing of whose it is and who may see it: front matter, a blank line, the prompt as it is, a
 * line end. `markdownToPersona` reads exactly that back.
 */
export function personaToMarkdown({ system_prompt, ...persona }: Content): string {
  const { name, description, settings, personality_traits, capabilities } = persona;
  const matter = { name, description, settings, personality_traits, capabilities };
  const document = new Document(matter, { schema: "core", version: "1.2", aliasDuplicateObjects: false });
  visit(document, {
    // One line for each trait. Deeper ones in lines of their own could become many times as long.
    Collection(_key, node, ancestors) {
      if (ancestors.filter(isCollection).length > 1) node.flow = true;
    },
    Scalar(_key, node) {
      if (typeof node.value === "string") node.type = styleOf(node.value);
    },
  });
  return `---\n${document.toString({ lineWidth: 0 })}---\n\n${system_prompt}\n`;
}

const word = /^[\p{L}_][\p{L}\p{N}_]*(?:[ .,-]+[\p{L}\p{N}_]+)*[.]?$/u;
const lines = /^[\p{L}\p{N}][^\p{C}\p{Zl}\p{Zp}\uFEFF]*(?:\n[^\p{C}\p{Zl}\p{Zp}\uFEFF]+)+$/u;

// What is plain stays plain and what has lines keeps them; whatever could mean something in YAML stands in quotes.
function styleOf(text: string): Scalar.Type {
  if (word.test(text)) return Scalar.PLAIN;
  return lines.test(text) ? Scalar.BLOCK_LITERAL : Scalar.QUOTE_DOUBLE;
}
