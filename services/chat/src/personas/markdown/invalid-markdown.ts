import { GaiaError } from "@gaia/contracts";

export function invalidMarkdown(problem: string): GaiaError {
  return new GaiaError("INVALID_INPUT", `Invalid input: body.markdown: ${problem}`, {
    issues: [{ type: "value_error", loc: ["body", "markdown"], msg: problem }],
  });
}
