import { defineConfig } from "vitest/config";
import { commonSettings } from "./vitest.config.ts";

/** What needs, or can use, real servers. `npm run test:infra` starts them and says where they are. */
export default defineConfig({
  test: {
    ...commonSettings,
    include: ["{apps,packages,services,tests,scripts}/**/*.{pg,infra}.test.ts"],
  },
});
