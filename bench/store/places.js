// Where a guard's state can be kept: how each place is started, and what a client of it can do there. A connection is a
// store, the plain get and set of the same client, a limiter of rate-limiter-flexible, and the number of commands sent.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mysql from "mysql2";
import sqlite from "node-sqlite3-wasm";
import { memoryStore } from "otp-core/store";
import { redisStore } from "otp-core/store/redis";
import { sqlStore } from "otp-core/store/sql";
import pg from "pg";
import { createClient } from "redis";
import {
  mariadbIsInstalled,
  postgresIsInstalled,
  privateMariadb,
  privatePostgres,
  privateRedis,
  redisIsInstalled,
} from "../../test/servers/index.js";
import { inMemory, onMysql, onPostgres, onRedis } from "../rivals/rate-limiter-flexible.js";

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
  multiplexes: true,
  missing: () => (redisIsInstalled ? undefined : "redis-server"),
  start: () => started(privateRedis),
  async connect(url) {
    const client = await createClient({ url }).connect();
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

const postgres = {
  name: "PostgreSQL",
  client: "pg",
  missing: () => (postgresIsInstalled ? undefined : "postgresql"),
  start: () => started(privatePostgres),
  async connect(url) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    // By name, as the guide of stores has it, so that the server plans each statement once.
    const names = new Map();
    const nameOf = (text) => names.get(text) ?? names.set(text, `otp${names.size}`).get(text);
    return inSql("postgres", {
      async query(text, values) {
        const { rows, rowCount } = await client.query({ name: nameOf(text), text, values });
        return { rows, affected: rowCount };
      },
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
  missing: () => (mariadbIsInstalled ? undefined : "mariadb-server"),
  start: () => started(privateMariadb),
  async connect(url) {
    const connection = mysql.createConnection(url);
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
    const folder = mkdtempSync(join(tmpdir(), "otp-core-bench-sqlite-"));
    return { at: join(folder, "otp.db"), stop: async () => rmSync(folder, { recursive: true, force: true }) };
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

/** Starts a server that writes to the disk as after its installation. */
async function started(start) {
  const { url, remove } = await start({ asInstalled: true });
  return { at: url, stop: remove };
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
