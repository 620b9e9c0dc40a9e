/**
 * The least that authentication in Node can do: hash the key and look it up in memory. Started with a port and a file of
 * digests.
 */
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const [, , port, digestsFile = ""] = process.argv;
const owners = new Map((JSON.parse(readFileSync(digestsFile, "utf8")) as string[]).map((digest) => [digest, true]));

createServer((request, response) => {
  const key = request.headers["x-api-key"];
  const isKnown = typeof key === "string" && owners.has(hash("sha256", key, "hex"));
  const body = isKnown ? '{"status":"known"}' : '{"status":"unknown"}';
  response.writeHead(isKnown ? 200 : 401, { "content-type": "application/json", "content-length": body.length });
  response.end(body);
}).listen(Number(port), "127.0.0.1", 4096);
