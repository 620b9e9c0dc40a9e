import { type Agent, request } from "node:http";
import type { Contender } from "../contenders/contender.ts";

/** Sends one request and reads its answer to the end. Rejects unless the answer is a 200 that says what it should. */
export function send({ url, headers }: Contender, body: Buffer, agent: Agent): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const outgoing = request(url, {
    method: "POST",
    agent,
    timeout: 60_000,
    headers: { ...headers, "content-length": String(body.byteLength) },
  });
  outgoing.once("error", reject);
  outgoing.once("timeout", () => outgoing.destroy(new Error("No answer within 60 s")));
  outgoing.once("response", (response) => {
    const pieces: Buffer[] = [];
    response.on("data", (piece: Buffer) => pieces.push(piece));
    response.once("error", reject);
    response.once("end", () => {
      const text = Buffer.concat(pieces).toString("utf8");
      if (response.statusCode === 200 && text.includes('"chat.completion"')) resolve();
      else reject(new Error(`status ${response.statusCode}: ${text.slice(0, 200)}`));
    });
  });
  outgoing.end(body);
  return promise;
}
