// What can break between the guard and Redis, broken: never a second acceptance, never ok on doubt, no guess uncounted, and the
// honest user gets in afterwards.
import { isOtpError, type OtpError, totp } from "otp-core";
import { createGuard, type GuardOutcome } from "otp-core/guard";
import { type RedisCommand, type RedisSend, redisStore } from "otp-core/store/redis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { privateRedis, type Redis, redisIsInstalled } from "../servers/redis.ts";
import { type Connection, REDIS_CLIENTS } from "../servers/redis-clients.ts";
import { serverSuite } from "../servers/server-suite.ts";
import { type Loss, type LossyProxy, lossyProxy } from "../support/lossy-proxy.ts";
import { refusal } from "../support/refusal.ts";

const START = 1_800_000_000_000;
const STEP_MS = 30_000;
const key = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" } as const;
const right = totp(key, { now: START });
/** A digit six times, and in no window of these tests. */
const wrong = "000000";

const OK = { ok: true, keyName: "default", at: START };
/** Every test presents its codes at the start of a step. */
const REPLAYED = { ok: false, reason: "replayed", retryAfterMs: STEP_MS };
const MISMATCH = { ok: false, reason: "mismatch", retryAfterMs: 0 };

/** Consecutive failures that cause no wait, so that every guess is looked at. */
const attempts = { freeFailures: 99 };

const storeError = expect.stringMatching(/^store-(failed|uncertain)$/);

/** A command's name as the protocol spells it; in the script the word stands too. */
const ON_THE_WIRE = { GET: "$3\r\nGET\r\n", EVAL: "$4\r\nEVAL\r\n" } as const;

/** The verdict, or the library's error. */
async function resultOf(verdict: Promise<GuardOutcome>): Promise<GuardOutcome | OtpError> {
  try {
    return await verdict;
  } catch (error) {
    if (!isOtpError(error)) throw error;
    return error;
  }
}

serverSuite("a fault of Redis", "redis-server", redisIsInstalled, () => {
  let server: Redis;

  beforeAll(async () => {
    server = await privateRedis();
  });
  afterAll(() => server?.remove());

  describe.each(REDIS_CLIENTS.map(({ client, connect }) => [client, connect] as const))(
    "under %s",
    (client, connect) => {
      let proxy: LossyProxy;
      let direct: Connection;
      let proxied: Connection;

      beforeAll(async () => {
        proxy = await lossyProxy(server.port);
        direct = await connect(server.url);
        proxied = await connect(`redis://127.0.0.1:${proxy.port}`);
      });
      afterAll(async () => {
        direct?.close();
        proxied?.close();
        await proxy?.close();
      });

      const command = (...words: RedisCommand) => direct.send(words, words[1] ?? "");
      const guardOver = (send: RedisSend, timeoutMs?: number) =>
        createGuard({ store: redisStore(send, { prefix: `${client}:` }), clock: () => START, attempts, timeoutMs });
      const healthy = () => guardOver(direct.send);

      describe("when the connection breaks", () => {
        const losses: readonly Loss[] = ["request lost", "reply lost"];

        it.each(losses)("at the write, %s, a valid code is accepted, once", async (loss) => {
          const attempt = { subject: `broken: ${loss}`, key, code: right };
          proxy.lose(loss, ON_THE_WIRE.EVAL);
          expect(await guardOver(proxied.send).verify(attempt)).toBe(true);
          expect(await healthy().attempt(attempt)).toEqual(REPLAYED);
        });

        it.each(losses)("at the write, %s, a guess is counted, once", async (loss) => {
          const attempt = { subject: `broken guess: ${loss}`, key, code: wrong };
          proxy.lose(loss, ON_THE_WIRE.EVAL);
          expect(await guardOver(proxied.send).attempt(attempt)).toEqual(MISMATCH);
          expect(await healthy().status(attempt.subject)).toMatchObject({ failures: 1 });
        });
      });

      describe("when the client", () => {
        const gone = new Error("the connection is gone");
        const FAULTS = {
          "loses the reply to a write": async (send: () => Promise<unknown>) => {
            await send();
            throw gone;
          },
          "loses a write": async () => {
            throw gone;
          },
          "sends a write twice": async (send: () => Promise<unknown>) => {
            await send();
            return send();
          },
        } as const;

        /** The first so many writes go wrong this way. */
        function faulty(fault: keyof typeof FAULTS, times: number): RedisSend {
          let left = times;
          return (words, routedBy) => {
            const send = () => direct.send(words, routedBy);
            return words[0] === "EVAL" && left-- > 0 ? FAULTS[fault](send) : send();
          };
        }

        const each = (Object.keys(FAULTS) as (keyof typeof FAULTS)[]).flatMap((fault) =>
          [1, 2].map((n) => [fault, n] as const),
        );

        it.each(each)("%s, %i consecutive times, a valid code is accepted, once", async (fault, times) => {
          const attempt = { subject: `${fault} ${times}`, key, code: right };
          expect(await guardOver(faulty(fault, times)).verify(attempt)).toBe(true);
          expect(await healthy().attempt(attempt)).toEqual(REPLAYED);
        });

        it.each(each)("%s, %i consecutive times, a guess is counted, once", async (fault, times) => {
          const attempt = { subject: `guess: ${fault} ${times}`, key, code: wrong };
          expect(await guardOver(faulty(fault, times)).attempt(attempt)).toEqual(MISMATCH);
          expect(await healthy().status(attempt.subject)).toMatchObject({ failures: 1 });
        });

        it("loses every write, the call rejects with the cause, and the code still works", async () => {
          const attempt = { subject: "every write", key, code: right };
          const verdict = guardOver(faulty("loses a write", 3)).verify(attempt);
          await expect(verdict).rejects.toThrow(refusal("store-uncertain"));
          await expect(verdict).rejects.toHaveProperty("cause", gone);
          expect(await healthy().attempt(attempt)).toEqual(OK);
        });

        it("cannot read, the call rejects with the cause, and the code still works", async () => {
          const attempt = { subject: "no read", key, code: right };
          const verdict = guardOver(() => Promise.reject(gone)).verify(attempt);
          await expect(verdict).rejects.toThrow(refusal("store-failed"));
          await expect(verdict).rejects.toHaveProperty("cause", gone);
          expect(await healthy().attempt(attempt)).toEqual(OK);
        });

        it("loses the reply to a write and cannot read it afterwards, the call rejects, and the code is used up", async () => {
          const attempt = { subject: "no reading", key, code: right };
          let wrote = false;
          const verdict = guardOver(async (words, routedBy) => {
            if (wrote) throw gone;
            const reply = await direct.send(words, routedBy);
            wrote = words[0] === "EVAL";
            if (wrote) throw new Error("the first of all");
            return reply;
          }).verify(attempt);
          await expect(verdict).rejects.toThrow(refusal("store-uncertain"));
          await expect(verdict).rejects.toHaveProperty("cause", gone);
          expect(await healthy().attempt(attempt)).toEqual(REPLAYED);
        });
      });

      describe("when the connection hangs", () => {
        /** Long enough for a command that does not hang, as a rule; what is expected holds without it too. */
        const timeoutMs = 250;
        const inTime = { message: `the store did not answer within ${timeoutMs} ms` };

        it.each([
          ["GET", "request hangs"],
          ["GET", "reply hangs"],
          ["EVAL", "request hangs"],
          ["EVAL", "reply hangs"],
        ] as const)("at %s, %s, the call ends all the same, and is not ok", async (name, loss) => {
          const attempt = { subject: `hanging: ${name} ${loss}`, key, code: right };
          const { send, close } = await connect(`redis://127.0.0.1:${proxy.port}`);
          proxy.lose(loss, ON_THE_WIRE[name]);
          const result = await resultOf(guardOver(send, timeoutMs).attempt(attempt));
          expect(result).toMatchObject({ code: storeError, cause: inTime });
          const results = [await healthy().attempt(attempt), await healthy().attempt(attempt)];
          expect([
            [OK, REPLAYED],
            [REPLAYED, REPLAYED],
          ]).toContainEqual(results);
          close();
        });
      });

      describe("when the client gives a write up that lands late", () => {
        /** Every write waits to land, and its caller does not. */
        function givingUp() {
          const waiting: (() => Promise<unknown>)[] = [];
          const send: RedisSend = async (words, routedBy) => {
            if (words[0] !== "EVAL") return direct.send(words, routedBy);
            waiting.push(() => direct.send(words, routedBy));
            throw new Error("given up");
          };
          return { send, land: () => Promise.all(waiting.map((write) => write())) };
        }

        it("a valid code is used up, once, and the call was not ok", async () => {
          const attempt = { subject: "late", key, code: right };
          const { send, land } = givingUp();
          await expect(guardOver(send).verify(attempt)).rejects.toThrow(refusal("store-uncertain"));
          expect(await land()).toEqual([1, 0, 0]);
          expect(await healthy().attempt(attempt)).toEqual(REPLAYED);
        });

        it("a guess is counted, once, and the call did not answer it", async () => {
          const attempt = { subject: "late guess", key, code: wrong };
          const { send, land } = givingUp();
          await expect(guardOver(send).verify(attempt)).rejects.toThrow(refusal("store-failed"));
          expect(await land()).toEqual([1, 0, 0]);
          expect(await healthy().status(attempt.subject)).toMatchObject({ failures: 1 });
        });

        it("nothing that was written meanwhile is changed", async () => {
          const attempt = { subject: "too late", key, code: wrong };
          const { send, land } = givingUp();
          await expect(guardOver(send).verify(attempt)).rejects.toThrow(refusal("store-failed"));
          expect(await healthy().attempt({ ...attempt, code: right })).toEqual(OK);
          expect(await land()).toEqual([0, 0, 0]);
          expect(await healthy().status(attempt.subject)).toMatchObject({
            failures: 0,
            keys: { default: { step: START / STEP_MS } },
          });
        });
      });

      describe("when the record is not ours", () => {
        const nonce = "A".repeat(20);

        it.each([
          ["another program's text", "session=7"],
          ["JSON", '{"step":1}'],
          ["empty", ""],
          ["a state without its nonces", "1,totp,1,0,0,-,-,-"],
          ["of a newer version", `${nonce}\n2,totp,1,0,0,-,-,-`],
          ["of a limiter", `${nonce}\n1,0.5,${START}`],
          ["cut off", `${nonce}\n1,totp,1,0,0,-`],
          ["with a number that is none", `${nonce}\n1,totp,1,0,1e999,-,-,-`],
        ])("but %s, a valid code is not accepted and the record stays as it is", async (_, record) => {
          const id = `record ${record}`;
          let name = "";
          const guard = guardOver((words, routedBy) => {
            name = routedBy;
            return direct.send(words, routedBy);
          });
          await guard.status(id);
          await command("SET", name, record);
          await expect(guard.attempt({ subject: id, key, code: right })).rejects.toThrow(refusal("state-invalid"));
          await expect(guard.status(id)).rejects.toThrow(refusal("state-invalid"));
          expect(await command("GET", name)).toBe(record);
        });

        it("but a list, a valid code is not accepted and the error is Redis's own", async () => {
          await command("RPUSH", "a list", "1");
          const store = redisStore(direct.send);
          const guard = createGuard({ store: { ...store, get: () => store.get("a list") } });
          const verdict = guard.attempt({ subject: "list", key, code: right });
          await expect(verdict).rejects.toThrow(refusal("store-failed"));
          await expect(verdict).rejects.toHaveProperty("cause.message", expect.stringContaining("WRONGTYPE"));
          await expect(store.swap("a list", null, "next", null)).rejects.toThrow("WRONGTYPE");
        });
      });

      describe("when the server takes no writes", () => {
        it.each([
          ["it is full", ["CONFIG", "SET", "maxmemory", "1"], ["CONFIG", "SET", "maxmemory", "0"], /OOM/],
          ["it became a replica", ["REPLICAOF", "127.0.0.1", "1"], ["REPLICAOF", "NO", "ONE"], /READONLY/],
        ] as const)(
          "because %s, no code is accepted, and afterwards the same code is",
          async (reason, fault, repair, message) => {
            const attempt = { subject: reason, key, code: right };
            await command(...(fault as unknown as RedisCommand));
            const results = [
              await resultOf(healthy().attempt(attempt)),
              await resultOf(healthy().attempt({ ...attempt, code: wrong })),
            ];
            await command(...(repair as unknown as RedisCommand));
            expect(results).toEqual([refusal("store-uncertain"), refusal("store-failed")]);
            for (const result of results)
              expect(result).toHaveProperty("cause.message", expect.stringMatching(message));
            expect(await healthy().attempt(attempt)).toEqual(OK);
          },
        );
      });
    },
  );

  it("killed and started again under load, it has let every code in at most once and forgotten none (trap 12)", async () => {
    const users = 20;
    const steps = 12;
    const kills = [100, 500, 900];
    let now = START;
    let sent = 0;
    let lost = 0;
    const restarts: Promise<void>[] = [];
    const connections = await Promise.all(REDIS_CLIENTS.map(({ connect }) => connect(server.url)));

    // Each client is a server process of its own.
    const guards = connections.map(({ send }) => {
      const store = redisStore(async (words, routedBy) => {
        if (kills.includes(++sent)) restarts.push(server.kill().then(() => server.start()));
        try {
          return await send(words, routedBy);
        } catch (error) {
          lost++;
          throw error;
        }
      });
      return createGuard({ store, clock: () => now, attempts });
    });
    const present = async (id: string, code: string) =>
      Promise.all(guards.map((guard) => resultOf(guard.attempt({ subject: id, key, code }))));
    const timesOk = (results: readonly object[]) => results.filter((result) => "ok" in result && result.ok).length;

    const accepted = Array.from({ length: users }, () => START - STEP_MS);
    let guesses = 0;
    for (let step = 0; step < steps; step++) {
      now = START + step * STEP_MS;
      const code = totp(key, { now });
      const ofAttacker = present("attacked", wrong);
      await Promise.all(
        accepted.map(async (_, user) => {
          const results = await present(`user ${user}`, code);
          // A user who saw an error tries the same code again.
          if (timesOk(results) === 0) results.push(...(await present(`user ${user}`, code)));
          expect(timesOk(results)).toBeLessThanOrEqual(1);
          if (timesOk(results) === 1) accepted[user] = now;
          for (const result of results) {
            if ("ok" in result && result.ok) continue;
            expect(result).toEqual("ok" in result ? REPLAYED : refusal(storeError));
            if (!("ok" in result)) expect(result.cause).toBeInstanceOf(Error);
          }
        }),
      );
      for (const result of await ofAttacker) if ("ok" in result) guesses++;
    }
    await Promise.all(restarts);
    expect(restarts).toHaveLength(kills.length);
    // Or nothing was disturbed at all.
    expect(lost).toBeGreaterThan(0);

    const [guard] = guards;
    for (const [user, at] of accepted.entries()) {
      const key = (await guard?.status(`user ${user}`))?.keys.default;
      expect(key?.method === "totp" && key.step).toBeGreaterThanOrEqual(at / STEP_MS);
    }
    expect(guesses).toBeGreaterThan(0);
    expect((await guard?.status("attacked"))?.failures).toBeGreaterThanOrEqual(guesses);

    now += STEP_MS;
    for (const user of accepted.keys()) {
      const results = await present(`user ${user}`, totp(key, { now }));
      expect(results).toContainEqual({ ...OK, at: now });
      expect(results).toContainEqual(REPLAYED);
    }
    for (const { close } of connections) close();
  });
});
