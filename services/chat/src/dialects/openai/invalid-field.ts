import { GaiaError } from "@gaia/contracts";

/** A field that says something no provider could do; `path` is below the body. */
export function invalidField(path: readonly (string | number)[], message: string): GaiaError {
  return new GaiaError("INVALID_INPUT", `${path.join(".")}: ${message}`, {
    issues: [{ type: "value_error", loc: ["body", ...path], msg: message }],
  });
}
