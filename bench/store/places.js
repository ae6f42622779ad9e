// Where a guard's state can be kept: how each place is started, and what a client of it can do there. A connection is a
// store, the plain get and set of the same client, a limiter of rate-limiter-flexible, and the number of commands sent.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import mysql from "mysql2";
import sqlite from "node-sqlite3-wasm";
import { memoryStore } from "otp-core/store";
import { redisStore } from "otp-core/store/redis";
import { sqlStore } from "otp-core/store/sql";
import pg from "pg";
import { createClient } from "redis";
import { inMemory, onMysql, onPostgres, onRedis } from "../rivals/rate-limiter-flexible.js";
import { program, startFolder, startServer } from "./server.js";

let written = 0;
/** As long as a record with the nonces of four writes, and always another: writing the same again may cost nothing. */
const freshValue = () => String(++written).padStart(130, "v");

const memory = {
  name: "memory",
  client: "a Map",
  missing: () => undefined,
  start: async () => ({ at: { store: memoryStore(), map: new Map(), limiter: inMemory() }, stop: async () => {} }),
  async connect({ store, map, limiter }) {
    return {
      store,
      limiter,
      async getAndSet(key) {
        map.get(key);
        map.set(key, freshValue());
      },
      commands: () => 0,
      close: async () => {},
    };
  },
};

const redis = {
  name: "Redis",
  client: "redis",
  missing: () => (program("redis-server") ? undefined : "redis-server"),
  start: () =>
    started({
      name: "redis",
      ready: /Ready to accept connections/,
      stopSignal: "KILL",
      prepare: () => [],
      run: (folder, port) => [
        ...[program("redis-server"), "--bind", "127.0.0.1", "--port", String(port), "--dir", folder],
        ...["--save", "", "--appendonly", "yes", "--maxmemory-policy", "noeviction"],
      ],
    }),
  async connect(port) {
    const client = await createClient({ socket: { host: "127.0.0.1", port } }).connect();
    let commands = 0;
    const send = (command) => {
      commands++;
      return client.sendCommand(command);
    };
    return {
      store: redisStore(send),
      limiter: onRedis(client),
      async getAndSet(key) {
        await client.get(key);
        await client.set(key, freshValue());
      },
      /** The cheapest round trips there are. */
      ping: () => client.ping(),
      get: (key) => client.get(key),
      commands: () => commands,
      close: () => client.close(),
    };
  },
};

const postgresPrograms = () => {
  const packaged = "/usr/lib/postgresql";
  const versions = program(".", [packaged]) ? readdirSync(packaged).sort((a, b) => b - a) : [];
  const folders = [
    ...versions.map((version) => join(packaged, version, "bin")),
    ...(process.env.PATH ?? "").split(":"),
  ];
  return { initdb: program("initdb", folders), postgres: program("postgres", folders) };
};

const postgres = {
  name: "PostgreSQL",
  client: "pg",
  missing: () => Object.entries(postgresPrograms()).find(([, file]) => file === undefined)?.[0],
  start() {
    const { initdb, postgres } = postgresPrograms();
    return started({
      name: "postgres",
      account: "postgres",
      ready: /ready to accept connections/,
      stopSignal: "QUIT",
      prepare: (folder) => [
        [initdb, "-D", join(folder, "data"), "-U", "bench", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"],
      ],
      run: (folder, port) => [postgres, "-D", join(folder, "data"), "-h", "127.0.0.1", "-p", String(port), "-k", ""],
    });
  },
  async connect(port) {
    const client = new pg.Client({ host: "127.0.0.1", port, user: "bench", database: "postgres" });
    await client.connect();
    return inSql("postgres", {
      query: (text, params) => client.query(text, params).then(({ rows, rowCount }) => ({ rows, affected: rowCount })),
      select: 'SELECT "value" FROM "plain" WHERE "key" = $1',
      update: 'UPDATE "plain" SET "value" = $1 WHERE "key" = $2',
      limiter: () => onPostgres(client),
      close: () => client.end(),
    });
  },
};

const mariadb = {
  name: "MariaDB",
  client: "mysql2",
  missing: () => ["mariadbd", "mariadb-install-db"].find((name) => program(name) === undefined),
  start: () =>
    started({
      name: "mariadb",
      account: "mysql",
      ready: /ready for connections/,
      stopSignal: "KILL",
      prepare: (folder) => [
        [
          ...[program("mariadb-install-db"), "--no-defaults", `--datadir=${join(folder, "data")}`],
          ...["--auth-root-authentication-method=normal", "--skip-name-resolve"],
        ],
      ],
      run: (folder, port) => [
        ...[program("mariadbd"), "--no-defaults", `--datadir=${join(folder, "data")}`, `--port=${port}`],
        ...["--bind-address=127.0.0.1", `--socket=${join(folder, "socket")}`],
      ],
    }),
  async connect(port) {
    const connection = mysql.createConnection({ host: "127.0.0.1", port, user: "root", database: "test" });
    const client = connection.promise();
    return inSql("mysql", {
      async query(text, params) {
        const [result] = await client.execute(text, params);
        return Array.isArray(result) ? { rows: result } : { affected: result.affectedRows };
      },
      select: "SELECT CONVERT(`value` USING utf8mb4) AS `value` FROM `plain` WHERE `key` = ?",
      update: "UPDATE `plain` SET `value` = ? WHERE `key` = ?",
      limiter: () => onMysql(connection),
      close: () => client.end(),
    });
  },
};

const sqliteFile = {
  name: "SQLite file",
  client: "node-sqlite3-wasm",
  missing: () => undefined,
  async start() {
    const { folder, stop } = startFolder("sqlite");
    return { at: join(folder, "otp.db"), stop };
  },
  async connect(file) {
    const database = new sqlite.Database(file);
    return inSql("sqlite", {
      query: (text, params, wants) =>
        wants === "rows" ? { rows: database.all(text, params) } : { affected: database.run(text, params).changes },
      select: 'SELECT "value" FROM "plain" WHERE "key" = ?',
      update: 'UPDATE "plain" SET "value" = ? WHERE "key" = ?',
      limiter: () => undefined,
      close: async () => database.close(),
    });
  },
};

export const PLACES = { memory, redis, postgres, mariadb, sqliteFile };

/** Where a server that was started can be reached. */
async function started(kind) {
  const { port, stop } = await startServer(kind);
  return { at: port, stop };
}

async function inSql(dialect, { query, select, update, limiter, close }) {
  let commands = 0;
  const counted = (text, params, wants) => {
    commands++;
    return query(text, params, wants);
  };
  const store = sqlStore(counted, { dialect, table: "otp" });
  const plain = sqlStore(query, { dialect, table: "plain" });
  for (const { schema } of [store, plain]) await query(schema(), [], "affected");
  return {
    store,
    limiter: await limiter(),
    /** A row that is not there yet comes into being on the first call, as a value of Redis does. */
    async getAndSet(key) {
      const { rows } = await query(select, [key], "rows");
      if (rows.length === 0) await plain.swap(key, null, freshValue(), null);
      else await query(update, [freshValue(), key], "affected");
    },
    commands: () => commands,
    close,
  };
}
