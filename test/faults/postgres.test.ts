// PostgreSQL that fails in the middle of it: a code is never accepted twice, doubt is never `ok`, and the user gets in afterwards.
import { createTotpKey, isOtpError, type OtpError, timeStep, totp } from "otp-core";
import { createGuard, type GuardOutcome } from "otp-core/guard";
import { sqlStore } from "otp-core/store/sql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Postgres, postgresIsInstalled, privatePostgres } from "../servers/postgres.ts";
import { serverSuite } from "../servers/server-suite.ts";
import { connect, type SqlClient } from "../servers/sql-clients.ts";
import { type Loss, type LossyProxy, lossyProxy } from "../support/lossy-proxy.ts";
import { reasonOf } from "../support/reason.ts";

const NOW = 1_800_000_000_000;
const key = createTotpKey({ issuer: "Example", account: "alice" });
const step = timeStep(key, { now: NOW });
const code = totp(key, { now: NOW });
const nextCode = totp(key, { now: NOW + 30_000 });
const wrong = ["000000", "000001", "000002", "000003"].find((guess) =>
  [-1, 0, 1].every((steps) => totp(key, { now: NOW + steps * 30_000 }) !== guess),
) as string;

function guardOn({ dialect, query }: SqlClient, timeoutMs?: number) {
  return createGuard({ store: sqlStore(query, { dialect, table: "otp" }), clock: () => NOW, timeoutMs });
}

serverSuite("PostgreSQL that fails", "postgres", postgresIsInstalled, () => {
  let server: Postgres;
  let direct: SqlClient;
  beforeAll(async () => {
    server = await privatePostgres();
    direct = await connect("pg", server.url);
    const schema = sqlStore(direct.query, { dialect: "postgres", table: "otp" }).schema();
    await direct.query(schema, [], "affected");
  });
  afterAll(async () => {
    await direct?.close();
    await server?.remove();
  });

  describe("behind a network that loses", () => {
    let proxy: LossyProxy;
    let client: SqlClient;
    beforeAll(async () => {
      proxy = await lossyProxy(server.port);
      client = await connect("pg", server.url.replace(String(server.port), String(proxy.port)));
    });
    afterAll(async () => {
      await proxy?.close();
      await client?.close();
    });

    let factors = 0;
    const newFactor = () => ({ subject: `network ${factors++}`, key });

    /** Neither half of what was in doubt is forgotten: the code is used up, and the next one is let in. */
    async function expectUsedUp(id: string): Promise<void> {
      const guard = guardOn(direct);
      expect(await guard.status(id)).toMatchObject({ keys: { default: { step } }, failures: 0 });
      expect(await guard.attempt({ subject: id, key, code })).toMatchObject({ ok: false, reason: "replayed" });
      expect(await guard.attempt({ subject: id, key, code: nextCode })).toMatchObject({ ok: true });
    }

    const losses: readonly Loss[] = ["request lost", "reply lost"];
    const writes = ["INSERT", "UPDATE"] as const;
    const cases = writes.flatMap((write) => losses.map((loss) => ({ write, loss })));

    it.each(cases)("$write, $loss: a valid code is accepted, once", async ({ write, loss }) => {
      const factor = newFactor();
      const guard = guardOn(client);
      if (write === "UPDATE") await guard.attempt({ ...factor, code: wrong });
      proxy.lose(loss, write);
      expect(await guard.attempt({ ...factor, code })).toMatchObject({ ok: true });
      await expectUsedUp(factor.subject);
    });

    it.each(cases)("$write, $loss: a wrong code is counted, once", async ({ write, loss }) => {
      const factor = newFactor();
      const guard = guardOn(client);
      if (write === "UPDATE") await guard.attempt({ ...factor, code: wrong });
      proxy.lose(loss, write);
      expect(await guard.attempt({ ...factor, code: wrong })).toMatchObject({ ok: false, reason: "mismatch" });
      expect(await guardOn(direct).status(factor.subject)).toMatchObject({
        failures: write === "UPDATE" ? 2 : 1,
        keys: {},
      });
      expect(await guard.attempt({ ...factor, code })).toMatchObject({ ok: true });
    });

    it.each(losses)("SELECT, %s: the call rejects with the driver's error, and the user tries again", async (loss) => {
      const factor = newFactor();
      const guard = guardOn(client);
      proxy.lose(loss, "SELECT");
      const failure = await guard.attempt({ ...factor, code }).catch((error: unknown) => error as OtpError);
      expect(failure).toMatchObject({ code: "store-failed", cause: expect.any(Error) });
      expect(await guardOn(direct).status(factor.subject)).toMatchObject({ failures: 0, keys: {} });
      expect(await guard.attempt({ ...factor, code })).toMatchObject({ ok: true });
    });

    it("and then is gone: what may have been accepted is reported as in doubt, and stays used up", async () => {
      const factor = newFactor();
      const store = sqlStore(
        async (text, params, wants) => {
          try {
            return await client.query(text, params, wants);
          } catch (error) {
            proxy.down();
            throw error;
          }
        },
        { dialect: "postgres", table: "otp" },
      );
      const guard = createGuard({ store, clock: () => NOW });
      proxy.lose("reply lost", "INSERT");
      const failure = await guard.attempt({ ...factor, code }).catch((error: unknown) => error as OtpError);
      expect(failure).toMatchObject({ code: "store-uncertain", cause: expect.any(Error) });
      proxy.up();
      await expectUsedUp(factor.subject);
    });

    it("and delivers a write late: nothing changes any more", async () => {
      const factor = newFactor();
      const late: (() => unknown)[] = [];
      const store = sqlStore(
        async (text, params, wants) => {
          if (!text.startsWith("INSERT") || late.length > 0) return direct.query(text, params, wants);
          late.push(() => direct.query(text, params, wants));
          throw new Error("the network is slow");
        },
        { dialect: "postgres", table: "otp" },
      );
      expect(await createGuard({ store, clock: () => NOW }).attempt({ ...factor, code })).toMatchObject({ ok: true });
      expect(await guardOn(direct).attempt({ ...factor, code: nextCode })).toMatchObject({ ok: true });
      expect(await late[0]?.()).toMatchObject({ affected: 0 });
      expect(await guardOn(direct).status(factor.subject)).toMatchObject({ keys: { default: { step: step + 1 } } });
    });

    it("or hangs: the wait is bounded, and what was written is not accepted again", async () => {
      const factor = newFactor();
      const guard = guardOn(client, 200);
      const bounded = { message: "the store did not answer within 200 ms" };
      proxy.lose("request hangs", "SELECT");
      const reading = await guard.attempt({ ...factor, code }).catch((error: unknown) => error as OtpError);
      expect(reading).toMatchObject({ code: "store-failed", cause: bounded });

      proxy.lose("reply hangs", "INSERT");
      const writing = await guard.attempt({ ...factor, code }).catch((error: unknown) => error as OtpError);
      expect(writing).toMatchObject({ code: "store-uncertain", cause: bounded });
      await expectUsedUp(factor.subject);
    });
  });

  it.each(["", "hello", "{}", "null", "1,totp,1,0,0,0,0,0"])(
    "with a record %o that is not ours rejects",
    async (value) => {
      // The guard has accepted a code of this user before, so the user must not look like a new one.
      const { dialect, query } = direct;
      const store = sqlStore(query, { dialect, table: "foreign_records" });
      await query(store.schema(), [], "affected");
      const guard = createGuard({ store, clock: () => NOW });
      const id = `foreign ${value}`;
      await guard.attempt({ subject: id, key, code });
      await query("UPDATE foreign_records SET value = $1", [value], "affected");
      await expect(guard.attempt({ subject: id, key, code: nextCode })).rejects.toMatchObject({
        code: "state-invalid",
      });
      await expect(guard.status(id)).rejects.toMatchObject({ code: "state-invalid" });
      expect((await query("SELECT value FROM foreign_records", [], "rows")).rows).toContainEqual({ value });
    },
  );

  it("killed and started again under load, accepts no code twice, and never on doubt", async () => {
    interface Presentation {
      readonly id: string;
      readonly verdict: GuardOutcome | null;
      readonly error: unknown;
    }
    const crashes = 4;
    const loaders = 6;
    const clients = await Promise.all([1, 2, 3].map(() => connect("pg", server.url)));
    // Several servers, as it were: the calls of one guard queue, those of several do not.
    const guards = clients.map((client) => guardOn(client));
    const presentations: Presentation[] = [];
    let factors = 0;
    let answered = () => {};
    let running = true;
    let waiting = 0;
    let restarted = Promise.resolve();

    async function load(): Promise<void> {
      while (running) {
        const id = `load ${factors++}`;
        const verifying = guards.map((guard) => guard.attempt({ subject: id, key, code }));
        let failed = false;
        for (const result of await Promise.allSettled(verifying)) {
          const rejected = result.status === "rejected";
          failed ||= rejected;
          presentations.push({
            id,
            verdict: rejected ? null : result.value,
            error: rejected ? result.reason : null,
          });
        }
        if (failed) waiting++;
        answered();
        if (failed) await restarted;
      }
    }
    const until = (condition: () => boolean) =>
      new Promise<void>((resolve) => {
        answered = () => condition() && resolve();
      });

    const loads = Array.from({ length: loaders }, load);
    for (let crash = 0; crash < crashes; crash++) {
      const before = presentations.length;
      await until(() => presentations.length >= before + 150 + 7 * crash);
      let restart = () => {};
      waiting = 0;
      restarted = new Promise((resolve) => {
        restart = resolve;
      });
      const allFailed = until(() => waiting === loaders);
      await server.kill();
      await allFailed;
      await server.start();
      restart();
    }
    const before = presentations.length;
    await until(() => presentations.length >= before + 150);
    running = false;
    await Promise.all(loads);

    const errors = presentations.filter(({ error }) => error !== null).map(({ error }) => error);
    expect(errors.length).toBeGreaterThanOrEqual(crashes);
    for (const error of errors) {
      expect(isOtpError(error) && error.code).toMatch(/^store-(failed|uncertain)$/);
      expect((error as OtpError).cause).toBeInstanceOf(Error);
    }
    const guard = guardOn(direct);
    for (let i = 0; i < factors; i++) {
      const id = `load ${i}`;
      const all = presentations.filter((presentation) => presentation.id === id);
      const accepted = all.filter(({ verdict }) => verdict?.ok).length;
      const replayed = all.filter(({ verdict }) => verdict !== null && reasonOf(verdict) === "replayed").length;
      const inDoubt = all.filter(({ error }) => isOtpError(error) && error.code === "store-uncertain").length;
      const stored = "default" in (await guard.status(id)).keys;
      expect(accepted).toBeLessThanOrEqual(1);
      if (accepted + replayed > 0) expect(stored).toBe(true);
      if (stored && accepted === 0) expect(inDoubt).toBeGreaterThanOrEqual(1);
      // A user whose code was not accepted logs in now, with this code or, if it was used up in doubt, with the next one.
      expect((await guard.attempt({ subject: id, key, code })).ok).toBe(!stored);
      if (accepted === 0 && stored)
        expect(await guard.attempt({ subject: id, key, code: nextCode })).toMatchObject({ ok: true });
    }
    await Promise.all(clients.map((client) => client.close()));
  });
});
