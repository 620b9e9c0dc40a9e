import { GaiaError } from "@gaia/contracts";
import { describe, expect, test } from "vitest";
import { maximumBodyBytes, parseJson, readBody } from "./read-json.ts";

function post(
  body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null,
  headers: Record<string, string> = {},
): Request {
  return new Request("http://gaia.test/", { method: "POST", body, headers, duplex: "half" });
}

/** A body of unknown length that counts what was taken of it. */
function endless(pieceBytes: number) {
  const taken = { bytes: 0, cancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        taken.bytes += pieceBytes;
        controller.enqueue(new Uint8Array(pieceBytes));
      },
      cancel() {
        taken.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, taken };
}

const tooLarge = expect.objectContaining({ code: "PAYLOAD_TOO_LARGE", reason: "body.too_large" });

describe("reading a body", () => {
  test("gives its bytes, of declared and of unknown length", async () => {
    const pieces = ReadableStream.from([new Uint8Array([1, 2]), new Uint8Array([3])]);

    expect(await readBody(post(new Uint8Array([1, 2, 3]), { "content-length": "3" }))).toEqual(
      new Uint8Array([1, 2, 3]),
    );
    expect(await readBody(post(pieces))).toEqual(new Uint8Array([1, 2, 3]));
  });

  test("gives nothing of no body", async () => {
    expect(await readBody(new Request("http://gaia.test/"))).toEqual(new Uint8Array());
    expect(await readBody(post(null, { "content-length": "0" }))).toEqual(new Uint8Array());
  });

  test("takes what is as long as the limit, and nothing longer", async () => {
    expect((await readBody(post(new Uint8Array(8)), 8)).byteLength).toBe(8);
    expect((await readBody(post(new Uint8Array(8), { "content-length": "8" }), 8)).byteLength).toBe(8);
    await expect(readBody(post(new Uint8Array(9)), 8)).rejects.toThrow(tooLarge);
  });

  test("refuses a declared length without taking a byte", async () => {
    const { body, taken } = endless(1024);

    await expect(readBody(post(body, { "content-length": String(maximumBodyBytes + 1) }))).rejects.toThrow(tooLarge);

    expect(taken.bytes).toBe(0);
  });

  test("refuses an undeclared length as soon as it is over the limit, and takes no more", async () => {
    const { body, taken } = endless(1024);

    await expect(readBody(post(body), 4096)).rejects.toThrow(tooLarge);

    expect(taken.bytes).toBeLessThanOrEqual(4096 + 2 * 1024);
    expect(taken.cancelled).toBe(true);
  });

  test("names the limit", async () => {
    await expect(readBody(post(new Uint8Array(9), { "content-length": "99999999999" }))).rejects.toThrow(
      "larger than 10 MB",
    );
  });
});

describe("parsing JSON", () => {
  const parse = (text: string) => parseJson(new TextEncoder().encode(text));

  test.each([
    ['{"a":1}', { a: 1 }],
    ["[1]", [1]],
    ["null", null],
    ['"ü"', "ü"],
    [' {"a":"\\u00fc"} ', { a: "ü" }],
  ])("reads %s", (text, value) => {
    expect(parse(text)).toEqual(value);
  });

  test("takes no body for an empty object", () => {
    expect(parseJson(new Uint8Array())).toEqual({});
  });

  test.each([
    ["half an object", new TextEncoder().encode('{"api_key":"hunter2"')],
    ["blanks", new TextEncoder().encode(" ")],
    ["a form", new TextEncoder().encode("message=hello")],
    ["invalid UTF-8", new Uint8Array([0x22, 0xc3, 0x28, 0x22])],
    ["UTF-16", new Uint8Array([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00])],
  ])("refuses %s without showing it", (_what, bytes) => {
    const refusal = expect.objectContaining({
      code: "INVALID_JSON",
      status: 400,
      message: "The request body is not valid JSON",
    });

    expect(() => parseJson(bytes)).toThrow(refusal);
    expect(() => parseJson(bytes)).toThrow(GaiaError);
  });
});
