import { describe, expect, test } from "vitest";
import { newPersona, personasClient, personasPath, type PersonasWorld } from "./personas-world.ts";

export function describePersonaFiles(shared: PersonasWorld): void {
  const { send, make, namesFor } = personasClient(shared);
  const exported = async (key: string, id: unknown) => {
    const { world } = shared.opened();
    const response = await fetch(`${world.url}${personasPath}/${String(id)}/export`, { headers: { "x-api-key": key } });
    return { response, text: await response.text() };
  };

  describe("a persona as a file", () => {
    test("goes from one person to another, whole and byte by byte", async () => {
      const [ada, ben] = [await shared.newPerson(), await shared.newPerson()];
      const fields = newPersona({
        name: `J\u00f6rg "the sage": \u{1F600} ${Date.now()}`,
        description: "Keeps records.\n---\nSpeaks: plainly #1",
        system_prompt: "\n\n---\nYou are {persona_name}.\r\n\tBe kind.\n\n",
        personality_traits: { calm: true, "odd: key": ["a\nb", { deep: "null" }], degree: 0.5 },
        capabilities: { "0x1": "1e3", yes: "no" },
        settings: { temperature: 0.3, language: "de" },
        visibility: "public",
      });
      const { id } = await make(ada, fields);
      const { response, text } = await exported(ada.key, id);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe("text/markdown; charset=utf-8");
      expect(response.headers.get("content-disposition")).toMatch(
        /^attachment; filename="persona\.md"; filename\*=UTF-8''J%C3%B6rg/,
      );
      expect(text.startsWith("---\nname: ")).toBe(true);
      expect(text.endsWith(`\n---\n\n${fields.system_prompt}\n`)).toBe(true);

      const imported = await send(ben, "POST", `${personasPath}/import`, { markdown: text });
      expect(imported).toMatchObject({
        status: 200,
        body: {
          success: true,
          message: "Persona imported successfully",
          persona: { ...fields, visibility: "private", created_by: ben.userId, is_default: false },
        },
      });
      expect((await exported(ben.key, imported.body["persona"].id)).text).toBe(text);
      expect((await send(ben, "POST", `${personasPath}/import`, { markdown: text })).status).toBe(409);
      expect(
        (await send(ben, "POST", `${personasPath}/import`, { markdown: text, name: "Another" })).body["persona"],
      ).toMatchObject({ name: "Another", system_prompt: fields.system_prompt });
    });

    test.each([
      ["no front matter", "Be kind."],
      ["a bomb", `---\nname: Ren\na: &a [1,1,1,1]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b,*b]\n---\n`],
      ["a tag", "---\nname: Ren\ndescription: !!js/function x\n---\n"],
      ["depth", `---\nname: Ren\ncapabilities: ${"[".repeat(40_000)}\n---\n`],
      ["too much", "x".repeat(131_073)],
      ["something else", 7],
    ])("is refused as 422 with %s, and nothing is stored", async (_what, markdown) => {
      const ada = await shared.newPerson();
      const before = await namesFor(ada);

      expect(await send(ada, "POST", `${personasPath}/import`, { markdown })).toMatchObject({
        status: 422,
        body: { detail: [{ loc: ["body", "markdown"] }] },
      });
      expect(await namesFor(ada)).toEqual(before);
    });
  });
}
