import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll } from "vitest";
import { describeRecipe, recipeSuite } from "./recipe-suite.ts";
import { remoteStore } from "./remote-store.ts";

const deno = fileURLToPath(new URL("../runtimes/node_modules/@deno/linux-x64-glibc/deno", import.meta.url));
const program = fileURLToPath(new URL("deno-program.ts", import.meta.url));

recipeSuite("the recipe for Deno KV", "deno of test/runtimes", existsSync(deno), () => {
  let folder: string;
  let server: ChildProcess;
  let url: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "otp-core-deno-kv-"));
    const options = ["--unstable-kv", "--allow-all", "--no-check", "--no-lock", "--quiet"];
    server = spawn(deno, ["run", ...options, program, join(folder, "kv.db")], { stdio: ["pipe", "pipe", "inherit"] });
    const [address] = await once(server.stdout as Readable, "data");
    url = String(address).trim();
  });
  afterAll(async () => {
    const exit = once(server, "exit");
    server.stdin?.end();
    await exit;
    rmSync(folder, { recursive: true, force: true });
  });

  describeRecipe("deno-kv.ts", async () => ({ store: remoteStore(url), close: () => {} }));
});
