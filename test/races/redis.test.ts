import { redisStore } from "otp-core/store/redis";
import { afterAll, beforeAll } from "vitest";
import { privateRedis, type Redis, redisIsInstalled } from "../servers/redis.ts";
import { type Connection, REDIS_CLIENTS } from "../servers/redis-clients.ts";
import { serverSuite } from "../servers/server-suite.ts";
import { accountRaceLaws } from "../support/account-laws.ts";
import { passcodeRaceLaws } from "../support/passcode-laws.ts";
import { PROCESSES, type Racers, raceLaws, startRacers } from "../support/race.ts";

serverSuite(`a race of ${PROCESSES} processes on Redis`, "redis-server", redisIsInstalled, () => {
  let server: Redis;
  let racers: Racers;
  let connection: Connection;

  beforeAll(async () => {
    server = await privateRedis();
    connection = await REDIS_CLIENTS[0].connect(server.url);
    racers = await startRacers("redis", server.url);
  });
  afterAll(async () => {
    await racers?.end();
    connection?.close();
    await server?.remove();
  });

  raceLaws(() => ({ store: redisStore(connection.send), race: racers.race }));
  accountRaceLaws(() => ({ store: redisStore(connection.send), race: racers.race }));
  passcodeRaceLaws(() => ({ store: redisStore(connection.send), race: racers.race }));
});
