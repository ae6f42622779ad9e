// A database server of one test file's own: its data in a new folder, on a free loopback port, gone afterwards whatever happens.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";

/** Who runs a server: servers refuse to be root. */
interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

export interface ServerKind {
  readonly name: string;
  /** The account that a package of the server brings, for tests that run as root. */
  readonly account: string;
  /** What it prints when it is up. */
  readonly ready: RegExp;
  /** Fills the folder: a command and its arguments. */
  prepare(folder: string): readonly string[];
  run(folder: string, port: number): readonly string[];
}

export interface PrivateServer {
  readonly port: number;
  start(): Promise<void>;
  /** SIGKILL for the server and its children, as by a crash. The data stays. */
  kill(): Promise<void>;
  remove(): Promise<void>;
  /** The processes that are running now: the server's, and those that it has started. */
  processes(): readonly number[];
}

export async function privateServer(kind: ServerKind): Promise<PrivateServer> {
  const account = accountOf(kind.account);
  const folder = mkdtempSync(join(tmpdir(), `otp-core-${kind.name}-`));
  const watchdog = watchdogOf(folder);
  if (account.uid !== undefined) chownSync(folder, account.uid, account.gid ?? account.uid);
  const [command = "", ...args] = kind.prepare(folder);
  const prepared = spawnSync(command, args, { ...account, cwd: folder, encoding: "utf8" });
  if (prepared.status !== 0) {
    throw new Error(`${command} failed: ${prepared.error ?? prepared.stderr + prepared.stdout}`);
  }
  const port = await freePort();
  let server: ChildProcess | undefined;

  async function kill(): Promise<void> {
    if (server?.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, "exit");
    killAll(server.pid);
    await exited;
    watchdog.stdin.write("\n");
  }

  async function start(): Promise<void> {
    // A server that was killed may hold its port and memory a moment longer than its first process lives.
    for (let attempt = 1; ; attempt++) {
      const [program = "", ...options] = kind.run(folder, port);
      server = spawn(program, options, { ...account, cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
      watchdog.stdin.write(`${server.pid}\n`);
      const log = await startOf(server, kind.ready);
      if (log === null) return;
      watchdog.stdin.write("\n");
      if (attempt === 10) throw new Error(`${kind.name} does not start: ${log}`);
    }
  }

  return {
    port,
    start,
    kill,
    async remove() {
      await kill();
      watchdog.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
    processes: () => (server?.pid === undefined ? [] : [server.pid, ...childrenOf(server.pid)]),
  };
}

/** Null when it is up, else what it said before it ended. */
function startOf(server: ChildProcess, ready: RegExp): Promise<string | null> {
  return new Promise((resolve) => {
    let log = "";
    server.stderr?.setEncoding("utf8").on("data", (text: string) => {
      log += text;
      if (ready.test(log)) {
        log = "";
        resolve(null);
      }
    });
    server.once("error", (error) => resolve(String(error)));
    server.once("exit", () => resolve(log));
  });
}

/**
 * Outlives this process, however it ends, and then cleans up. This process sends it the number of the server, or that there is none.
 * Its input ends when this process has ended.
 */
function watchdogOf(folder: string) {
  const script =
    'while read -r line; do server=$line; done; [ -z "$server" ] || kill -9 "$server"; rm -rf "$1" || rm -rf "$1"';
  const watchdog = spawn("sh", ["-c", script, "sh", folder], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  watchdog.stdin.on("error", () => {});
  watchdog.unref();
  return watchdog;
}

/** PostgreSQL's processes lead groups of their own, so its group alone would not do. */
function killAll(server: number): void {
  const pids = [server, ...childrenOf(server)];
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It is gone already.
    }
  }
}

/** Where there is no /proc, they notice that their parent is gone. */
function childrenOf(parent: number): number[] {
  try {
    return readdirSync("/proc")
      .map(Number)
      .filter((pid) => parentOf(pid) === parent);
  } catch {
    return [];
  }
}

function parentOf(pid: number): number {
  try {
    // The name, in parentheses, may hold anything; behind it stand the state and the parent.
    return Number(readFileSync(`/proc/${pid}/stat`, "utf8").replace(/.*\) /s, "").split(" ")[1]);
  } catch {
    return Number.NaN;
  }
}

function accountOf(name: string): Account {
  if (process.getuid?.() !== 0) return {};
  const id = (option: string) => Number(spawnSync("id", [option, name], { encoding: "utf8" }).stdout);
  return { uid: id("-u"), gid: id("-g") };
}
