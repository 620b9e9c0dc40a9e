import { ConfigError, loadConfig } from "@gaia/kit/config/load-config";
import { expect, test } from "vitest";
import { providersConfig } from "./config.ts";

test("nothing needs to be set", () => {
  expect(loadConfig(providersConfig, {})).toMatchObject({
    OPENAI_BASE_URL: "https://api.openai.com/v1",
    ANTHROPIC_BASE_URL: "https://api.anthropic.com/v1",
    PROVIDER_TIMEOUT: 120,
  });
});

test("every setting is described", () => {
  expect(Object.values(providersConfig).filter((schema) => !schema.description)).toEqual([]);
});

test("Anthropic's address is accepted with and without /v1", () => {
  const urlFor = (ANTHROPIC_BASE_URL: string) => loadConfig(providersConfig, { ANTHROPIC_BASE_URL }).ANTHROPIC_BASE_URL;
  for (const url of ["http://proxy:1", "http://proxy:1/", "http://proxy:1/v1", "http://proxy:1/v1/"]) {
    expect(urlFor(url)).toBe("http://proxy:1/v1");
  }
});

test("the original's name for Anthropic is understood", () => {
  expect(loadConfig(providersConfig, { DEFAULT_LLM_PROVIDER: "claude" }).DEFAULT_LLM_PROVIDER).toBe("anthropic");
});

test("keys are secrets", () => {
  const { OPENAI_API_KEY } = loadConfig(providersConfig, { OPENAI_API_KEY: "sk-hidden" });
  expect(JSON.stringify({ OPENAI_API_KEY })).not.toContain("hidden");
  expect(OPENAI_API_KEY?.reveal()).toBe("sk-hidden");
});

test("an address that is none is a problem", () => {
  expect(() => loadConfig(providersConfig, { OPENAI_BASE_URL: "localhost" })).toThrow(ConfigError);
});
