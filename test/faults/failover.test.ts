// A Redis fails over while a call waits for a replica. WAIT speaks only of writes of its own connection. So a client that sends it
// again to the new primary gets the answer that a write is safe, although that server never received the write.
import { connect as connectTo, createServer, type Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import { Redis as IoRedis } from "ioredis";
import { isOtpError, totp } from "otp-core";
import { createGuard } from "otp-core/guard";
import { type RedisSend, redisStore } from "otp-core/store/redis";
import { createClient } from "redis";
import { afterEach, beforeEach, expect, it } from "vitest";
import { privateRedis, type Redis, redisIsInstalled } from "../servers/redis.ts";
import { type Connection, REDIS_CLIENTS } from "../servers/redis-clients.ts";
import { serverSuite } from "../servers/server-suite.ts";

const NOW = 1_800_000_000_000;
const key = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" } as const;
/** The write waits until the primary is killed. */
const WAIT_MS = "60000";

/** Clients with the options of guides/stores.md. */
const CLIENTS = {
  async "node-redis"(url: string): Promise<Connection> {
    const client = createClient({ url, disableOfflineQueue: true });
    client.on("error", () => {});
    await client.connect();
    return { send: (command) => client.sendCommand(command), close: () => client.destroy() };
  },
  async ioredis(url: string): Promise<Connection> {
    const options = { lazyConnect: true, maxRetriesPerRequest: 0, enableOfflineQueue: false };
    const redis = new IoRedis(url, options);
    redis.on("error", () => {});
    await redis.connect();
    return { send: ([name, ...args]) => redis.call(name, ...args), close: () => redis.disconnect() };
  },
} as const;

/** An address that leads to another server after a failover. */
async function movableAddress(port: number) {
  let target = port;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const upstream = connectTo(target, "127.0.0.1");
    for (const each of [socket, upstream]) {
      sockets.add(each);
      each
        .on("error", () => {})
        .on("close", () => {
          socket.destroy();
          upstream.destroy();
        });
    }
    socket.pipe(upstream).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    url: `redis://127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
    moveTo(port: number) {
      target = port;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

serverSuite("a failover of Redis while a write waits for a replica", "redis-server", redisIsInstalled, () => {
  let servers: [primary: Redis, promoted: Redis, replica: Redis];
  let direct: Map<Redis, Connection>;

  beforeEach(async () => {
    servers = [await privateRedis(), await privateRedis(), await privateRedis()];
    const [client] = REDIS_CLIENTS;
    direct = new Map();
    for (const server of servers) direct.set(server, await client.connect(server.url));
  });
  afterEach(async () => {
    for (const { close } of direct?.values() ?? []) close();
    for (const server of servers ?? []) await server.remove();
  });

  const command = (server: Redis, ...words: [string, ...string[]]) =>
    (direct.get(server) as Connection).send(words, "");
  async function until(server: Redis, section: string, pattern: RegExp): Promise<void> {
    while (!pattern.test(String(await command(server, "INFO", section)))) await setImmediate();
  }

  it.each(Object.keys(CLIENTS) as (keyof typeof CLIENTS)[])(
    "under %s, no code is accepted twice (trap 6)",
    async (name) => {
      const [primary, promoted, replica] = servers;
      // The link to the replicas was cut: another server was promoted, and has a replica.
      await command(promoted, "CONFIG", "SET", "repl-diskless-sync-delay", "0");
      await command(replica, "REPLICAOF", "127.0.0.1", String(promoted.port));
      await until(replica, "replication", /master_link_status:up/);

      const address = await movableAddress(primary.port);
      const { send, close } = await CLIENTS[name](address.url);
      const waiting: RedisSend = async (words, routedBy) => {
        const reply = await send(words, routedBy);
        if (words[0] === "EVAL" && Number(await send(["WAIT", "1", WAIT_MS], routedBy)) < 1)
          throw new Error("not safe");
        return reply;
      };
      const guard = createGuard({ store: redisStore(waiting), clock: () => NOW, timeoutMs: 60_000 });
      const attempt = async () => {
        try {
          return (await guard.attempt({ subject: name, key, code: totp(key, { now: NOW }) })).ok;
        } catch (error) {
          if (!isOtpError(error)) throw error;
          return error.code;
        }
      };

      const first = attempt();
      await until(primary, "clients", /blocked_clients:1/);
      address.moveTo(promoted.port);
      await primary.kill();
      const answers = [await first];
      while (answers.at(-1) !== false) {
        answers.push(await attempt());
        // The client connects again meanwhile.
        await setImmediate();
      }
      expect(answers.filter((answer) => answer === true)).toEqual([true]);
      close();
      address.close();
    },
  );
});
