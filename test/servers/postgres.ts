// A private PostgreSQL. Debian: `apt-get install postgresql`.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type PrivateServer, privateServer } from "./private-server.ts";

const PACKAGED = "/usr/lib/postgresql";

/** The folder of the newest version's programs. */
function programs(): string | null {
  const versions = existsSync(PACKAGED) ? readdirSync(PACKAGED).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(PACKAGED, version, "bin")),
    ...(process.env.PATH ?? "").split(":"),
  ];
  return folders.find((folder) => existsSync(join(folder, "postgres")) && existsSync(join(folder, "initdb"))) ?? null;
}

const bin = programs();
export const postgresIsInstalled = bin !== null;

export interface Postgres extends PrivateServer {
  readonly url: string;
}

/** Starts one. `asInstalled`: it writes to the disk as after its installation, for measurements. */
export async function privatePostgres(options: { readonly asInstalled?: boolean } = {}): Promise<Postgres> {
  if (bin === null) throw new Error("PostgreSQL is not installed");
  const server = await privateServer({
    name: "postgres",
    account: "postgres",
    ready: /ready to accept connections/,
    prepare: (folder) => [
      join(bin, "initdb"),
      ...["--pgdata", join(folder, "data"), "--username", "otp", "--auth", "trust", "--encoding", "UTF8"],
      ...["--locale", "C.UTF-8", "--no-sync", "--no-instructions"],
    ],
    run: (folder, port) => [
      join(bin, "postgres"),
      ...["-D", join(folder, "data"), "-p", String(port), "-h", "127.0.0.1", "-k", "", "-c", "max_connections=200"],
      // Its processes are killed here, never the machine: what reached the operating system stays.
      ...(options.asInstalled ? [] : ["-c", "fsync=off", "-c", "shared_buffers=16MB"]),
    ],
  });
  await server.start();
  return { ...server, url: `postgres://otp@127.0.0.1:${server.port}/postgres` };
}
