import { defineConfig } from "tsup";

const target = "es2022";

export default defineConfig([
  {
    // The doors. Shared code lands in chunks, so that one handle is the same class behind every door.
    entry: {
      index: "src/index.ts",
      "hmac/hmac": "src/hmac/hmac.ts",
      "hmac/node": "src/hmac/node.ts",
      "hmac/web": "src/hmac/web.ts",
      "guard/index": "src/guard/index.ts",
      "store/redis": "src/store/redis.ts",
      "store/sql": "src/store/sql.ts",
      "testing/index": "src/testing/index.ts",
    },
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
    // The command imports the library through its door, as a user's program does.
    entry: { "cli/main": "src/cli/main.ts" },
    format: ["esm"],
    target,
    platform: "node",
    external: [/^otp-core/, "uqr"],
    removeNodeProtocol: false,
    banner: { js: "#!/usr/bin/env node" },
  },
]);
