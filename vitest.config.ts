import { configDefaults, defineConfig } from "vitest/config";

/** What every run has in common. */
export const commonSettings = {
  testTimeout: 20_000,
  hookTimeout: 60_000,
  pool: "forks",
  maxWorkers: 2,
} as const;

export default defineConfig({
  test: {
    ...commonSettings,
    include: ["{apps,deploy,packages,services,tests,scripts}/**/*.test.ts"],
    exclude: [...configDefaults.exclude, "**/*.infra.test.ts"],
  },
});
