// The private servers of the tests. They are written in TypeScript, which not every Node reads.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const { outputFiles } = await build({
  stdin: {
    contents: 'export * from "./redis.ts"; export * from "./postgres.ts"',
    resolveDir: fileURLToPath(new URL("../servers", import.meta.url)),
  },
  bundle: true,
  write: false,
  format: "esm",
  platform: "node",
});

export const { privateRedis, redisIsInstalled, privatePostgres, postgresIsInstalled } = await import(
  `data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`
);
