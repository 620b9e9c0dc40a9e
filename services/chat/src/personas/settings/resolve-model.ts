import { isGaiaError, type PersonaSettings } from "@gaia/contracts";
import type { ModelRegistry, ResolvedModel } from "@gaia/providers";

/**
 * The model that the request names, else the persona's, else the default one: a persona may come from an installation
 * with other models, and talks all the same.
 */
export async function resolveModel(
  models: Pick<ModelRegistry, "resolve">,
  requested: string | undefined,
  { model }: Pick<PersonaSettings, "model">,
): Promise<ResolvedModel> {
  if (requested !== undefined || model === undefined) return models.resolve(requested);
  return models.resolve(model).catch((error: unknown) => {
    if (isGaiaError(error) && error.code === "NOT_FOUND") return models.resolve(undefined);
    throw error;
  });
}
