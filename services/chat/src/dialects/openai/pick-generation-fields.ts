import { generationFields } from "@gaia/contracts";
import * as z from "zod";

const GenerationFields = z.object(generationFields);

/** Exactly the fields that Gaia's own routes share with OpenAI's; whatever else an old client sends is left behind. */
export function pickGenerationFields(request: object): z.infer<typeof GenerationFields> {
  return GenerationFields.parse(request);
}
