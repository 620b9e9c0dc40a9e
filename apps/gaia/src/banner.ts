import type { FirstKey } from "@gaia/auth";
import type { Listening } from "./listeners.ts";

/** What a person at the terminal needs first: where Gaia listens, with which key, and a line to paste. */
export function renderBanner(listening: readonly Listening[], host: string, firstKey: FirstKey | null): string {
  const shownHost = host === "0.0.0.0" || host === "::" ? "localhost" : host.includes(":") ? `[${host}]` : host;
  const urls = new Map(listening.map(({ name, listener }) => [name, `http://${shownHost}:${listener.port}`]));
  const lines = [...urls].map(([name, url]) => `  ${name.padEnd(8)} ${url}`);
  const gateway = urls.get("gateway");
  const title = listening.length === 0 ? [] : ["Gaia is running"];
  return ["", ...title, ...lines, ...renderKey(firstKey, gateway), ""].join("\n");
}

function renderKey(firstKey: FirstKey | null, gateway: string | undefined): string[] {
  if (firstKey === null || firstKey.kind === "exists") return [];
  const title =
    firstKey.kind === "development"
      ? "  key      (development only)"
      : `  key      of ${firstKey.email}, shown this once: keep it`;
  const example =
    gateway === undefined
      ? []
      : [
          "",
          `  curl ${gateway}/v1/chat/completions -H 'Authorization: Bearer ${firstKey.secret}' -H 'Content-Type: application/json' -d '{"messages":[{"role":"user","content":"Hello, who are you?"}]}'`,
        ];
  return [title, `  ${firstKey.secret}`, ...example];
}
