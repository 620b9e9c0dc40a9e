export * from "./completion-request.ts";
export * from "./completion-response.ts";
export * from "./events.ts";
export * from "./operations.ts";
