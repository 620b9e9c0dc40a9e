import { describe, expect, test } from "vitest";
import { ask, input, openChatWorld } from "../testing/open-chat-world.ts";
import { card } from "../testing/scripted-registry.ts";
import { prepareExchange } from "./prepare-exchange.ts";

const world = await openChatWorld();

describe("preparing an exchange", () => {
  test("decides model, identity and time before the model is called", async () => {
    const { deps, context, userId } = await world.setup();

    const exchange = await prepareExchange(deps, context, input(ask("Hi", { model: "retired-model" })));

    expect(exchange).toMatchObject({
      caller: { userId, apiKeyId: "7b1d0000-0000-4000-8000-000000000002" },
      resolved: { card, requestedName: "retired-model" },
      answer: { created: Date.UTC(2026, 10, 24, 12) / 1000, model: "test-model" },
      conversationId: null,
      personaId: null,
    });
    expect(exchange.answer.id).toMatch(/^chatcmpl-[0-9a-f]{32}$/);
  });

  test("without persona and conversation leaves the request as it came", async () => {
    const { deps, context, conversations } = await world.setup();
    const request = ask("Hi", { temperature: 0.5 });

    expect((await prepareExchange(deps, context, input(request))).request).toBe(request);
    expect(await conversations()).toEqual([]);
  });

  test("puts the persona first, then instructions, then history, then what was said", async () => {
    const { deps, context } = await world.setup();
    const first = await prepareExchange(deps, context, input(ask("My name is Ada"), { conversation: "new" }));
    const request = {
      messages: [
        { role: "user" as const, content: "Who am I?" },
        { role: "developer" as const, content: "Be brief" },
      ],
    };

    const { request: composed } = await prepareExchange(
      deps,
      context,
      input(request, { personaId: null, conversation: first.conversationId }),
    );

    expect(composed.messages.map(({ role }) => role)).toEqual(["system", "developer", "user", "user"]);
    expect(composed.messages[0]?.content).toMatch(/^You are Mu/);
    expect(composed.messages.slice(2).map(({ content }) => content)).toEqual(["My name is Ada", "Who am I?"]);
  });

  test("adds no history to a request that carries its own", async () => {
    const { deps, context } = await world.setup();
    const first = await prepareExchange(deps, context, input(ask("Stored"), { conversation: "new" }));
    const messages = [
      { role: "user" as const, content: "Mine" },
      { role: "assistant" as const, content: "Yes" },
      { role: "user" as const, content: "Go on" },
    ];

    const { request } = await prepareExchange(
      deps,
      context,
      input({ messages }, { conversation: first.conversationId }),
    );

    expect(request.messages).toEqual(messages);
  });

  test.each([
    ["a model that does not exist", ask("Hi", { model: "nothing" }), {}, "NOT_FOUND"],
    ["what the model cannot", ask("Hi", { logprobs: true, n: 2 }), {}, "UNSUPPORTED"],
    ["a persona that does not exist", ask("Hi"), { personaId: crypto.randomUUID() }, "NOT_FOUND"],
    ["a persona whose id is none", ask("Hi"), { personaId: "'; drop table personas; --" }, "NOT_FOUND"],
  ])("refuses %s before anything is stored", async (_what, request, more, code) => {
    const { deps, context, conversations } = await world.setup();

    const refused = prepareExchange(deps, context, input(request, { conversation: "new", ...more }));

    await expect(refused).rejects.toMatchObject({ code });
    expect(await conversations()).toEqual([]);
  });

  test.each([
    { kind: "guest" as const, permissions: [] },
    { kind: "service" as const, name: "gateway" as const },
  ])("is for people, not for %j", async (principal) => {
    const { deps, context } = await world.setup();

    await expect(prepareExchange(deps, { ...context, principal }, input(ask("Hi")))).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
    });
  });
});
