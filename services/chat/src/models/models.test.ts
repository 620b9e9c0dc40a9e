import { chat, notFound } from "@gaia/contracts";
import type { ModelRegistry } from "@gaia/providers";
import { describe, expect, test } from "vitest";
import { card } from "../testing/scripted-registry.ts";
import { getModel } from "./get-model.ts";
import { listModels } from "./list-models.ts";

const unknown = { ...card, id: "unknown-model", abilities: null, price: null, contextWindow: null, aliases: [] };

function setup() {
  const models: ModelRegistry = {
    list: async () => [card, unknown],
    resolve: async (name) => Promise.reject(notFound("Model", name)),
    embedder: () => {
      throw notFound("Embedder");
    },
    providerStates: () => [],
    close: async () => undefined,
  };
  return { models };
}

describe("the models", () => {
  test("are OpenAI's list, with what else is known and the retired names that they answer", async () => {
    const answer = await listModels(setup());

    expect(chat.listModels.output.parse(answer)).toEqual(answer);
    expect(answer.data[0]).toEqual({
      id: "test-model",
      object: "model",
      created: 7,
      owned_by: "tests",
      provider: "openai",
      context_window: 1000,
      max_output_tokens: 100,
      abilities: ["chat", "tools"],
      price: { input: 2, output: 10, as_of: "2026-11-01" },
      aliases: ["retired-model"],
    });
  });

  test("have nothing invented where nothing is known", async () => {
    expect((await listModels(setup())).data[1]).toMatchObject({
      abilities: [],
      price: null,
      context_window: null,
      aliases: [],
    });
  });

  test("that do not exist are not found", async () => {
    await expect(getModel(setup(), { model: "x" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
