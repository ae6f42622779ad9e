// The tests of the built site. They are a step of their own, because the site takes half a minute to build: `npm run test:site`.
import { mergeConfig } from "vitest/config";
import base from "../../vitest.config.ts";

const config = mergeConfig(base, { test: { typecheck: { enabled: false }, coverage: { enabled: false } } });
export default {
  ...config,
  test: { ...config.test, include: ["test/site/*.test.ts"], exclude: [], reporters: ["default"] },
};
