import { expect, onTestFinished, test } from "vitest";
import {
  answerStream,
  mockModels,
  providerSettings,
  startScriptedProvider,
  wireFormats,
} from "../support/mock-providers.ts";
import { distributedServices, startDistributedGaia } from "../support/start-distributed-gaia.ts";
import { chunksOf, dataOf, post, textOf } from "./requests.ts";

test("SIGTERM ends each of five processes within ten seconds with a stream open", { timeout: 60_000 }, async () => {
  const provider = await startScriptedProvider(mockModels.openai);
  onTestFinished(() => provider.close());
  provider.script("never ends", answerStream(wireFormats.openai.begin(["Hel", "lo"]), "open"));
  const gaia = await startDistributedGaia(providerSettings({ openai: provider.url, anthropic: provider.url }));
  onTestFinished(() => gaia.stop());
  const response = await post(gaia, "/api/v1/chat", { model: mockModels.openai, message: "never ends", stream: true });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let seen = "";
  while (!textOf(chunksOf(dataOf(seen))).includes("Hello")) seen += (await reader?.read())?.value ?? "";

  const began = performance.now();
  const endings = await Promise.all(distributedServices.map((name) => gaia.process(name).end("SIGTERM")));
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(endings).toEqual(distributedServices.map(() => ({ code: 0, signal: null })));

  const answers = await gaia.database.kysely
    .selectFrom("chat_messages")
    .select(["content", "status"])
    .where("role", "=", "assistant")
    .execute();
  expect(answers).toEqual([{ content: "Hello", status: "partial" }]);
});
