// A process that is killed while it replaces a phone leaves the old phone or the new one: never both and never neither.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { totp } from "otp-core";
import { createAccounts, createKeyBox } from "otp-core/account";
import { redisStore } from "otp-core/store/redis";
import { afterAll, beforeAll, expect, it } from "vitest";
import { privateRedis, type Redis, redisIsInstalled } from "../servers/redis.ts";
import { type Connection, REDIS_CLIENTS } from "../servers/redis-clients.ts";
import { serverSuite } from "../servers/server-suite.ts";

const NOW = 1_800_000_000_000;
const LATER = NOW + 60_000;
const bytes = new Uint8Array(32).fill(7);
const old = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" } as const;

serverSuite("a process that is killed while it replaces a phone", "redis-server", redisIsInstalled, () => {
  let server: Redis;
  let connection: Connection;

  beforeAll(async () => {
    server = await privateRedis();
    connection = await REDIS_CLIENTS[0].connect(server.url);
  });
  afterAll(async () => {
    connection?.close();
    await server?.remove();
  });

  const accountsAt = (now: number) => {
    const seal = createKeyBox([{ id: "a", bytes }]);
    return createAccounts({ store: redisStore(connection.send), clock: () => now, pepper: bytes, seal });
  };
  const worker = fileURLToPath(new URL("./confirm-worker.js", import.meta.url));

  it.each([
    ["before the write", ["old"]],
    ["after the write was sent", ["old", "new"]],
    ["after the reply", ["new"]],
  ])("%s: exactly one phone works", async (moment, possible) => {
    const subject = `killed ${moment}`;
    const accounts = accountsAt(NOW);
    await accounts.adopt({ subject, key: old, authenticator: "old" });
    const { authenticator, secret } = await accounts.propose({ subject, issuer: "Example", account: "alice" });
    const key = { type: "totp", secret } as const;
    const confirm = { subject, authenticator, code: totp(key, { now: NOW }), replaces: "old" };
    const child = fork(worker, [server.url, moment, JSON.stringify({ ...confirm, now: NOW })]);
    const signal = await new Promise((resolve) => child.once("exit", (_, by) => resolve(by)));
    expect(signal).toBe("SIGKILL");

    const { authenticators } = await accounts.status(subject);
    expect(authenticators).toHaveLength(1);
    const left = authenticators[0]?.authenticator === "old" ? "old" : "new";
    expect(possible).toContain(left);
    const later = accountsAt(LATER);
    expect(await later.verify({ subject, code: totp(old, { now: LATER }) })).toBe(left === "old");
    expect(await later.verify({ subject, code: totp(key, { now: LATER }) })).toBe(left === "new");
    // The user who got no answer tries again.
    const again = await accounts.confirm(confirm);
    expect(again !== null).toBe(left === "old");
  });
});
