// A program that serves the log-in of the examples: started on a free port of loopback, and ended with all processes that it started.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";

export interface HostProgram {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Where a line that it prints names its address or its port. Default: a URL. */
  readonly address?: RegExp;
}

export const OTP_SECRET = "a secret of the tests with 32 characters";

/** Resolves to the address that the program prints. */
export async function startHost({ command, args, cwd, env, address = /http:\/\/[\w.]+:\d+/ }: HostProgram) {
  const child = spawn(command, args, {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, OTP_SECRET, PORT: "0", ...env },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  onTestFinished(async () => {
    try {
      process.kill(-(child.pid as number), "SIGKILL");
    } catch {
      // It has ended already.
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  });
  for await (const line of createInterface({ input: child.stdout })) {
    said += `${line}\n`;
    const found = address.exec(line);
    if (found === null) continue;
    // The pipe is emptied, so that a program that prints much does not wait.
    child.stdout.resume();
    return found[1] === undefined ? found[0] : `http://127.0.0.1:${found[1]}`;
  }
  throw new Error(`${command} printed no address:\n${said}`);
}
