// The stores of the scale study: a Redis Cluster of three, and PostgreSQL behind PgBouncer.
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Cluster } from "ioredis";
import { redisStore } from "otp-core/store/redis";
import { sqlStore } from "otp-core/store/sql";
import pg from "pg";
import { createClient } from "redis";
import { privatePostgres, privateRedis } from "../../test/servers/index.js";

const TABLE = { dialect: "postgres", table: "otp" };
const SLOTS = 16_384;
const NODES = 3;

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Three nodes, a third of the slots each. `move` moves slots from one node to the next for as long as it is wanted. */
export async function startCluster() {
  const servers = await Promise.all(
    Array.from({ length: NODES }, () => privateRedis({ cluster: true, asInstalled: true })),
  );
  const clients = await Promise.all(servers.map(({ url }) => createClient({ url }).connect()));
  const share = Math.ceil(SLOTS / NODES);
  for (const [i, client] of clients.entries()) {
    const [from, to] = [i * share, Math.min((i + 1) * share, SLOTS) - 1];
    await client.sendCommand(["CLUSTER", "ADDSLOTSRANGE", String(from), String(to)]);
  }
  for (const { port, clusterPort } of servers.slice(1)) {
    await clients[0].sendCommand(["CLUSTER", "MEET", "127.0.0.1", String(port), String(clusterPort)]);
  }
  for (const client of clients) {
    while (!String(await client.sendCommand(["CLUSTER", "INFO"])).includes("cluster_state:ok")) await wait(50);
    while (!String(await client.sendCommand(["CLUSTER", "INFO"])).includes(`cluster_known_nodes:${NODES}`))
      await wait(50);
  }
  const ids = await Promise.all(clients.map((client) => client.sendCommand(["CLUSTER", "MYID"])));
  const owner = Array.from({ length: SLOTS }, (_, slot) => Math.floor(slot / share));

  /** As redis-cli does it: both sides are told, the keys go over, and then everyone is told who owns the slot. */
  async function moveSlot(slot) {
    const from = owner[slot];
    const to = (from + 1) % NODES;
    await clients[to].sendCommand(["CLUSTER", "SETSLOT", String(slot), "IMPORTING", ids[from]]);
    await clients[from].sendCommand(["CLUSTER", "SETSLOT", String(slot), "MIGRATING", ids[to]]);
    for (;;) {
      const keys = await clients[from].sendCommand(["CLUSTER", "GETKEYSINSLOT", String(slot), "100"]);
      if (keys.length === 0) break;
      const target = ["127.0.0.1", String(servers[to].port), "", "0", "5000", "KEYS", ...keys];
      await clients[from].sendCommand(["MIGRATE", ...target]);
    }
    for (const client of [clients[to], clients[from]]) {
      await client.sendCommand(["CLUSTER", "SETSLOT", String(slot), "NODE", ids[to]]);
    }
    owner[slot] = to;
  }

  return {
    address: servers.map(({ port }) => port),
    /** Moves one slot after the other until `isOver`. Resolves to how many were moved. */
    async move(isOver) {
      let moved = 0;
      for (let slot = 0; !isOver(); slot = (slot + 61) % SLOTS) {
        await moveSlot(slot);
        moved++;
      }
      return moved;
    },
    async stop() {
      for (const client of clients) client.destroy();
      await Promise.all(servers.map((server) => server.remove()));
    },
  };
}

/** PostgreSQL as it is after its installation, and PgBouncer in transaction mode with 50 connections to it. */
export async function startPostgres() {
  const server = await privatePostgres({ asInstalled: true });
  const folder = mkdtempSync(join(tmpdir(), "otp-core-pgbouncer-"));
  chmodSync(folder, 0o755);
  const port = await freePort();
  const lines = [
    "[databases]",
    `postgres = host=127.0.0.1 port=${server.port} user=otp`,
    "[pgbouncer]",
    "listen_addr = 127.0.0.1",
    `listen_port = ${port}`,
    "auth_type = any",
    "pool_mode = transaction",
    "default_pool_size = 50",
    "max_client_conn = 1000",
    "unix_socket_dir =",
    "ignore_startup_parameters = extra_float_digits",
  ];
  writeFileSync(join(folder, "pgbouncer.ini"), `${lines.join("\n")}\n`);
  const id = (flag) => Number(execFileSync("id", [flag, "postgres"]));
  const account = process.getuid() === 0 ? { uid: id("-u"), gid: id("-g") } : {};
  const bouncer = spawn("pgbouncer", [join(folder, "pgbouncer.ini")], { ...account, stdio: "ignore" });
  const direct = new pg.Client({ connectionString: server.url });
  await direct.connect();
  await direct.query(sqlStore(async () => ({}), TABLE).schema());
  for (let tries = 0; ; tries++) {
    const probe = new pg.Client({ connectionString: `postgres://otp@127.0.0.1:${port}/postgres` });
    try {
      await probe.connect();
      await probe.end();
      break;
    } catch (error) {
      if (tries === 100) throw error;
      await wait(50);
    }
  }
  return {
    address: `postgres://otp@127.0.0.1:${port}/postgres`,
    /** Records of other subjects, as long as those of a guard. */
    async fill(from, to) {
      await direct.query(
        `insert into otp (key, value)
         select 'otp1.guard.' || encode(sha256(i::text::bytea), 'hex'), repeat('v', 190)
         from generate_series($1::bigint, $2::bigint - 1) as i`,
        [from, to],
      );
      await direct.query("analyze otp");
    },
    async stop() {
      await direct.end();
      bouncer.kill();
      await server.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** One Redis, which `fill` gives records of other subjects: they are as long as those of a guard. */
export async function startRedis() {
  const server = await privateRedis({ asInstalled: true });
  const client = await createClient({ url: server.url }).connect();
  const script = `
    for i = tonumber(ARGV[1]), tonumber(ARGV[2]) - 1 do
      local hash = redis.sha1hex(i)
      redis.call("SET", "otp1.guard." .. hash .. string.sub(hash, 1, 24), ARGV[3])
    end`;
  return {
    address: server.url,
    async fill(from, to) {
      for (let at = from; at < to; at += 50_000) {
        const end = Math.min(at + 50_000, to);
        await client.sendCommand(["EVAL", script, "0", String(at), String(end), `+${"v".repeat(190)}`]);
      }
    },
    async stop() {
      client.destroy();
      await server.remove();
    },
  };
}

/** A store for one process of the study. */
export async function connect(place, address, clients) {
  if (place === "redis") {
    const client = await createClient({ url: address }).connect();
    return { store: redisStore((command) => client.sendCommand(command)), close: async () => client.destroy() };
  }
  if (place === "cluster") {
    const cluster = new Cluster(address.map((port) => ({ host: "127.0.0.1", port })));
    cluster.on("error", () => {});
    return {
      store: redisStore(([name, ...args]) => cluster.call(name, ...args)),
      close: async () => cluster.disconnect(),
    };
  }
  const pool = new pg.Pool({ connectionString: address, max: clients });
  pool.on("error", () => {});
  // Without names: PgBouncer below 1.21 does not know prepared statements in transaction mode.
  const query = async (text, values) => {
    const { rows, rowCount } = await pool.query(text, values);
    return { rows, affected: rowCount };
  };
  return { store: sqlStore(query, TABLE), close: () => pool.end() };
}
