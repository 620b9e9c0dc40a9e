import { expect, test } from "vitest";
import { FrontendReader, type FrontendRequest } from "./frontend-reader.ts";

const startup = Buffer.concat([words(13, 196608), Buffer.from("user\0")]);

test("a client may ask for encryption before it starts", () => {
  const reader = new FrontendReader();
  expect(reader.read(words(8, 80877103))).toEqual([{ kind: "encryption" }]);
  expect(reader.read(startup)).toEqual([{ kind: "startup" }]);
});

test("the messages of one query arrive as one exchange, however they are cut", () => {
  const parts = [message("P", "parse"), message("B", "x".repeat(1_000)), message("E", ""), message("S", "")];
  const whole = Buffer.concat([...parts, message("Q", "select 1"), message("X", "")]);

  for (const size of [1, 3, 7, 100, whole.length]) {
    const reader = started();
    const requests: FrontendRequest[] = [];
    for (let at = 0; at < whole.length; at += size) requests.push(...reader.read(whole.subarray(at, at + size)));
    expect(requests).toEqual([
      { kind: "exchange", bytes: new Uint8Array(Buffer.concat(parts)), complete: true },
      { kind: "exchange", bytes: new Uint8Array(message("Q", "select 1")), complete: true },
      { kind: "terminate" },
    ]);
  }
});

test("a flush is answered without ending the exchange", () => {
  const requests = started().read(Buffer.concat([message("P", "parse"), message("H", "")]));
  expect(requests).toMatchObject([{ kind: "exchange", complete: false }]);
});

function started(): FrontendReader {
  const reader = new FrontendReader();
  reader.read(startup);
  return reader;
}

function message(type: string, body: string): Buffer {
  return Buffer.concat([Buffer.from(type), words(4 + body.length), Buffer.from(body)]);
}

function words(...values: number[]): Buffer {
  return Buffer.concat(
    values.map((value) => {
      const word = Buffer.alloc(4);
      word.writeUInt32BE(value);
      return word;
    }),
  );
}
