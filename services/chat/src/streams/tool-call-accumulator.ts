import type { ToolCall } from "@gaia/contracts";

export interface ToolCallFragment {
  /** Missing at servers that send each call whole. */
  readonly index?: number | null | undefined;
  readonly id?: string | null | undefined;
  readonly function?:
    | { readonly name?: string | null | undefined; readonly arguments?: string | null | undefined }
    | null
    | undefined;
}

interface CollectedCall {
  id: string;
  name: string;
  arguments: string;
}

/** Puts the fragments of parallel tool calls together, in the order of their index. */
export class ToolCallAccumulator {
  private readonly callsByIndex = new Map<number, CollectedCall>();

  add(fragment: ToolCallFragment): void {
    const call = this.callAt(fragment.index ?? this.indexOf(fragment));
    call.id ||= fragment.id ?? "";
    call.name ||= fragment.function?.name ?? "";
    call.arguments += fragment.function?.arguments ?? "";
  }

  toToolCalls(): ToolCall[] {
    return [...this.callsByIndex]
      .sort(([left], [right]) => left - right)
      .map(([, call]) => ({
        id: call.id,
        type: "function",
        function: { name: call.name, arguments: call.arguments },
      }));
  }

  private indexOf({ id }: ToolCallFragment): number {
    return id ? this.callsByIndex.size : Math.max(0, this.callsByIndex.size - 1);
  }

  private callAt(index: number): CollectedCall {
    const known = this.callsByIndex.get(index);
    if (known !== undefined) return known;
    const call = { id: "", name: "", arguments: "" };
    this.callsByIndex.set(index, call);
    return call;
  }
}
