// A private MariaDB. Debian: `apt-get install mariadb-server`.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type PrivateServer, privateServer } from "./private-server.ts";

/** The folder of Debian, which is not on the path of every user. */
function program(name: string): string | null {
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/usr/local/sbin"];
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file)) ?? null;
}

const mariadbd = program("mariadbd");
const installer = program("mariadb-install-db");
export const mariadbIsInstalled = mariadbd !== null && installer !== null;

export interface Mariadb extends PrivateServer {
  readonly url: string;
}

/** Starts one. `asInstalled`: it writes to the disk as after its installation, for measurements. */
export async function privateMariadb(options: { readonly asInstalled?: boolean } = {}): Promise<Mariadb> {
  if (mariadbd === null || installer === null) throw new Error("MariaDB is not installed");
  const server = await privateServer({
    name: "mariadb",
    account: "mysql",
    ready: /ready for connections/,
    prepare: (folder) => [
      ...[installer, "--no-defaults", `--datadir=${join(folder, "data")}`],
      ...["--auth-root-authentication-method=normal", "--skip-name-resolve"],
    ],
    run: (folder, port) => [
      ...[mariadbd, "--no-defaults", `--datadir=${join(folder, "data")}`, `--socket=${join(folder, "socket")}`],
      ...[`--port=${port}`, "--bind-address=127.0.0.1", "--max-connections=200"],
      ...(options.asInstalled
        ? []
        : ["--innodb-buffer-pool-size=16M", "--innodb-flush-log-at-trx-commit=2", "--skip-innodb-doublewrite"]),
    ],
  });
  await server.start();
  return { ...server, url: `mysql://root@127.0.0.1:${server.port}/test` };
}
