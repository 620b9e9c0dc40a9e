export { gatewayConfig } from "./config.ts";
export { findClientAddress } from "./limits/client-address.ts";
export { createGateway, type Gateway, type GatewayDeps } from "./gateway.ts";
