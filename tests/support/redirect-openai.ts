import { connect } from "node:net";
import tls from "node:tls";

// For `node --import`: whoever calls OpenAI's own address reaches a port of this machine, without encryption. Only so can
// the real program be seen as it speaks to OpenAI itself, which it treats otherwise than servers that are like it.
const port = Number(process.env["TEST_OPENAI_PORT"]);
const encrypted = tls.connect;

function redirected(options: tls.ConnectionOptions): object {
  if (options.servername !== "api.openai.com") return encrypted(options);
  const socket = connect(port, "127.0.0.1");
  socket.on("connect", () => socket.emit("secureConnect"));
  return socket;
}

tls.connect = redirected as typeof tls.connect;
