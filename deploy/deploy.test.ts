import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { serviceNames } from "@gaia/contracts";
import { expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { configSections, readGaiaConfig } from "../apps/gaia/src/config.ts";
import { allocatorSettings } from "../apps/gaia/src/memory/tame-allocator.ts";

const Variables = z.record(z.string(), z.string());
const Compose = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string(),
      environment: Variables.default({}),
      ports: z.array(z.string()).default([]),
      healthcheck: z.object({ test: z.array(z.string()) }),
      profiles: z.array(z.string()).optional(),
    }),
  ),
});

const read = (path: string) => readFileSync(fileURLToPath(new URL(path, import.meta.url)), "utf8");
const { services } = Compose.parse(parse(read("compose.yaml"), { merge: true }));
const dockerfile = read("Dockerfile");
const known = new Set(configSections.flatMap(({ shape }) => Object.keys(shape)));
const hostOf = (service: string) => (service === "gateway" ? "gateway" : `${service}-service`);
const gaiaServices = serviceNames.map((name) => ({ name, host: hostOf(name), ...services[hostOf(name)] }));

/** What compose makes of a value when only the password is given. */
function interpolate(text: string): string {
  return text.replace(/\$\{POSTGRES_PASSWORD:\?[^}]+\}/g, "given").replace(/\$\{\w+:-([^}]*)\}/g, "$1");
}

function settingsOf(environment: Readonly<Record<string, string>> = {}) {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, interpolate(value)]));
}

test("the composition has the names that clients and scripts know", () => {
  const expected = [...serviceNames.map(hostOf), "db", "nats", "redis"];
  expect(Object.keys(services).toSorted()).toEqual(expected.toSorted());
  expect(services["redis"]?.profiles).toEqual(["redis"]);
});

test.each(gaiaServices)("$host starts with its settings and is that one service", ({ name, environment }) => {
  expect(Object.keys(environment ?? {}).filter((variable) => !known.has(variable))).toEqual([]);
  const config = readGaiaConfig(settingsOf(environment));
  expect(config.services).toEqual([name]);
  expect(config.GAIA_ENV).toBe("production");
  expect(config.GAIA_HOST).toBe("0.0.0.0");
  expect(config.REDIS_URL).toBeUndefined();
});

test.each(gaiaServices)(
  "$host listens on 8000, and its health is asked there",
  ({ name, environment, healthcheck }) => {
    const config = readGaiaConfig(settingsOf(environment));
    const ports = { gateway: config.GATEWAY_PORT, web: config.WEB_PORT };
    expect(name === "gateway" || name === "web" ? ports[name] : config.SERVICE_PORT).toBe(8000);
    expect(healthcheck?.test.join(" ")).toContain("http://127.0.0.1:8000/health");
  },
);

test("every address of a setting is a service of the composition", () => {
  const addresses = gaiaServices.flatMap(({ environment }) => Object.entries(settingsOf(environment)));
  const urls = addresses
    .filter(([name, value]) => name.endsWith("_URL") && value !== "")
    .map(([, value]) => new URL(value));
  expect(urls.length).toBeGreaterThan(10);
  for (const { hostname, port } of urls) {
    expect(Object.keys(services)).toContain(hostname);
    expect(port).toBe({ db: "5432", nats: "4222" }[hostname] ?? "8000");
  }
});

test("only the gateway and the web interface are open to other machines", () => {
  const open = Object.entries(services).flatMap(([name, { ports }]) =>
    ports.filter((port) => !port.startsWith("127.0.0.1:")).map((port) => `${name} ${port}`),
  );
  expect(open.toSorted()).toEqual(["gateway 8666:8000", "web-service 8080:8000"]);
});

test("no password has a value of its own", () => {
  const variables = Object.values(services).flatMap(({ environment }) => Object.entries(environment));
  const secrets = variables.filter(([name]) => /PASSWORD|SECRET|TOKEN|_KEY$/.test(name)).map(([, value]) => value);
  const passwords = variables
    .filter(([name]) => name === "DATABASE_URL")
    .map(([, url]) => /postgres:(.*)@db/.exec(url)?.[1]);
  expect(passwords).toHaveLength(serviceNames.length);
  for (const value of [...secrets, ...passwords]) expect(value).toMatch(/^\$\{POSTGRES_PASSWORD:\?[^}]+\}$/);
});

test("every image that is not ours has a version", () => {
  const images = Object.values(services).map(({ image }) => image);
  for (const image of images.filter((name) => name !== "gaia")) expect(image).toMatch(/:\w*\d/);
});

test("the image runs Gaia for everybody to reach, not as root, with its files in a volume", () => {
  const [, block = ""] = /^ENV ((?:.*\\\n)*.*)$/m.exec(dockerfile) ?? [];
  const settings = Object.fromEntries([...block.matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name, value]));
  const isForeign = (name: string) => name === "NODE_ENV" || Object.hasOwn(allocatorSettings, name);
  expect(Object.keys(settings).filter((name) => !isForeign(name) && !known.has(name))).toEqual([]);
  expect(settings).toMatchObject(allocatorSettings);
  const { GAIA_ENV, GAIA_HOST, GAIA_HOME, GATEWAY_PORT, WEB_PORT } = readGaiaConfig(settings);
  expect({ GAIA_ENV, GAIA_HOST, GAIA_HOME }).toEqual({
    GAIA_ENV: "production",
    GAIA_HOST: "0.0.0.0",
    GAIA_HOME: "/data",
  });
  expect(dockerfile).toContain(`\nVOLUME ${GAIA_HOME}\n`);
  expect(dockerfile).toContain(`\nEXPOSE ${GATEWAY_PORT} ${WEB_PORT}\n`);
  expect(dockerfile).toMatch(/\nHEALTHCHECK .*\\\n.*http:\/\/127\.0\.0\.1:8666\/health/);
  expect(dockerfile).toMatch(/\nUSER node\n[^]*\nCMD \["node", "dist\/main\.js"\]\n$/);
  expect([...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base)).toEqual(["node:24-slim", "node:24-slim"]);
});

test("nothing local gets into the image", () => {
  const ignored = read("../.dockerignore").split("\n");
  for (const path of [".env", ".git", "data", "dist", "**/node_modules"]) expect(ignored).toContain(path);
});

test("the example for Fly starts with its settings and a database", () => {
  const [, section = ""] = /\n\[env\]\n([^[]*)/.exec(read("fly/gateway.toml")) ?? [];
  const settings = Object.fromEntries(
    [...section.matchAll(/^(\w+) = "(.*)"$/gm)].map(([, name, value]) => [name, value]),
  );
  expect(Object.keys(settings).filter((name) => !known.has(name))).toEqual([]);
  const config = readGaiaConfig({ ...settings, DATABASE_URL: "postgresql://gaia@db.internal/gaia" });
  expect(config.services).toEqual(["gateway"]);
  expect(read("fly/gateway.toml")).toContain(`internal_port = ${config.GATEWAY_PORT}\n`);
});
