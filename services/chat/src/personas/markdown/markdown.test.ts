import { chat, type Persona } from "@gaia/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makePersona } from "../testing/make-persona.ts";
import { mu } from "../mu.ts";
import { markdownToPersona } from "./markdown-to-persona.ts";
import { personaToMarkdown } from "./persona-to-markdown.ts";

const maximumImport = 131_072;

function contentOf({ name, description, system_prompt, personality_traits, capabilities, settings }: Persona) {
  return { name, description, system_prompt, personality_traits, capabilities, settings };
}

const text = fc.string({ unit: "grapheme", maxLength: 60 });
const rough = fc.string({
  unit: fc.constantFrom(
    "\n",
    "\r",
    "\t",
    " ",
    "-",
    "---",
    ":",
    "#",
    "'",
    '"',
    "\\",
    "|",
    ">",
    "%",
    "&",
    "*",
    "!",
    "{",
    "[",
    "\u0085",
    "\u2028",
    "\uFEFF",
    "\u0001",
    "\u007F",
    "a",
    "\u{1F600}",
    "~",
    "null",
    "0x1",
    "1e3",
    "yes",
    "<<",
    "?",
    ",",
    "@",
    "`",
  ),
  maxLength: 30,
});
const anyText = fc.oneof(text, rough).filter((each) => !each.includes("\0"));
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    anyText,
    fc.boolean(),
    fc.constant(null),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
    fc.array(tie("json"), { maxLength: 4 }),
    fc.dictionary(anyText, tie("json"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const flags = fc.dictionary(anyText, json, { maxKeys: 5, noNullPrototype: true });
const personas = fc
  .record({
    name: anyText,
    description: anyText,
    system_prompt: anyText,
    personality_traits: flags,
    capabilities: flags,
  })
  .map(
    (fields) => chat.createPersona.input.safeParse({ ...fields, settings: { temperature: 0.5, language: "de" } }).data,
  )
  .filter((fields) => fields !== undefined);

describe("a persona as Markdown", () => {
  test("is readable", () => {
    const persona = makePersona({
      name: "Ren: the sage",
      description: "Keeps records.\nSpeaks plainly.",
      system_prompt: "# Who you are\n\nYou are {persona_name}.",
      personality_traits: { calm: true, interests: ["chess", { deep: [1] }] },
      settings: { temperature: 0.5 },
    });

    expect(personaToMarkdown(persona)).toBe(`---
name: "Ren: the sage"
description: |-
  Keeps records.
  Speaks plainly.
settings:
  temperature: 0.5
personality_traits:
  calm: true
  interests: [ chess, { deep: [ 1 ] } ]
capabilities: {}
---

# Who you are

You are {persona_name}.
`);
  });

  test("comes back exactly", () => {
    fc.assert(
      fc.property(personas, (fields) => {
        const { visibility: _, ...content } = { ...fields };
        const persona = makePersona({
          ...content,
          personality_traits: content.personality_traits ?? {},
          capabilities: content.capabilities ?? {},
          settings: content.settings ?? {},
        });
        const markdown = personaToMarkdown(persona);
        const back = markdownToPersona(markdown);
        expect(back).toEqual(contentOf(persona));
        expect(
          personaToMarkdown({
            ...persona,
            ...back,
            settings: back.settings ?? {},
            personality_traits: back.personality_traits ?? {},
            capabilities: back.capabilities ?? {},
          }),
        ).toBe(markdown);
      }),
      { numRuns: 500 },
    );
  });

  test("comes back, Mu", () => {
    expect(markdownToPersona(personaToMarkdown(mu))).toEqual(contentOf(makePersona(mu)));
  });

  test("never becomes too long to come back", () => {
    // As many values as there may be, in as many signs of YAML as possible.
    const wide = Object.fromEntries(Array.from({ length: 124 }, (_, index) => [`${index}:{`, [{ "#": [] }]]));
    const persona = makePersona({
      name: "\u{1F600}".repeat(50),
      description: "\u0001".repeat(5000),
      system_prompt: "\u{1F600}".repeat(8192),
      personality_traits: chat.createPersona.input.shape.capabilities.parse(wide) ?? {},
      capabilities: chat.createPersona.input.shape.capabilities.parse({ ...wide, text: "\u0001".repeat(2000) }) ?? {},
    });
    const markdown = personaToMarkdown(persona);

    expect(markdown.length).toBeLessThan(maximumImport);
    expect(markdownToPersona(markdown)).toEqual(contentOf(persona));
  });
});

describe("Markdown that people wrote", () => {
  test("needs a name and no more", () => {
    expect(markdownToPersona("---\nname: Ren\n---\nBe kind.")).toEqual({
      name: "Ren",
      description: "",
      system_prompt: "Be kind.",
    });
  });

  test.each([
    ["with a byte order mark", "\uFEFF---\nname: Ren\n---\nBe kind."],
    ["on Windows", "---\r\nname: Ren\r\n---\r\n\r\nBe kind.\r\n"],
    ["with comments and what nobody knows", "---\n# mine\nname: Ren # yes\nid: 7\ncolour: blue\n---\n\nBe kind.\n"],
    ["with a fence of spaces", "---  \nname: Ren\n---\t\nBe kind."],
  ])("may come %s", (_how, markdown) => {
    expect(markdownToPersona(markdown)).toMatchObject({ name: "Ren", system_prompt: "Be kind." });
  });

  test("may have a prompt with lines of ---", () => {
    expect(markdownToPersona("---\nname: Ren\n---\n\na\n---\nb\n")).toMatchObject({ system_prompt: "a\n---\nb" });
  });

  test("may have no prompt", () => {
    expect(markdownToPersona("---\nname: Ren\n---")).toMatchObject({ system_prompt: "" });
  });

  test("can get another name", () => {
    expect(markdownToPersona("---\nname: Ren\n---\n", "Rei")).toMatchObject({ name: "Rei" });
  });

  test("belongs to whoever imports it, who alone sees it", () => {
    const markdown = "---\nname: Ren\nvisibility: public\ncreated_by: system\nis_default: true\n---\n";

    expect(markdownToPersona(markdown)).toEqual({ name: "Ren", description: "", system_prompt: "" });
  });
});

const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]"];
for (const [previous, name] of ["ab", "bc", "cd", "de", "ef", "fg", "gh"].map((pair) => pair.split(""))) {
  bomb.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${previous}`).join(", ")}]`);
}

describe("Markdown that is none of ours", () => {
  const withMatter = (matter: string) => `---\n${matter}\n---\nBe kind.`;

  test.each([
    ["no front matter", "Be kind."],
    ["nothing", ""],
    ["front matter without an end", "---\nname: Ren\n"],
    ["something before it", "\n---\nname: Ren\n---\n"],
    ["a list", withMatter("- name: Ren")],
    ["a word", withMatter("Ren")],
    ["a bomb", withMatter(`name: Ren\n${bomb.join("\n")}`)],
    ["an anchor", withMatter("name: &x Ren")],
    ["an alias", withMatter("name: Ren\ndescription: *x")],
    ["binary data", withMatter("name: Ren\ndescription: !!binary aGVsbG8=")],
    ["a tag for functions", withMatter('name: Ren\ndescription: !!js/function "function () {}"')],
    ["a tag for sets", withMatter("name: Ren\ncapabilities: !!set {a, b}")],
    ["a key twice", withMatter("name: Ren\nname: Rei")],
    ["a key twice, deeper", withMatter("name: Ren\ncapabilities: {a: {b: 1, 'b': 2}}")],
    ["keys that are no text", withMatter("name: Ren\n? [a, b]\n: c")],
    ["infinity", withMatter("name: Ren\ncapabilities: {a: .inf}")],
    ["no number", withMatter("name: Ren\ncapabilities: {a: .nan}")],
    ["a number without end", withMatter(`name: Ren\ncapabilities: {a: ${"9".repeat(400)}}`)],
    ["depth", withMatter(`name: Ren\ncapabilities: {a: ${"[".repeat(30_000)}${"]".repeat(30_000)}}`)],
    ["depth without an end", withMatter(`name: Ren\ncapabilities: ${"{a: ".repeat(20_000)}`)],
    [
      "depth in lines",
      withMatter(
        `name: Ren\ncapabilities:\n${Array.from({ length: 400 }, (_, level) => `${" ".repeat(level + 1)}a:`).join("\n")}`,
      ),
    ],
    ["ten thousand keys", withMatter(Array.from({ length: 10_000 }, (_, index) => `k${index}: 1`).join("\n"))],
    ["errors all over", withMatter(`name: "${"\\x".repeat(40_000)}"`)],
    ["too much front matter", withMatter(`name: Ren\n# ${"x".repeat(140_000)}`)],
    ["broken YAML", withMatter('name: "Ren')],
    ["no name", withMatter("description: x")],
    ["a name that is a number", withMatter("name: 7")],
    ["a name of two lines", withMatter('name: "a\\nb"')],
    ["NUL", withMatter('name: Ren\ndescription: "\\0"')],
    ["half a character", withMatter('name: Ren\ndescription: "\\ud800"')],
    ["a prompt that is too long", `${withMatter("name: Ren")}${"x".repeat(32_768)}`],
    ["traits that are too long", withMatter(`name: Ren\npersonality_traits: {a: ${"x".repeat(20_000)}}`)],
    ["a setting of the wrong kind", withMatter("name: Ren\nsettings: {temperature: hot}")],
  ])("is refused: %s", (_what, markdown) => {
    const started = performance.now();

    expect(() => markdownToPersona(markdown)).toThrow(
      expect.objectContaining({ code: "INVALID_INPUT", issues: [expect.objectContaining({ loc: expect.any(Array) })] }),
    );
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test("does not reach into prototypes", () => {
    const persona = markdownToPersona(
      withMatter("name: Ren\n__proto__: {polluted: true}\ncapabilities: {__proto__: {polluted: true}}"),
    );

    expect(Reflect.get({}, "polluted")).toBeUndefined();
    expect(Reflect.get(persona, "polluted")).toBeUndefined();
    expect(Reflect.get(persona.capabilities ?? {}, "polluted")).toBeUndefined();
  });
});
