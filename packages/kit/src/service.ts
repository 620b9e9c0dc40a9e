import type { ServiceName } from "@gaia/contracts";
import { type Binding, isOperationBinding, type OperationBinding, type StreamBinding } from "./binding.ts";

/** One service, whatever process it lives in: what it serves, and what starts and stops with it. */
export interface Service {
  readonly name: ServiceName;
  readonly version: string;
  readonly bindings: readonly Binding[];
  start?(): Promise<void>;
  /** Finishes what runs; called once the edge accepts nothing more. */
  stop?(): Promise<void>;
}

export function operationsOf(service: Service): OperationBinding[] {
  return service.bindings.filter(isOperationBinding);
}

export function streamsOf(service: Service): StreamBinding[] {
  return service.bindings.filter((binding): binding is StreamBinding => !isOperationBinding(binding));
}
