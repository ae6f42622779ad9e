import { defineConfig, mergeConfig } from "vitest/config";
import root from "../../vitest.config.ts";

// The same entry points as in every test, but without types, in one realm, and only the tests that `folders.js` names.
const config = mergeConfig(root, defineConfig({ test: { isolate: false, reporters: [] } }));
config.test.include = JSON.parse(process.env.OTP_CORE_MUTATION_TESTS ?? "[]");
config.test.typecheck = { enabled: false };

export default config;
