// Programs beside this one: started, watched so that what hangs is noticed, and ended with all that they started.
import { spawn, spawnSync } from "node:child_process";

/** For noticing what hangs, not for judging what is slow. */
export const PATIENCE_MS = 180_000;

/** The report is the last line that a program prints. */
export function reportOf({ code, stdout, stderr }) {
  const line = stdout.trimEnd().split("\n").at(-1) ?? "";
  if (code === 0 && line.startsWith("{")) return JSON.parse(line);
  throw new Error(`no report, exit ${code}: ${`${stderr}\n${stdout}`.trim().slice(0, 1000)}`);
}

export function run(command, args, { cwd, env = {} }) {
  const child = start(command, args, { cwd, env });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.end();
      reject(new Error(`no answer within ${PATIENCE_MS} ms`));
    }, PATIENCE_MS);
    child.process.on("error", reject);
    child.process.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code: code ?? signal, stdout: child.stdout(), stderr: child.stderr() });
    });
  });
}

/** A process at the head of a group, so that it ends with its children. */
export function start(command, args, { cwd, env = {} }) {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"]) {
    child[stream].setEncoding("utf8").on("data", (text) => {
      said[stream] += text;
    });
  }
  return {
    process: child,
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    end() {
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // It has ended already.
      }
    },
  };
}

/** The first thing that looks like a version in what `--version` prints. */
export function versionOf(command, args = ["--version"]) {
  const { stdout = "" } = spawnSync(command, args, { encoding: "utf8" });
  return /\d+([.-]\d+)+\w*/.exec(stdout ?? "")?.[0] ?? "unknown";
}
