import { describe, expect, test } from "vitest";
import * as z from "zod";
import { renderConfigMarkdown, renderEnvironmentExample } from "./document-config.ts";
import { flag, list, port } from "./load-config.ts";
import { secret } from "./secret.ts";

const sections = [
  {
    title: "Gateway",
    shape: {
      GATEWAY_PORT: port().default(8666).describe("Port of the gateway"),
      ALLOWED_ORIGINS: list().default(["http://a.test", "http://b.test"]).describe("Origins, separated by commas"),
      PRETTY: flag().optional().describe("Coloured lines"),
    },
  },
  {
    title: "Keys",
    shape: { KEY: secret().optional().describe("Key of the provider"), NEEDED: z.string().describe("No default") },
  },
];

describe("the documented configuration", () => {
  test("has a table for each section, with names, defaults and meanings", () => {
    const text = renderConfigMarkdown(sections);

    expect(text).toContain("## Gateway");
    expect(text).toContain("| `GATEWAY_PORT` | `8666` | Port of the gateway |");
    expect(text).toContain("| `ALLOWED_ORIGINS` | `http://a.test,http://b.test` | Origins, separated by commas |");
    expect(text).toContain("| `PRETTY` |  | Coloured lines |");
    expect(text.indexOf("## Gateway")).toBeLessThan(text.indexOf("## Keys"));
  });

  test("as an example environment has every setting commented out, under its meaning", () => {
    const lines = renderEnvironmentExample(sections).split("\n");

    expect(lines.filter((line) => line !== "" && !line.startsWith("#"))).toEqual([]);
    expect(lines[lines.indexOf("# GATEWAY_PORT=8666") - 1]).toBe("# Port of the gateway");
    expect(lines).toContain("# KEY=");
    expect(lines).toContain("# NEEDED=");
  });

  test("never shows the default of a secret", () => {
    const shape = { KEY: secret().default(secret().parse("hunter2")).describe("A key") };

    const text = renderConfigMarkdown([{ title: "t", shape }]) + renderEnvironmentExample([{ title: "t", shape }]);

    expect(text).not.toContain("hunter2");
  });
});
