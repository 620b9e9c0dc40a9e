import type { InputOf, Model, chat } from "@gaia/contracts";
import type { ChatDeps } from "../deps.ts";
import { describeModel } from "./describe-model.ts";

export async function getModel(
  { models }: Pick<ChatDeps, "models">,
  { model }: InputOf<typeof chat.getModel>,
): Promise<Model> {
  return describeModel((await models.resolve(model)).card);
}
