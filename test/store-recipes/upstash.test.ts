import { afterAll, beforeAll } from "vitest";
import { privateRedis, type Redis, redisIsInstalled } from "../servers/redis.ts";
import { type RedisOverHttp, redisOverHttp } from "../servers/redis-over-http.ts";
import { describeRecipe, recipe, recipeSuite } from "./recipe-suite.ts";

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
});
