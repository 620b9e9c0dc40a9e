import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { streamForever, watchStream } from "../support/endless-stream.ts";
import { answerStream, mockModels, wireFormats } from "../support/mock-providers.ts";
import { createPerson, type StartWorld } from "../support/start-gaia.ts";
import { openScriptedWorld, type ScriptedWorld } from "../support/worlds.ts";
import { get, jsonOf, post } from "./requests.ts";

const patience = { timeout: 10_000 };

/** An answer that was asked for as resumable is there for every reader, from any event on. */
export function describeResumableStreams(name: string, startWorld: StartWorld): void {
  describe(`a resumable answer, ${name}`, () => {
    let opened: ScriptedWorld | undefined;
    let world: ScriptedWorld["world"];
    let providers: ScriptedWorld["providers"];
    let person: ScriptedWorld["person"];

    beforeAll(async () => {
      opened = await openScriptedWorld(startWorld);
      ({ world, providers, person } = opened);
    });
    afterAll(() => opened?.stop());

    const ask = async (marker: string, signal?: AbortSignal) => {
      const body = { message: marker, model: mockModels.openai, stream: true, resumable: true };
      const response = await post(world, "/api/v1/chat", body, {
        key: person.key,
        ...(signal === undefined ? {} : { signal }),
      });
      expect(response.status).toBe(200);
      return { response, id: response.headers.get("x-stream-id") ?? "" };
    };
    const follow = (id: string, after: number, key = person.key) =>
      fetch(`${world.url}/api/v1/chat/streams/${id}`, {
        headers: { "x-api-key": key, "last-event-id": String(after) },
      });
    const numbersOf = (text: string) => [...text.matchAll(/^id: (\d+)$/gm)].map(([, number]) => Number(number));

    test("numbers its events and can be taken up behind each of them, byte for byte", async () => {
      const marker = randomUUID();
      const { begin, end } = wireFormats.openai;
      providers.openai.script(marker, answerStream(begin(["One ", "two ", "three ", "four."]) + end(), "complete"));
      const { response, id } = await ask(marker);
      const whole = await response.text();
      const events = whole.split(/(?<=\n\n)/);

      expect(numbersOf(whole)).toEqual(events.map((_event, index) => index + 1));
      expect(events.at(-1)).toContain("[DONE]");
      for (let after = 0; after <= events.length; after += 1) {
        expect(await (await follow(id, after)).text()).toBe(events.slice(after).join(""));
      }
      expect(
        await (
          await fetch(`${world.url}/api/v1/chat/streams/${id}?after=1`, {
            headers: { "x-api-key": person.key },
          })
        ).text(),
      ).toBe(events.slice(1).join(""));
    });

    test("goes on when its reader goes away, and a second reader sees it live", async () => {
      const marker = randomUUID();
      providers.openai.script(marker, streamForever(wireFormats.openai, "word "));
      const leaving = new AbortController();
      const { response, id } = await ask(marker, leaving.signal);
      const first = watchStream(response);
      await first.begun;
      leaving.abort();
      await first.ended;

      const second = watchStream(await follow(id, 0));
      await second.begun;
      const [request] = providers.openai.requestsWith(marker);
      expect(request?.isClosed()).toBe(false);
      const cancelled = await post(world, `/api/v1/chat/streams/${id}/cancel`, {}, { key: person.key });
      expect(await jsonOf(cancelled)).toEqual({ stream_id: id, status: "cancelling" });
      const { text } = await second.ended;
      await expect.poll(() => request?.isClosed(), patience).toBe(true);
      const numbers = numbersOf(text);
      expect(numbers).toEqual(numbers.map((_number, index) => index + 1));
      expect(text).toContain("CANCELLED");
      const again = async () => jsonOf(await post(world, `/api/v1/chat/streams/${id}/cancel`, {}, { key: person.key }));
      await expect.poll(again, patience).toEqual({ stream_id: id, status: "over" });
      const { rows } = await world.database.pool.query(
        "select status from chat_messages where request_id is not null and content like 'word %'",
      );
      expect(rows).toContainEqual({ status: "partial" });
    });

    test("is nobody else's, and nothing is under an id that is none", async () => {
      const marker = randomUUID();
      const { begin, end } = wireFormats.openai;
      providers.openai.script(marker, answerStream(begin(["Hi"]) + end(), "complete"));
      const { response, id } = await ask(marker);
      await response.text();
      const stranger = await createPerson(world);

      expect((await follow(id, 0, stranger.key)).status).toBe(404);
      expect((await post(world, `/api/v1/chat/streams/${id}/cancel`, {}, { key: stranger.key })).status).toBe(404);
      expect((await follow(randomUUID(), 0)).status).toBe(404);
      expect((await get(world, "/api/v1/chat/streams/nonsense", person.key)).status).toBe(422);
      const bad = await fetch(`${world.url}/api/v1/chat/streams/${id}`, {
        headers: { "x-api-key": person.key, "last-event-id": "two" },
      });
      expect(bad.status).toBe(400);
    });

    test("that is refused before its first event is refused with its status", async () => {
      const body = { message: "Hi", model: "no-such-model", stream: true, resumable: true };
      expect((await post(world, "/api/v1/chat", body, { key: person.key })).status).toBe(404);
    });
  });
}
