import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["node_modules", "dist"],
    globalSetup: ["test/kafka/global-setup.ts"],
    // One for each of two cores: left alone, vitest keeps one core for itself.
    maxWorkers: 2,
    // Many tests start rootcause as a user does: half of what that takes is reading its source.
    env: {
      NODE_COMPILE_CACHE: join(import.meta.dirname, "node_modules/.cache/compile"),
      XDG_CACHE_HOME: join(import.meta.dirname, ".cache"),
    },
    testTimeout: 60_000,
  },
});
