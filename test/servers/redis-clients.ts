// The clients that people have, each as what `redisStore` takes.
import { Redis } from "ioredis";
import type { RedisSend } from "otp-core/store/redis";
import { createClient } from "redis";

export interface Connection {
  readonly send: RedisSend;
  close(): void;
}

async function nodeRedis(url: string, RESP: 2 | 3): Promise<Connection> {
  const client = createClient({ url, RESP });
  // Without a listener a lost connection ends the process.
  client.on("error", () => {});
  await client.connect();
  return { send: (command) => client.sendCommand(command), close: () => client.destroy() };
}

async function ioredis(url: string, protocol: 2 | 3): Promise<Connection> {
  const redis = new Redis(url, { lazyConnect: true, protocol });
  redis.on("error", () => {});
  await redis.connect();
  return { send: ([name, ...args]) => redis.call(name, ...args), close: () => redis.disconnect() };
}

export const REDIS_CLIENTS = [
  { client: "node-redis", connect: (url: string) => nodeRedis(url, 3) },
  { client: "ioredis", connect: (url: string) => ioredis(url, 3) },
] as const;

/** The same over the older protocol. */
export const RESP2_CLIENTS = [
  { client: "node-redis over RESP2", connect: (url: string) => nodeRedis(url, 2) },
  { client: "ioredis over RESP2", connect: (url: string) => ioredis(url, 2) },
] as const;
