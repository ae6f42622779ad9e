import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished } from "vitest";

/** The built command, as npx runs it. */
export const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** The secret of RFC 4226 appendix D and, for SHA-1, of RFC 6238 appendix B. */
export const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

interface Given {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The environment without the secrets of the person who runs the tests. */
function environment(given: Given["env"] = {}): NodeJS.ProcessEnv {
  const { OTP_SECRET: _, ...env } = process.env;
  return { ...env, ...given };
}

/** Runs the command to its end. */
export function otpCore(args: readonly string[], { input = "", env }: Given = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: "utf8",
    input,
    env: environment(env),
  });
  return { status, stdout, stderr };
}

/** Starts the command. */
export function start(args: readonly string[]): ChildProcessWithoutNullStreams {
  return endedWithTheTest(spawn(process.execPath, [MAIN, ...args], { env: environment() }));
}

/** Starts the command in a terminal of its own. What is written to `script` is typed there. */
export function startInTerminal(args: readonly string[], setUp: string): ChildProcessWithoutNullStreams {
  const command = `${setUp}; exec '${process.execPath}' '${MAIN}' ${args.join(" ")}`;
  const script = ["--quiet", "--return", "--command", command, "/dev/null"];
  return endedWithTheTest(spawn("script", script, { env: environment() }));
}

/** A command that watches would outlive a test that fails. */
export function endedWithTheTest(child: ChildProcessWithoutNullStreams): ChildProcessWithoutNullStreams {
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** What a run leaves behind that only wrote this. */
export const printed = (stdout: string, status = 0) => ({ status, stdout, stderr: "" });

/** Bad use: exit code 2, nothing on standard output, one line on standard error that says what. */
export function expectBadUse(run: ReturnType<typeof otpCore>, message: string | RegExp): void {
  expect(run.stdout).toBe("");
  expect(run.stderr).toMatch(/^otp-core: [^\n]+\n$/);
  expect(run.stderr).toMatch(message);
  expect(run.status).toBe(2);
}
