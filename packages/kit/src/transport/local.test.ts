import { describeTransport } from "./conformance.ts";
import { createLocalTransport } from "./local.ts";

describeTransport("local", async (log) => {
  const transport = createLocalTransport({ log });
  return { client: transport, server: transport };
});
