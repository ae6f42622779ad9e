import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    // The tests stand before the public doors; behind them is the source, not the build.
    alias: [
      { find: /^otp-core$/, replacement: source("index.ts") },
      { find: /^otp-core\/hmac$/, replacement: source("hmac/hmac.ts") },
      { find: /^otp-core\/hmac\/(node|web)$/, replacement: source("hmac/$1.ts") },
      { find: /^otp-core\/(guard|testing)$/, replacement: source("$1/index.ts") },
      { find: /^otp-core\/store\/(redis|sql)$/, replacement: source("store/$1.ts") },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/setup.ts"],
    // Time is for noticing what hangs; a busy machine takes its own.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    exclude: ["test/runtimes/**", "test/mutation/**"],
    typecheck: { enabled: true, include: ["test/**/*.test-d.ts"], tsconfig: "tsconfig.json" },
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      // The commands run as programs of their own, where a test sees what a user sees and not which lines ran.
      exclude: ["src/cli/**"],
      reporter: ["text", "json-summary"],
      reportsDirectory: "coverage/source",
      thresholds: { lines: 100, branches: 100, functions: 100, statements: 100 },
    },
    reporters: process.env.CI ? ["default", ["json", { outputFile: "coverage/tests.json" }]] : ["default"],
  },
});
