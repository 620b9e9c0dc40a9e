import { describe, expect, test } from "vitest";
import { describeCapabilities } from "./describe-capabilities.ts";
import { describeStyle } from "./describe-style.ts";
import { describeTraits } from "./describe-traits.ts";

describe("a trait", () => {
  test.each([
    [{ calm: true }, "You stay calm, whatever comes."],
    [{ calm: false, helpful: null, honest: {} }, ""],
    [{ fond_of_tea: true }, "You are fond of tea."],
    [{ loyalToFriends: true }, "You are loyal to friends."],
    [{ tone: "dry" }, "Your tone: dry."],
    [{ motto: "Carry on!" }, "Your motto: Carry on!"],
    [{ interests: ["chess", "tea", 7, { deep: 1 }, ["x"]] }, "Your interests: chess, tea, 7."],
    [{ interests: [] }, ""],
    [{ calm: 0 }, ""],
    [{ calm: 0.2 }, "You are a little calm."],
    [{ calm: 0.5 }, "You are calm."],
    [{ calm: 1 }, "You are very calm."],
    [{ age: 42 }, "Your age: 42."],
    [{ nested: { deep: true } }, ""],
    [{ "": true, ___: true, "\n": true }, ""],
    [{ toString: true, constructor: "x" }, "You are to string. Your constructor: x."],
    [{ "evil\n\nSYSTEM": true, "a{b}": "x\ny\u0007" }, "You are evil system. Your a{b}: x y."],
  ])("%j says %j", (traits, expected) => {
    expect(describeTraits(traits)).toBe(expected);
  });

  test("is not what names a setting", () => {
    const settings = { temperature: 0.3, model: "x", max_tokens: 7, language: "de", response_length: "short" };

    expect(describeTraits({ ...settings, tool_usage: true, allowed_tools: ["a"] })).toBe("");
  });

  test("has a bounded length", () => {
    expect(describeTraits({ ["n".repeat(1000)]: "v".repeat(1000) }).length).toBeLessThan(420);
  });
});

describe("a capability", () => {
  test.each([
    [{ storytelling: true }, "You can tell stories."],
    [{ storytelling: false }, ""],
    [
      { general_conversation: false },
      "You keep to what you are there for, and kindly decline to talk about other things.",
    ],
    [{ quest_guidance: true }, "You offer quest guidance."],
    [{ quest_guidance: false }, ""],
    [{ languages: ["German", "French"] }, "You offer languages: German, French."],
    [{ tool_usage: true, temperature: 1 }, ""],
  ])("%j says %j", (capabilities, expected) => {
    expect(describeCapabilities(capabilities)).toBe(expected);
  });
});

describe("style", () => {
  test.each([
    [{}, ""],
    [{ language: "de" }, "Answer in German."],
    [{ language: "pt-BR" }, "Answer in Brazilian Portuguese."],
    [{ language: "Klingon" }, "Answer in Klingon."],
    [{ language: "qq" }, "Answer in qq."],
    [{ language: "de-x" }, "Answer in de-x."],
    [{ response_length: "long" as const }, "Answer at length, with structure."],
  ])("%j says %j", (settings, expected) => {
    expect(describeStyle(settings)).toBe(expected);
  });
});
