import { chat, type InputOf } from "@gaia/contracts";
import { parseInput } from "@gaia/kit/binding";
import * as z from "zod";
import { invalidMarkdown } from "./invalid-markdown.ts";
import { readFrontMatter } from "./read-front-matter.ts";

const FrontMatter = z.record(z.string(), z.unknown());

const frontMatter = /^---[ \t]*\n(?<matter>(?:[^\n]*\n)*?)---[ \t]*(?:\n|$)/;

/** What `personaToMarkdown` wrote, or people did: only the name has to be there. What nobody knows is ignored. */
export function markdownToPersona(
  markdown: string,
  name?: string | null,
): Omit<InputOf<typeof chat.createPersona>, "visibility"> {
  const { matter, prompt } = split(markdown);
  const parsed = FrontMatter.safeParse(readFrontMatter(matter) ?? {});
  if (!parsed.success) throw invalidMarkdown("The front matter is no list of names and values");
  const { visibility: _, ...persona } = parseInput(chat.createPersona.input, {
    description: "",
    ...parsed.data,
    ...(name === undefined || name === null ? {} : { name }),
    system_prompt: prompt,
  });
  return persona;
}

function split(markdown: string): { readonly matter: string; readonly prompt: string } {
  const text = markdown.startsWith("\uFEFF") ? markdown.slice(1) : markdown;
  // Written on Windows: then all its lines end so.
  const lines = /^---[ \t]*\r\n/.test(text) ? text.replaceAll("\r\n", "\n") : text;
  const found = frontMatter.exec(lines);
  if (found === null) throw invalidMarkdown("It does not begin with front matter between two lines of ---");
  const rest = lines.slice(found[0].length);
  return { matter: found.groups?.["matter"] ?? "", prompt: rest.replace(/^\n/, "").replace(/\n$/, "") };
}
