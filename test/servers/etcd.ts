// A private etcd of one member. Debian: `apt-get install etcd-server`.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { type PrivateServer, privateServer } from "./private-server.ts";

export const etcdIsInstalled = spawnSync("etcd", ["--version"]).status === 0;

export async function privateEtcd(): Promise<PrivateServer> {
  const peers = `http://127.0.0.1:${await freePort()}`;
  const server = await privateServer({
    name: "etcd",
    account: "root",
    ready: /ready to serve client requests/,
    prepare: () => ["true"],
    run: (folder, port) => {
      const clients = `http://127.0.0.1:${port}`;
      return [
        ...["etcd", "--data-dir", join(folder, "data"), "--name", "one", "--initial-cluster", `one=${peers}`],
        ...["--listen-client-urls", clients, "--advertise-client-urls", clients],
        ...["--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers],
      ];
    },
  });
  await server.start();
  return server;
}
