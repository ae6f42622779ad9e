import { defineConfig } from "vitest/config";
import { entryPoints, root } from "./check/entry-points.js";

export default defineConfig({
  resolve: {
    // The tests import the public entry points. Those lead to the source here, not to the build.
    alias: entryPoints.map(({ name, source }) => ({ find: new RegExp(`^${name}$`), replacement: `${root}${source}` })),
  },
  test: {
    include: ["test/**/*.test.ts", "examples/programs/*.test.ts"],
    setupFiles: ["test/support/setup.ts"],
    // On two cores the default is one worker, and many tests wait for a process that they have started.
    maxWorkers: 2,
    // Time is for noticing what hangs; a busy machine takes its own.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    exclude: ["test/runtimes/**", "test/toolchains/**", "test/mutation/**", "test/site/**"],
    typecheck: { enabled: true, include: ["test/**/*.test-d.ts"], tsconfig: "tsconfig.json" },
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      // The commands run as programs of their own, where a test sees what a user sees and not which lines ran.
      exclude: ["src/cli/**"],
      reporter: ["text", "json-summary"],
      reportsDirectory: "coverage/source",
      thresholds: { 100: true },
    },
    reporters: process.env.CI ? ["default", ["json", { outputFile: "coverage/tests.json" }]] : ["default"],
  },
});
