import { defineConfig } from "tsup";
import { entryPoints } from "./check/entry-points.js";

const target = "es2022";

export default defineConfig([
  {
    // Shared code lands in chunks, so that a signer is the same class behind every entry point.
    entry: Object.fromEntries(entryPoints.map(({ entry, source }) => [entry, source])),
    format: ["esm", "cjs"],
    target,
    platform: "neutral",
    external: [/^node:/],
    // Deno and the edge know Node's modules by their prefix only.
    removeNodeProtocol: false,
    splitting: true,
    // tsup sets baseUrl for its declarations, which TypeScript 6 calls deprecated.
    dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
  },
  {
    // The command imports the library through its entry points, as a user's program does.
    entry: { "cli/main": "src/cli/main.ts" },
    format: ["esm"],
    target,
    platform: "node",
    external: [/^otp-core/, "uqr"],
    removeNodeProtocol: false,
    banner: { js: "#!/usr/bin/env node" },
  },
]);
