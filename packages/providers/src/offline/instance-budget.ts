import { GaiaError } from "@gaia/contracts";

const mostNodes = 1_000;
const mostCharacters = 10_000;
const mostLooks = 20_000;
const mostSchemaNodes = 5_000;
const mostSchemaCharacters = 100_000;
const deepestSchema = 200;

/** What one instance may cost. Spend before building, so that nothing large is ever begun. */
export interface InstanceBudget {
  spendNodes(count: number): void;
  spendCharacters(count: number): void;
  /** At a part of the schema. */
  spendLooks(count: number): void;
}

export function createInstanceBudget(): InstanceBudget {
  return {
    spendNodes: spender(mostNodes, "it would have too many values"),
    spendCharacters: spender(mostCharacters, "it would have too much text"),
    spendLooks: spender(mostLooks, "the schema refers to too many others"),
  };
}

function spender(most: number, complaint: string): (count: number) => void {
  let left = most;
  return (count) => {
    left -= count;
    if (left < 0) throw notBuilt(complaint);
  };
}

export function notBuilt(reason: string): GaiaError {
  return new GaiaError("UNSUPPORTED", `gaia-offline builds small instances of simple schemas only; ${reason}`, {
    reason: "feature.unsupported",
  });
}

/**
 * Refuses a schema that is itself so large or so deep that looking at it again for each value would take long. Without
 * recursion, because the depth is the caller's choice.
 */
export function assertSmallSchema(schema: unknown): void {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value: schema, depth: 0 }];
  let nodes = 0;
  let characters = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, depth } = next;
    nodes += 1;
    if (typeof value === "string") characters += value.length;
    if (typeof value === "object" && value !== null) {
      for (const [name, inside] of Object.entries(value)) {
        characters += name.length;
        open.push({ value: inside, depth: depth + 1 });
      }
    }
    if (nodes + open.length > mostSchemaNodes || characters > mostSchemaCharacters || depth > deepestSchema) {
      throw notBuilt("the schema itself is too large");
    }
  }
}
