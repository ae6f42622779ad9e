import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PATH = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/usr/local/sbin"];

/** The file of a program, or undefined where it is not installed. */
export function program(name, folders = PATH) {
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

/**
 * A server of this run's own: its data in a new folder, on a free loopback port. `account` is whom it runs as when we are
 * root, because servers refuse to be root.
 */
export async function startServer({ name, account, ready, stopSignal, prepare, run }) {
  const owner = accountOf(account);
  const folder = mkdtempSync(join(tmpdir(), `otp-core-bench-${name}-`));
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid);
  const port = await freePort();
  for (const [command, ...args] of prepare(folder)) {
    const { status, stdout, stderr } = spawnSync(command, args, { ...owner, cwd: folder, encoding: "utf8" });
    if (status === 0) continue;
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`${command} failed: ${stdout}${stderr}`);
  }
  const [command, ...args] = run(folder, port);
  const server = spawn(command, args, { ...owner, cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const undertaker = watch(server.pid, stopSignal, folder);
  const stop = () => end(undertaker);
  try {
    await readiness(server, ready);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, stop };
}

/** A new folder for those who need no server. */
export function startFolder(name) {
  const folder = mkdtempSync(join(tmpdir(), `otp-core-bench-${name}-`));
  const undertaker = watch("", "", folder);
  return { folder, stop: () => end(undertaker) };
}

/** The shell reads the end of its input when it is told to, or when this process ends, however that happens. */
function watch(pid, signal, folder) {
  const kill = 'kill -s "$2" "$1"; while kill -0 "$1"; do sleep 0.05; done';
  const script = `cat >/dev/null; if [ "$1" ]; then ${kill}; fi; rm -rf "$3"`;
  return spawn("sh", ["-c", script, "sh", String(pid), signal, folder], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
}

async function end(undertaker) {
  undertaker.stdin.end();
  await once(undertaker, "exit");
}

function readiness(server, ready) {
  return new Promise((resolve, reject) => {
    let log = "";
    const read = (text) => {
      log += text;
      if (ready.test(log)) resolve();
      // It goes on talking, and somebody has to listen.
      if (log.length > 100_000) log = "";
    };
    server.stdout.setEncoding("utf8").on("data", read);
    server.stderr.setEncoding("utf8").on("data", read);
    server.once("error", reject);
    server.once("exit", () => reject(new Error(`the server did not start: ${log}`)));
  });
}

function accountOf(name) {
  if (process.getuid() !== 0 || name === undefined) return {};
  const id = (option) => Number(spawnSync("id", [option, name], { encoding: "utf8" }).stdout);
  return { uid: id("-u"), gid: id("-g") };
}

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  return port;
}
