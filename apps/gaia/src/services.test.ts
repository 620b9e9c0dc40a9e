import { describe, expect, test } from "vitest";
import { readGaiaConfig } from "./config.ts";
import { innerServiceNames, isDevelopmentKeyAllowed, serviceFactories } from "./services.ts";

describe("the well-known development key", () => {
  test.each([
    ["development", "127.0.0.1", true],
    ["development", "localhost", true],
    ["development", "::1", true],
    ["development", "0.0.0.0", false],
    ["development", "::", false],
    ["development", "192.168.0.7", false],
    ["development", "127.0.0.1.evil.test", false],
    ["production", "127.0.0.1", false],
    ["production", "0.0.0.0", false],
  ])("in %s on %s: %s", (environment, host, isAllowed) => {
    const config = readGaiaConfig({ GAIA_ENV: environment, GAIA_HOST: host });

    expect(isDevelopmentKeyAllowed({ config })).toBe(isAllowed);
  });

  test("works where nothing is set, which is a developer's own machine", () => {
    expect(isDevelopmentKeyAllowed({ config: readGaiaConfig({}) })).toBe(true);
  });
});

test("every inner service can be made", () => {
  expect(Object.keys(serviceFactories)).toEqual(innerServiceNames);
});
