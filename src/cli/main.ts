// The process as the environment of a command. It always ends by itself, so that nothing that was written is cut off.
import { constants, readFileSync } from "node:fs";
import { lstat, open } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { explain, run } from "./run.ts";

const stop = new AbortController();

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  stop.abort();
  // A reader that has read enough, like `head -1`, is not a failure.
  if (error.code !== "EPIPE") fail("standard output cannot be written");
});
// A message could not be printed any more.
process.stderr.on("error", () => {});

function fail(message: string): void {
  process.exitCode = 2;
  process.stderr.write(`otp-core: ${message}\n`);
}

/** Through a link, an attacker could choose where the secret is written. An existing file becomes readable for its owner only. */
async function writeFile(path: string, text: string): Promise<void> {
  const before = await lstat(path).catch(() => undefined);
  if (before !== undefined && (!before.isFile() || before.nlink > 1)) throw new Error("not a plain file");
  // Windows has no O_NOFOLLOW.
  const flags = constants.O_WRONLY | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
  const file = await open(path, flags, 0o600);
  try {
    await file.chmod(0o600);
    await file.truncate();
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}

try {
  const exitCode = await run(process.argv.slice(2), {
    env: process.env,
    get input() {
      return process.stdin.setEncoding("utf8");
    },
    inputIsTerminal: () => process.stdin.isTTY,
    write: (text) => process.stdout.write(text),
    warn: (text) => process.stderr.write(text),
    readFile: async (path) => readFileSync(path, "utf8"),
    writeFile,
    columns: () => (process.stdout.isTTY && process.env.TERM !== "dumb" ? process.stdout.columns || 80 : undefined),
    now: Date.now,
    catchInterrupt: () => void process.once("SIGINT", () => stop.abort()),
    sleep: (ms) => setTimeout(ms, true, { signal: stop.signal }).catch(() => false),
  });
  process.exitCode ??= exitCode;
} catch (error) {
  fail(explain(error));
}
