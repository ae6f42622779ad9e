import { defineConfig } from "tsup";
import { entryPoints } from "./check/entry-points.js";

/** Declarations only: one file per entry point for `import`, one for `require`, and what several of them share. */
export default defineConfig({
  entry: Object.fromEntries(entryPoints.map(({ entry, source }) => [entry, source])),
  format: ["esm", "cjs"],
  // tsup sets baseUrl for its declarations, which TypeScript 6 calls deprecated.
  dts: { only: true, compilerOptions: { ignoreDeprecations: "6.0" } },
});
