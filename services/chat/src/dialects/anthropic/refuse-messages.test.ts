import { MessagesRequest } from "@gaia/contracts";
import { expect, test } from "vitest";
import type { CardFacts } from "../openai/card-facts.ts";
import { refuseMessages } from "./refuse-messages.ts";

const plain: CardFacts = { id: "plain", provider: "openai", abilities: ["chat"] };
const able: CardFacts = {
  id: "able",
  provider: "openai",
  abilities: ["chat", "tools", "vision", "pdf_input", "structured_output", "reasoning"],
};
const unknown: CardFacts = { id: "unknown", provider: "openai", abilities: null };
const offline: CardFacts = { id: "gaia-offline", provider: "gaia", abilities: ["chat", "tools"] };

const user = (content: unknown) => ({ messages: [{ role: "user", content }] });
const refusalOf = (card: CardFacts, more: object): unknown => {
  const request = MessagesRequest.parse({
    model: "m",
    max_tokens: 9,
    messages: [{ role: "user", content: "Hi" }],
    ...more,
  });
  try {
    refuseMessages(request, card);
    return null;
  } catch (error) {
    return error;
  }
};

const image = { type: "image", source: { type: "base64", media_type: "image/png", data: "aGk=" } };
const pdf = { type: "document", source: { type: "base64", media_type: "application/pdf", data: "aGk=" } };

test.each([
  ["images", user([image]), "messages.0.content.0"],
  ["PDF", user([{ type: "text", text: "Hi" }, pdf]), "messages.0.content.1"],
  ["tools", { tools: [{ name: "f", input_schema: {} }] }, "tools"],
  ["thinking", { thinking: { type: "enabled", budget_tokens: 2000 } }, "thinking"],
  ["effort", { output_config: { effort: "low" } }, "output_config.effort"],
  ["schema", { output_config: { format: { type: "json_schema", schema: {} } } }, "output_config.format"],
])("%s only where the model can", (_what, more, param) => {
  expect(refusalOf(plain, more)).toMatchObject({
    code: "UNSUPPORTED",
    reason: "feature.unsupported",
    details: { param },
  });
  expect(refusalOf(able, more)).toBeNull();
  expect(refusalOf(unknown, more)).toBeNull();
});

test.each([
  [{ tools: [{ type: "bash_20250124", name: "bash" }] }, "tools.0"],
  [user([{ type: "container_upload", file_id: "f" }]), "messages.0.content.0"],
  [user([{ type: "image", source: { type: "file", file_id: "f" } }]), "messages.0.content.0"],
  [user([{ type: "document", source: { type: "url", url: "https://x.test/a.pdf" } }]), "messages.0.content.0"],
  [
    {
      messages: [
        { role: "user", content: "Hi" },
        { role: "assistant", content: "I" },
      ],
    },
    "messages.1",
  ],
  [{ top_k: 3 }, "top_k"],
  [{ stop_sequences: ["a", "b", "c", "d", "e"] }, "stop_sequences"],
  [{ container: "c" }, "container"],
  [{ mcp_servers: [{}] }, "mcp_servers"],
  [{ speed: "fast" }, "speed"],
])("%j only at Anthropic", (more, param) => {
  expect(refusalOf(unknown, more)).toMatchObject({ code: "UNSUPPORTED", details: { param } });
});

test.each([
  { cache_control: { type: "ephemeral" } },
  { context_management: { edits: [] } },
  { thinking: { type: "adaptive" } },
  { thinking: { type: "disabled" } },
  { service_tier: "auto", speed: "standard", mcp_servers: [], container: null },
  { beta: "true", conversation_id: "new", metadata: { user_id: "u" } },
  user([{ type: "document", source: { type: "text", media_type: "text/plain", data: "x" } }]),
])("%j may be asked of everybody", (more) => {
  expect(refusalOf(plain, more)).toBeNull();
});

test("the offline model takes any number of stops and top_k, which change nothing", () => {
  expect(refusalOf(offline, { top_k: 3, stop_sequences: ["a", "b", "c", "d", "e"] })).toBeNull();
});

test("a field that Anthropic does not know is refused in its words", () => {
  expect(refusalOf(able, { user: "u" })).toMatchObject({
    code: "INVALID_INPUT",
    message: "user: Extra inputs are not permitted",
  });
});
