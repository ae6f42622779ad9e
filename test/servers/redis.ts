// A private Redis that keeps what it has confirmed. Debian: `apt-get install redis-server`.
import { spawnSync } from "node:child_process";
import { freePort } from "./free-port.ts";
import { type PrivateServer, privateServer } from "./private-server.ts";

export const redisIsInstalled = spawnSync("redis-server", ["--version"]).status === 0;

export interface Redis extends PrivateServer {
  readonly url: string;
  /** Where it talks to other nodes of its cluster. */
  readonly clusterPort: number;
}

export interface RedisOptions {
  /** A node of a cluster, which owns no slot yet. */
  readonly cluster?: boolean;
  /** It writes to the disk as a Redis with an append-only file does by default, for measurements. */
  readonly asInstalled?: boolean;
}

/** Starts one. */
export async function privateRedis(options: RedisOptions = {}): Promise<Redis> {
  const clusterPort = await freePort();
  const cluster = ["--cluster-enabled", options.cluster ? "yes" : "no", "--cluster-port", String(clusterPort)];
  const server = await privateServer({
    name: "redis",
    // Redis does not mind being root.
    account: "root",
    ready: /Ready to accept connections/,
    prepare: () => ["true"],
    run: (folder, port) => [
      // It logs to its standard output, and is waited for at the other one.
      ...["sh", "-c", 'exec redis-server "$@" >&2', "sh", "--port", String(port), "--bind", "127.0.0.1"],
      ...["--dir", folder, "--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction", ...cluster],
      ...["--appendfsync", options.asInstalled ? "everysec" : "always"],
    ],
  });
  await server.start();
  return { ...server, clusterPort, url: `redis://127.0.0.1:${server.port}` };
}
