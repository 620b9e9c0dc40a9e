export { webConfig } from "./config.ts";
export { createWebApp } from "./web-app.ts";
