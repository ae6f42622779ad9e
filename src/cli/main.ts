import { readFile, writeFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { explain, run } from "./run.ts";

// The process as the surroundings of a command. It always ends by itself, so that nothing that was written is cut off.

const stop = new AbortController();

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  stop.abort();
  // A reader that has read enough, like `head -1`, is no failure.
  if (error.code !== "EPIPE") fail("standard output cannot be written");
});
// There is nowhere left to complain to.
process.stderr.on("error", () => {});

function fail(message: string): void {
  process.exitCode = 2;
  process.stderr.write(`otp-core: ${message}\n`);
}

try {
  const exitCode = await run(process.argv.slice(2), {
    env: process.env,
    get input() {
      return process.stdin.setEncoding("utf8");
    },
    write: (text) => process.stdout.write(text),
    warn: (text) => process.stderr.write(text),
    readFile: (path) => readFile(path, "utf8"),
    writeFile: (path, text) => writeFile(path, text, { mode: 0o600 }),
    columns: () => (process.stdout.isTTY && process.env.TERM !== "dumb" ? process.stdout.columns || 80 : undefined),
    now: Date.now,
    catchInterrupt: () => void process.once("SIGINT", () => stop.abort()),
    sleep: (ms) => setTimeout(ms, true, { signal: stop.signal }).catch(() => false),
  });
  process.exitCode ??= exitCode;
} catch (error) {
  fail(explain(error));
}
