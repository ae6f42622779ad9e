// The log-in of the examples under every runtime and framework that is installed: one handler, one walk, and a table of hosts.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { type HostProgram, OTP_SECRET, startHost } from "../support/host-program.ts";
import { walk } from "../support/walk.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const programs = join(root, "examples/frameworks");
const runtimes = join(root, "test/runtimes/node_modules");

interface Host {
  readonly name: string;
  /** The file of which the absence means that the host is not installed. */
  readonly needs: string;
  /** What installs it. */
  readonly remedy: string;
  readonly program: () => HostProgram;
}

const runtime = (name: string, file: string, args: readonly string[], env = {}): Host => ({
  name,
  needs: join(runtimes, file),
  remedy: "npm ci --prefix test/runtimes",
  program: () => ({ command: join(runtimes, file), args, cwd: root, env }),
});

/** A bundle for workerd, and its configuration: a port that the system chooses, and a Durable Object in memory. */
function layWorker(): HostProgram {
  const folder = mkdtempSync(join(tmpdir(), "otp-core-worker-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  execFileSync(process.execPath, [join(programs, "build-worker.js"), join(folder, "worker.js")]);
  writeFileSync(
    join(folder, "workerd.capnp"),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2025-01-01",
  bindings = [
    (name = "OTP_SECRET", text = ${JSON.stringify(OTP_SECRET)}),
    (name = "LOGIN", durableObjectNamespace = "Login")
  ],
  durableObjectNamespaces = [(className = "Login", uniqueKey = "login")],
  durableObjectStorage = (inMemory = void)
);
`,
  );
  return {
    command: join(runtimes, "@cloudflare/workerd-linux-64/bin/workerd"),
    args: ["serve", "workerd.capnp", "--control-fd=1"],
    cwd: folder,
    address: /"socket":"http","port":(\d+)/,
  };
}

const HOSTS: readonly Host[] = [
  runtime("Bun", "@oven/bun-linux-x64/bin/bun", ["run", "--no-install", "examples/frameworks/bun.js"]),
  runtime(
    "Deno",
    "@deno/linux-x64-glibc/deno",
    [
      ...["run", "--no-prompt", "--cached-only"],
      ...["--allow-net=127.0.0.1", "--allow-env=OTP_SECRET,PORT", "--allow-read=.", "examples/frameworks/deno.js"],
    ],
    { DENO_NO_UPDATE_CHECK: "1", DENO_DIR: join(tmpdir(), "otp-core-deno") },
  ),
  { ...runtime("workerd", "@cloudflare/workerd-linux-64/bin/workerd", []), program: layWorker },
];

const isInstalled = ({ needs }: Host) => existsSync(needs);
for (const { name, remedy } of HOSTS.filter((host) => !isInstalled(host)))
  console.log(`skipped: the log-in on ${name}, which is not installed (${remedy})`);

describe("the log-in of the examples", () => {
  it("finds every host in the continuous integration", () => {
    const missing = HOSTS.filter((host) => !isInstalled(host)).map(({ name }) => name);
    expect(process.env.CI ? missing : []).toEqual([]);
  });

  it.each(HOSTS.filter(isInstalled))("answers the same on $name", async ({ program }) => {
    await walk(await startHost(program()));
  });
});
