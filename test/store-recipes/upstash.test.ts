import { randomUUID } from "node:crypto";
import { totp } from "otp-core";
import { createGuard } from "otp-core/guard";
import type { Store } from "otp-core/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { privateRedis, type Redis, redisIsInstalled } from "../servers/redis.ts";
import { type RedisOverHttp, redisOverHttp } from "../servers/redis-over-http.ts";
import { describeRecipe, recipe, recipeSuite } from "./recipe-suite.ts";

const now = 1_800_000_000_000;

recipeSuite("the recipes for Redis over HTTP", "redis-server", redisIsInstalled, () => {
  let redis: Redis;
  let server: RedisOverHttp;
  beforeAll(async () => {
    redis = await privateRedis();
    server = await redisOverHttp(redis.url);
  });
  afterAll(async () => {
    await server?.close();
    await redis?.remove();
  });

  describeRecipe("upstash.ts", async () => {
    const { httpRedisStore } = await recipe("upstash.ts");
    return { store: httpRedisStore(server.url, server.token), close: () => {} };
  });

  describeRecipe("upstash-client.ts", async () => {
    const { upstashStore } = await recipe("upstash-client.ts");
    return { store: upstashStore(server.url, server.token), close: () => {} };
  });

  describe("a write whose reply is lost", () => {
    const key = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" } as const;
    const code = totp(key, { now });

    /** Both attempts, and how many commands the first one took. */
    async function attempts(store: Store) {
      const guard = createGuard({ store, clock: () => now });
      const subject = randomUUID();
      const before = server.commands;
      server.loseReply();
      const first = await guard.verify({ subject, key, code });
      return { first, commands: server.commands - before, second: await guard.verify({ subject, key, code }) };
    }

    it("is confirmed by the service, and the code is accepted once", async () => {
      const { httpRedisStore } = await recipe("upstash.ts");
      // A read, a write, a read that finds the write, and a write that confirms it.
      const store = httpRedisStore(server.url, server.token);
      expect(await attempts(store)).toEqual({ first: true, commands: 4, second: false });
    });

    it("is repeated by the client, and the code is accepted once all the same", async () => {
      const { upstashStore } = await recipe("upstash-client.ts");
      const store = upstashStore(server.url, server.token);
      expect(await attempts(store)).toEqual({ first: true, commands: 5, second: false });
    });
  });
});
