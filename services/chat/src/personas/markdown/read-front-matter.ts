import { isAlias, isMap, isNode, isScalar, Lexer, type Node, parseDocument, visit } from "yaml";
import { invalidMarkdown } from "./invalid-markdown.ts";

const maximumLength = 81_920;
// Enough for the largest persona, and few enough that a hostile text costs no time.
const maximumTokens = 12_000;

/**
 * The values of front matter: YAML 1.2 of the core schema, as far as JSON has the same. Anchors, aliases and tags are
 * refused, so that nothing grows out of a few lines.
 */
export function readFrontMatter(text: string): unknown {
  if (text.length > maximumLength) throw invalidMarkdown(`The front matter is longer than ${maximumLength} characters`);
  if (hasMoreTokens(text, maximumTokens)) throw invalidMarkdown("The front matter has too many parts");
  const document = parseDocument(text, {
    schema: "core",
    version: "1.2",
    stringKeys: true,
    // Its own search for keys that stand there twice takes a second for a thousand keys.
    uniqueKeys: false,
    // A text full of mistakes would be quoted for each of them.
    prettyErrors: false,
    logLevel: "silent",
  });
  const [mistake] = document.errors;
  if (mistake !== undefined) throw invalidMarkdown(`The front matter is no YAML: ${mistake.message}`);
  visit(document, (_key, node) => {
    const problem = isNode(node) ? problemOf(node) : null;
    if (problem !== null) throw invalidMarkdown(`The front matter has ${problem}`);
  });
  return document.toJS({ maxAliasCount: 0 });
}

/** Finding tokens is cheap, and what is made of them is not. */
function hasMoreTokens(text: string, maximum: number): boolean {
  const tokens = new Lexer().lex(text);
  for (let count = 0; count <= maximum; count += 1) if (tokens.next().done === true) return false;
  return true;
}

function problemOf(node: Node): string | null {
  if (isAlias(node)) return "aliases";
  if ("anchor" in node && node.anchor !== undefined) return "anchors";
  if (node.tag !== undefined) return "tags";
  if (isScalar(node) && typeof node.value === "number" && !Number.isFinite(node.value)) return "endless numbers";
  return isMap(node) && hasDoubledKey(node) ? "keys that stand there twice" : null;
}

function hasDoubledKey({ items }: { readonly items: readonly { readonly key: unknown }[] }): boolean {
  const names = items.map(({ key }) => (isScalar(key) ? key.value : key));
  return new Set(names).size < names.length;
}
