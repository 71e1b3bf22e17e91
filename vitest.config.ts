import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["node_modules", "dist"],
    globalSetup: ["test/kafka/global-setup.ts"],
    // One for each of two cores: left alone, vitest keeps one core for itself.
    maxWorkers: 2,
    testTimeout: 60_000,
  },
});
