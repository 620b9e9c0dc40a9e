import type { OperationBinding } from "../binding.ts";
import type { Transport } from "./transport.ts";

/**
 * Calls stay in the process where a service of it serves them, and go over the network otherwise; events always go over
 * the network, so that every process hears them.
 */
export function preferLocal(local: Transport, network: Transport): Transport {
  const served = new Set<string>();
  return {
    call(operation, caller, input, options) {
      const transport = served.has(operation.name) ? local : network;
      return transport.call(operation, caller, input, options);
    },
    async serve(bindings: readonly OperationBinding[]) {
      await Promise.all([local.serve(bindings), network.serve(bindings)]);
      for (const { contract } of bindings) served.add(contract.name);
    },
    publish: (event, payload) => network.publish(event, payload),
    subscribe: (event, handle, options) => network.subscribe(event, handle, options),
    onMissedEvents: (handle) => network.onMissedEvents(handle),
    state: () => network.state(),
    ping: () => network.ping(),
    async close() {
      await network.close();
      await local.close();
    },
  };
}
