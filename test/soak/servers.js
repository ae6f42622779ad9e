// The servers of a soak: a Redis with a replica, and PostgreSQL; and what is done to them.
import { setTimeout } from "node:timers/promises";
import { createClient } from "redis";
import { privatePostgres, privateRedis } from "../servers/index.js";

const POLL_MS = 20;
/** How long the old primary takes writes without a replica. */
const SPLIT_MS = [50, 400];

export async function openServers() {
  const nodes = [await privateRedis(), await privateRedis()];
  const postgres = await privatePostgres();
  const servers = new Servers(nodes, postgres);
  await servers.follow();
  return servers;
}

class Servers {
  #primary;
  #replica;
  #postgres;

  constructor([primary, replica], postgres) {
    [this.#primary, this.#replica, this.#postgres] = [primary, replica, postgres];
  }

  get urls() {
    return { redis: this.#primary.url, postgres: this.#postgres.url };
  }

  postgresProcesses() {
    return this.#postgres.processes();
  }

  async restartPostgres() {
    await this.#postgres.kill();
    await this.#postgres.start();
  }

  /** Writes are refused until the replica is back and has everything. */
  async restartReplica() {
    await this.#replica.kill();
    await this.#replica.start();
    await this.follow();
  }

  /** The primary starts again with the data that it had written. */
  async restartPrimary(tell) {
    await this.#primary.kill();
    await this.#primary.start();
    tell(this.#primary.url);
    await this.follow();
  }

  /** The primary is killed, the replica takes its place, and the old primary comes back as the replica. */
  async failOver(tell) {
    await this.#primary.kill();
    await this.#promote(tell);
  }

  /** The same after the link between the two was cut: for a while the old primary applies writes that are lost afterwards. */
  async failOverAfterSplit(tell, dice) {
    await command(this.#replica, ["REPLICAOF", "NO", "ONE"]);
    await setTimeout(dice.between(...SPLIT_MS));
    await this.#primary.kill();
    await this.#promote(tell);
  }

  async #promote(tell) {
    [this.#primary, this.#replica] = [this.#replica, this.#primary];
    await command(this.#primary, ["REPLICAOF", "NO", "ONE"]);
    tell(this.#primary.url);
    await this.#replica.start();
    await this.follow();
  }

  /** The replica follows the primary. Waits until it has all data in memory and on the disk, because only then may it be promoted. */
  async follow() {
    await command(this.#primary, ["CONFIG", "SET", "repl-diskless-sync-delay", "0"]);
    await command(this.#replica, ["REPLICAOF", "127.0.0.1", String(this.#primary.port)]);
    for (;;) {
      const [replication, persistence] = [await this.#info("replication"), await this.#info("persistence")];
      if (/master_link_status:up/.test(replication) && /aof_enabled:1/.test(persistence)) {
        if (/aof_rewrite_in_progress:0/.test(persistence) && /aof_rewrite_scheduled:0/.test(persistence)) return;
      }
      await setTimeout(POLL_MS);
    }
  }

  #info(section) {
    return command(this.#replica, ["INFO", section]);
  }

  async remove() {
    await Promise.all([this.#primary, this.#replica, this.#postgres].map((server) => server.remove()));
  }
}

async function command({ url }, words) {
  const client = createClient({ url });
  client.on("error", () => {});
  await client.connect();
  try {
    return await client.sendCommand(words);
  } finally {
    client.destroy();
  }
}
