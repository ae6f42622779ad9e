// A private NATS with JetStream. Debian: `apt-get install nats-server`.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { type PrivateServer, privateServer } from "./private-server.ts";

export const natsIsInstalled = spawnSync("nats-server", ["--version"]).status === 0;

export async function privateNats(): Promise<PrivateServer> {
  const server = await privateServer({
    name: "nats",
    account: "root",
    ready: /Server is ready/,
    prepare: () => ["true"],
    run: (folder, port) => [
      ...["nats-server", "--addr", "127.0.0.1", "--port", String(port)],
      ...["--jetstream", "--store_dir", join(folder, "data")],
    ],
  });
  await server.start();
  return server;
}
