// The log-in of the examples under every runtime and framework that is installed: one handler, one walk, and a table of hosts. The
// programs of the frameworks are in examples/frameworks, those of the runtimes in examples/runtimes.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { type HostProgram, OTP_SECRET, startHost } from "../support/host-program.ts";
import { walk } from "../support/walk.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const frameworks = join(root, "examples/frameworks");
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

const framework = (name: string, needs: string, program: HostProgram): Host => ({
  name,
  needs: join(frameworks, "node_modules", needs),
  remedy: "npm ci --prefix examples/frameworks",
  program: () => program,
});

const node = (name: string, file: string) =>
  framework(name, name.toLowerCase(), { command: process.execPath, args: [join(frameworks, file)], cwd: root });

/** The server of a framework that builds pages while it runs. */
const devServer = (name: string, command: string, folder: string, args: readonly string[]) =>
  framework(name, command, {
    command: join(frameworks, "node_modules/.bin", command),
    args: ["dev", ...args],
    cwd: join(frameworks, folder),
    env: { NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "development" },
  });

/** A bundle for workerd, and its configuration: a port that the system chooses, and a Durable Object in memory. */
function layWorker(): HostProgram {
  const folder = mkdtempSync(join(tmpdir(), "otp-core-worker-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  execFileSync(process.execPath, [join(root, "examples/runtimes/build-worker.js"), join(folder, "worker.js")]);
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
  runtime("Bun", "@oven/bun-linux-x64/bin/bun", ["run", "--no-install", "examples/runtimes/bun.js"]),
  runtime(
    "Deno",
    "@deno/linux-x64-glibc/deno",
    [
      ...["run", "--no-prompt", "--cached-only"],
      ...["--allow-net=127.0.0.1", "--allow-env=OTP_SECRET,PORT", "--allow-read=.", "examples/runtimes/deno.js"],
    ],
    { DENO_NO_UPDATE_CHECK: "1", DENO_DIR: join(tmpdir(), "otp-core-deno") },
  ),
  { ...runtime("workerd", "@cloudflare/workerd-linux-64/bin/workerd", []), program: layWorker },
  node("Express", "express.js"),
  node("Fastify", "fastify.js"),
  node("Hono", "hono.js"),
  devServer("Next.js", "next", "next", ["--hostname", "127.0.0.1", "--port", "0"]),
  devServer("SvelteKit", "vite", "sveltekit", ["--host", "127.0.0.1", "--port", "0"]),
];

const isInstalled = ({ needs }: Host) => existsSync(needs);
for (const { name, remedy } of HOSTS.filter((host) => !isInstalled(host)))
  console.log(`skipped: the log-in on ${name}, which is not installed (${remedy})`);

describe("the log-in of the examples", () => {
  it("finds every host in the continuous integration", () => {
    const missing = HOSTS.filter((host) => !isInstalled(host)).map(({ name }) => name);
    expect(process.env.CI ? missing : []).toEqual([]);
  });

  // Next.js compiles the handler when the first request comes, which takes long on a busy machine.
  it.each(HOSTS.filter(isInstalled))("answers the same on $name", { timeout: 180_000 }, async ({ program }) => {
    await walk(await startHost(program()));
  });
});
