import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll } from "vitest";
import { entryPoints } from "../../check/entry-points.js";
import { describeRecipe, recipeSuite } from "./recipe-suite.ts";
import { remoteStore } from "./remote-store.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const packages = `${root}test/runtimes/node_modules`;
const workerd = `${packages}/@cloudflare/workerd-linux-64`;

recipeSuite("the recipes for Cloudflare on workerd", "workerd of test/runtimes", existsSync(workerd), () => {
  let url: string;
  let server: ChildProcess;

  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: [`${root}test/store-recipes/cloudflare-program.ts`],
      bundle: true,
      format: "esm",
      write: false,
      external: ["cloudflare:workers"],
      alias: Object.fromEntries(entryPoints.map(({ name, source }) => [name, root + source])),
    });
    // Miniflare finds workerd among the packages of test/runtimes, so that it is not installed a second time.
    const env = { ...process.env, NODE_PATH: packages };
    const execArgv = ["--import", new URL("../support/typescript.js", import.meta.url).href];
    server = fork(`${root}test/store-recipes/miniflare.ts`, {
      env,
      execArgv,
      stdio: ["pipe", "inherit", "inherit", "ipc"],
    });
    server.stdin?.end(outputFiles[0]?.text);
    url = await new Promise((resolve, reject) => {
      server.once("message", resolve);
      server.once("exit", (status) => reject(new Error(`Miniflare ended with ${status}`)));
    });
    await fetch(new URL("/schema", url));
  });
  afterAll(async () => {
    const exit = once(server, "exit");
    server.disconnect();
    await exit;
  });

  const open = (path: string) => async () => ({ store: remoteStore(new URL(path, url).href), close: () => {} });
  describeRecipe("d1.ts", open("/d1"));
  describeRecipe("durable-object.ts", open("/durable-object"));
});
