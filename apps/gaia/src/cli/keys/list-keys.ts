import { type ListedKey, listKeys } from "@gaia/auth";
import * as z from "zod";
import { defineCommand } from "../command.ts";
import { jsonOption } from "../command-fields.ts";
import { exitCodes } from "../exit-codes.ts";
import { renderColumns } from "../render-columns.ts";
import { renderJson } from "../render-json.ts";
import { renderTime } from "../render-time.ts";
import { withDatabase } from "../with-database.ts";

const Input = z.object({
  user: z.string().optional().meta({ placeholder: "mail", description: "Only the keys of this account" }),
  json: jsonOption,
});

export const listKeysCommand = defineCommand({
  name: "keys list",
  summary: "Show all API keys, without what they open",
  input: Input,
  async run({ output, environment, now }, { user, json }) {
    const keys = await withDatabase(environment, ({ kysely }) => listKeys(kysely, user));
    if (json) output.print(renderJson(keys.map((key) => toJson(key, now()))));
    else if (keys.length === 0) output.note("There are no keys.");
    else output.print(renderTable(keys, now()));
    return exitCodes.ok;
  },
});

function toJson(key: ListedKey, now: Date): object {
  return {
    id: key.id,
    user: key.email,
    name: key.name,
    prefix: key.prefix,
    active: stateOf(key, now) === "active",
    state: stateOf(key, now),
    expires_at: key.expiresAt?.toISOString() ?? null,
    last_used_at: key.lastUsedAt?.toISOString() ?? null,
    created_at: key.createdAt?.toISOString() ?? null,
  };
}

function renderTable(keys: readonly ListedKey[], now: Date): string {
  const head = ["ID", "USER", "NAME", "PREFIX", "STATE", "EXPIRES", "LAST USED"];
  const rows = keys.map((key) => [
    key.id,
    key.email,
    key.name ?? "-",
    key.prefix ?? "-",
    stateOf(key, now),
    renderTime(key.expiresAt),
    renderTime(key.lastUsedAt),
  ]);
  return renderColumns([head, ...rows]);
}

function stateOf({ isActive, expiresAt }: ListedKey, now: Date): "active" | "revoked" | "expired" {
  if (!isActive) return "revoked";
  return expiresAt !== null && expiresAt <= now ? "expired" : "active";
}
