import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { promisify } from "node:util";
import { openDatabase } from "@gaia/db";
import { afterEach, expect, onTestFinished, test } from "vitest";
import {
  answerStream,
  mockModels,
  providerSettings,
  startScriptedProvider,
  wireFormats,
} from "../support/mock-providers.ts";
import {
  type GaiaProcess,
  launchGaia,
  preparedHome,
  removeHome,
  startGaiaProcess,
  temporaryHome,
  throughNpm,
} from "../support/start-gaia.ts";
import { chunksOf, dataOf, jsonOf, textOf } from "./requests.ts";

const run = promisify(execFile);
const slow = { timeout: 60_000 };

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function newHome(make = preparedHome): Promise<string> {
  const home = await make();
  cleanups.push(() => removeHome(home));
  return home;
}

async function start(settings: Readonly<Record<string, string>>): Promise<GaiaProcess> {
  const gaia = await startGaiaProcess(settings);
  cleanups.push(() => gaia.end("SIGKILL"));
  return gaia;
}

// The probes of a machine that is busy with other tests may take longer than their limits at first.
function untilReady(gaia: GaiaProcess): Promise<void> {
  return expect.poll(() => statusOf(`${gaia.urlOf("gateway")}/health/ready`), { timeout: 15_000 }).toBe(200);
}

function statusOf(url: string): Promise<number> {
  return fetch(url).then(({ status }) => status);
}

test("the printed curl line works as it is printed, and again after a restart on the same folder", slow, async () => {
  const home = await newHome(temporaryHome);
  for (const _start of ["first", "second"]) {
    const gaia = await start({ GAIA_HOME: home });
    const line = gaia
      .output()
      .split("\n")
      .find((each) => each.trim().startsWith("curl "));
    const { stdout } = await run("bash", ["-c", `${line} --silent --show-error --fail-with-body`]);
    expect(JSON.parse(stdout)).toMatchObject({
      object: "chat.completion",
      model: "gaia-offline",
      choices: [{ message: { role: "assistant", content: expect.stringMatching(/Gaia/) } }],
    });
    expect(await gaia.end("SIGTERM")).toEqual({ code: 0, signal: null });
  }
});

test("several Gaias run side by side, each with its ports, folder and users", slow, async () => {
  const homes = await Promise.all([newHome(), newHome(), newHome()]);
  const gaias = await Promise.all(homes.map((home) => start({ GAIA_HOME: home })));
  const urls = gaias.flatMap((gaia) => [gaia.urlOf("gateway"), gaia.urlOf("web")]);
  expect(new Set(urls).size).toBe(6);
  const users = await Promise.all(
    gaias.map(async (gaia) => {
      await untilReady(gaia);
      expect(await statusOf(gaia.urlOf("web"))).toBe(200);
      const response = await fetch(`${gaia.urlOf("gateway")}/api/v1/auth/validate`, {
        method: "POST",
        body: JSON.stringify({ api_key: gaia.key }),
      });
      return (await jsonOf(response))["user_id"];
    }),
  );
  expect(new Set(users).size).toBe(3);
  await gaias[0]?.end("SIGKILL");
  for (const gaia of gaias.slice(1)) await untilReady(gaia);
});

test("a second start on the same data folder says so and leaves the first alone", slow, async () => {
  const home = await newHome();
  const first = await start({ GAIA_HOME: home });
  const second = launchGaia({ GAIA_HOME: home });
  cleanups.push(() => second.end("SIGKILL"));
  const { code } = await second.ended;
  expect(code).toBe(1);
  expect(second.output()).toContain(`The data folder ${home} is already in use by a running Gaia`);
  expect(second.output()).not.toContain("    at ");
  const response = await fetch(`${first.urlOf("gateway")}/v1/models`, { headers: { "x-api-key": first.key ?? "" } });
  expect(response.status).toBe(200);
  await untilReady(first);
});

test("a port that is taken ends the start with a sentence, not a stack", slow, async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  onTestFinished(() => void holder.close());
  const { port } = holder.address() as AddressInfo;
  const gaia = launchGaia({ GAIA_HOME: await newHome(), GATEWAY_PORT: String(port) });
  cleanups.push(() => gaia.end("SIGKILL"));
  expect((await gaia.ended).code).toBe(1);
  expect(gaia.output()).toContain(`127.0.0.1:${port}`);
  expect(gaia.output()).not.toContain("    at ");
});

test.each(["SIGTERM", "SIGINT"] as const)("%s ends it within ten seconds with a stream open", slow, async (signal) => {
  const provider = await startScriptedProvider(mockModels.openai);
  cleanups.push(() => provider.close());
  provider.script("never ends", answerStream(wireFormats.openai.begin(["Hel", "lo"]), "open"));
  const home = await newHome();
  const gaia = await start({ GAIA_HOME: home, ...providerSettings({ openai: provider.url, anthropic: provider.url }) });
  const response = await fetch(`${gaia.urlOf("gateway")}/api/v1/chat`, {
    method: "POST",
    headers: { "x-api-key": gaia.key ?? "" },
    body: JSON.stringify({ model: mockModels.openai, message: "never ends", stream: true }),
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let seen = "";
  while (!textOf(chunksOf(dataOf(seen))).includes("Hello")) seen += (await reader?.read())?.value ?? "";
  const began = performance.now();
  const ending = await gaia.end(signal);
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(ending).toEqual({ code: 0, signal: null });
  expect(gaia.output()).not.toContain('"level":"fatal"');
  // The folder is free and whole, and the part that had arrived is in it.
  const database = await openDatabase({ dataFolder: home });
  cleanups.push(() => database.close());
  const answers = await database.kysely
    .selectFrom("chat_messages")
    .select(["content", "status", "error_code"])
    .where("role", "=", "assistant")
    .execute();
  expect(answers).toEqual([{ content: "Hello", status: "partial", error_code: "CANCELLED" }]);
});

test("a setting that cannot be is told by name, without its value, and ends the start", slow, async () => {
  const home = await newHome();
  const gaia = launchGaia({ GAIA_HOME: home, GATEWAY_PORT: "seven", GAIA_SERVICES: "chat" });
  cleanups.push(() => gaia.end("SIGKILL"));
  expect((await gaia.ended).code).toBe(78);
  expect(gaia.output()).toContain("GATEWAY_PORT");
  expect(gaia.output()).not.toContain("seven");
});

test.each(["SIGTERM", "SIGINT"] as const)(
  "npm start that gets %s leaves no process and no port behind",
  slow,
  async (signal) => {
    const gaia = await startGaiaProcess({ GAIA_HOME: await newHome() }, throughNpm);
    cleanups.push(() => gaia.end("SIGKILL"));
    const url = gaia.urlOf("gateway");

    await gaia.end(signal);

    expect(gaia.output()).toContain('"message":"stopping"');
    await expect.poll(() => statusOf(url).catch(() => "refused")).toBe("refused");
  },
);
