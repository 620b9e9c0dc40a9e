import type { chat, OutputOf } from "@gaia/contracts";
import type { ChatDeps } from "../deps.ts";
import { describeModel } from "./describe-model.ts";

export async function listModels({ models }: Pick<ChatDeps, "models">): Promise<OutputOf<typeof chat.listModels>> {
  return { object: "list", data: (await models.list()).map(describeModel) };
}
