// Log-in with the codes of authenticators and with recovery codes: which of them is tried, what it costs, and what is reported.
import { hotp, type Key, totp } from "otp-core";
import type { AccountEvent, Seal } from "otp-core/account";
import { createInbox } from "otp-core/testing";
import { describe, expect, it } from "vitest";
import { enrol, START, SUBJECT, setUp } from "../support/accounts.ts";

const SECRETS = ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"] as const;
const WEAK: Key = { type: "totp", secret: "GEZDGNBVGY3TQOJQ" };
/** A recovery code of more than 80 bits: no attacker guesses it. */
const STRONG = "K7QX2M9PTR4WZ8VN6HJC";
const PAUSE = 30_000;

const adopt = ({ accounts }: ReturnType<typeof setUp>, authenticator: string, key: Key) =>
  accounts.adopt({ subject: SUBJECT, authenticator, key: key as Key<string> });

/** A code of six or eight digits that none of the keys has now. */
function wrongCode(keys: readonly Key[], now: number, digits = 6): string {
  const near = keys.flatMap((key) => [-1, 0, 1].map((steps) => totp(key as never, { now: now + steps * PAUSE })));
  for (let i = 0; ; i++) {
    const code = String(i).padStart(digits, "0");
    if (!near.includes(code)) return code;
  }
}

const typesOf = (events: readonly AccountEvent[]) => events.map(({ type }) => type);

describe("an accepted code", () => {
  it("of an authenticator is reported in full", async () => {
    const setting = setUp();
    const { accounts, clock, events } = setting;
    const { authenticator, phone } = await enrol(setting);
    const code = await phone.freshCode();
    events.length = 0;
    await accounts.attempt({ subject: SUBJECT, code });
    const where = { authenticator, device: null, remaining: null };
    expect(events).toEqual([
      { subject: SUBJECT, type: "accepted", at: clock(), method: "totp", ...where, failures: 0, drift: 0 },
    ]);
  });

  it("of a phone that is ahead is reported with the drift", async () => {
    const setting = setUp();
    const { accounts, clock, events } = setting;
    const { phone } = await enrol(setting);
    clock.advance(10 * PAUSE);
    await accounts.attempt({ subject: SUBJECT, code: phone.next() });
    expect(events.at(-1)).toMatchObject({ type: "accepted", drift: 1 });
  });

  it("of a recovery set is reported in full, and needs no authenticator", async () => {
    const { accounts, events } = setUp();
    const [code] = await accounts.generateRecoveryCodes(SUBJECT);
    events.length = 0;
    expect(await accounts.attempt({ subject: SUBJECT, code })).toEqual({
      ok: true,
      method: "recovery",
      remaining: 9,
      at: START,
    });
    const where = { authenticator: null, device: null, remaining: 9 };
    expect(events).toEqual([
      { subject: SUBJECT, type: "accepted", at: START, method: "recovery", ...where, failures: 0, drift: 0 },
    ]);
  });

  it("moves its own authenticator only", async () => {
    const setting = setUp();
    const { accounts, clock } = setting;
    const keys = SECRETS.map((secret): Key => ({ type: "totp", secret }));
    for (const [i, key] of keys.entries()) await adopt(setting, `key-${i}`, key);
    expect(await accounts.verify({ subject: SUBJECT, code: totp(keys[1] as never, { now: clock() }) })).toBe(true);
    expect((await accounts.status(SUBJECT)).authenticators.map(({ acceptedAt }) => acceptedAt)).toEqual([null, START]);
    expect(await accounts.verify({ subject: SUBJECT, code: totp(keys[0] as never, { now: clock() }) })).toBe(true);
  });

  it("on a device is reported with the device and its failures, and forgives those of the device only", async () => {
    const setting = setUp();
    const { accounts, clock, events } = setting;
    const { phone, authenticator } = await enrol(setting);
    await accounts.verify({ subject: SUBJECT, code: await phone.freshCode() });
    const device = await accounts.trust({ subject: SUBJECT });
    const deviceToken = device?.deviceToken;
    for (let i = 0; i < 2; i++) await accounts.verify({ subject: SUBJECT, code: phone.wrong() });
    for (let i = 0; i < 3; i++) await accounts.verify({ subject: SUBJECT, code: phone.wrong(), deviceToken });
    for (const failures of [5, 2]) {
      const code = await phone.freshCode();
      events.length = 0;
      expect(await accounts.attempt({ subject: SUBJECT, code, deviceToken })).toMatchObject({ ok: true });
      const where = { authenticator, device: device?.device, remaining: null };
      expect(events).toEqual([
        { subject: SUBJECT, type: "accepted", at: clock(), method: "totp", ...where, failures, drift: 0 },
      ]);
    }
    expect(await accounts.status(SUBJECT)).toMatchObject({ failures: 2, monthlyFailures: 5, acceptedAt: clock() });
  });
});

describe("a refused code", () => {
  it("that nothing can match, after a device was stolen, still ends the device", async () => {
    const { accounts, clock, events } = setUp();
    const inbox = createInbox();
    await accounts.send({ subject: SUBJECT, purpose: "login", deliver: inbox.deliver });
    await accounts.verify({ subject: SUBJECT, purpose: "login", code: inbox.code() });
    const deviceToken = (await accounts.trust({ subject: SUBJECT }))?.deviceToken;
    clock.advance(86_400_000);
    const next = await accounts.recognise({ subject: SUBJECT, deviceToken });
    await accounts.recognise({ subject: SUBJECT, deviceToken: next?.deviceToken });
    clock.advance(86_400_000);
    events.length = 0;
    expect(await accounts.attempt({ subject: SUBJECT, code: "123456", deviceToken })).toMatchObject({
      reason: "absent",
    });
    expect(events).toMatchObject([{ type: "device-ended", reason: "stolen" }]);
  });

  it("that is malformed is reported once, and nothing else is", async () => {
    const setting = setUp();
    const { accounts, clock, events } = setting;
    await enrol(setting);
    events.length = 0;
    await accounts.attempt({ subject: SUBJECT, code: "12345" });
    expect(events).toEqual([
      { subject: SUBJECT, type: "rejected", at: clock(), reason: "malformed", failures: 0, retryAt: null },
    ]);
  });

  it("that has not the form of the user's recovery codes is malformed, and not a wrong one of them", async () => {
    const { accounts } = setUp();
    await accounts.generateRecoveryCodes(SUBJECT);
    for (const code of ["ABCD1234", "0".repeat(23), "0".repeat(25), `${"0".repeat(23)}U`])
      expect(await accounts.attempt({ subject: SUBJECT, code }), code).toMatchObject({ reason: "malformed" });
    expect(await accounts.attempt({ subject: SUBJECT, code: "0".repeat(24) })).toMatchObject({ reason: "mismatch" });
  });

  it("that is wrong, replayed or too early is reported in full", async () => {
    const setting = setUp();
    const { accounts, clock, events } = setting;
    const { phone } = await enrol(setting);
    const used = await phone.freshCode();
    await accounts.verify({ subject: SUBJECT, code: used });
    events.length = 0;
    await accounts.attempt({ subject: SUBJECT, code: used });
    for (let i = 0; i < 5; i++) await accounts.attempt({ subject: SUBJECT, code: phone.wrong() });
    await accounts.attempt({ subject: SUBJECT, code: phone.wrong() });
    const at = clock();
    const wrong = (failures: number, retryAt: number | null) => ({
      type: "rejected",
      reason: "mismatch",
      failures,
      retryAt,
    });
    const expected = [
      { type: "replayed", failures: 0, retryAt: expect.any(Number) },
      ...[1, 2, 3, 4].map((failures) => wrong(failures, null)),
      wrong(5, at + PAUSE),
      { type: "throttled", failures: 5, retryAt: at + PAUSE, by: "wait" },
    ];
    expect(events).toEqual(expected.map((event) => ({ subject: SUBJECT, at, ...event })));
  });

  it("that was a recovery code is reported as replayed, without a wait", async () => {
    const { accounts, events } = setUp();
    const [code] = await accounts.generateRecoveryCodes(SUBJECT);
    await accounts.verify({ subject: SUBJECT, code });
    events.length = 0;
    expect(await accounts.attempt({ subject: SUBJECT, code })).toEqual({
      ok: false,
      reason: "replayed",
      retryAfterMs: 0,
    });
    expect(events).toEqual([{ subject: SUBJECT, type: "replayed", at: START, failures: 0, retryAt: null }]);
  });

  it("that is a recovery code that cannot be guessed is reported as wrong, and not counted", async () => {
    const { accounts, events } = setUp();
    await accounts.generateRecoveryCodes(SUBJECT);
    events.length = 0;
    await accounts.attempt({ subject: SUBJECT, code: "0".repeat(24) });
    expect(events).toEqual([
      { subject: SUBJECT, type: "rejected", at: START, reason: "mismatch", failures: 0, retryAt: null },
    ]);
  });
});

describe("an authenticator whose codes have another length", () => {
  it("is not opened: if its key is away, the user logs in with the other one", async () => {
    const opened: string[] = [];
    const seal: Seal = {
      seal: async (secret) => [...secret].join("."),
      open: async (text, { authenticator }) => {
        opened.push(authenticator);
        return Uint8Array.from(text.split("."), Number);
      },
    };
    const setting = setUp({ seal });
    const { accounts, clock } = setting;
    const keys = SECRETS.map((secret, i): Key => ({ type: "totp", secret, digits: 6 + 2 * i }));
    for (const [i, key] of keys.entries()) await adopt(setting, `digits-${6 + 2 * i}`, key);
    opened.length = 0;
    expect(await accounts.verify({ subject: SUBJECT, code: totp(keys[1] as never, { now: clock() }) })).toBe(true);
    expect(opened).toEqual(["digits-8"]);
  });
});

describe("the cost of a wrong code", () => {
  const keys = SECRETS.map((secret): Key => ({ type: "totp", secret, digits: 8 }));

  it("grows with the codes that it is compared with: one failure of the month for every three", async () => {
    const setting = setUp();
    const { accounts, clock } = setting;
    const monthly = async () => (await accounts.status(SUBJECT)).monthlyFailures;
    const wrong = wrongCode(keys, clock(), 8);
    const counts = [];
    for (const [i, key] of keys.entries()) {
      await adopt(setting, `key-${i}`, key);
      await accounts.unlock(SUBJECT);
      await accounts.verify({ subject: SUBJECT, code: wrong });
      counts.push(await monthly());
    }
    // Four recovery codes of eight digits, too: ten codes in all.
    const codes = ["11111111", "22222222", "33333333", "44444444"];
    await accounts.adoptRecoveryCodes({ subject: SUBJECT, codes });
    await accounts.unlock(SUBJECT);
    await accounts.verify({ subject: SUBJECT, code: wrong });
    counts.push(await monthly());
    // With one recovery code used, nine.
    await accounts.verify({ subject: SUBJECT, code: codes[0] });
    await accounts.unlock(SUBJECT);
    await accounts.verify({ subject: SUBJECT, code: wrong });
    counts.push(await monthly());
    expect(counts).toEqual([1, 2, 4, 3]);
  });

  it("does not grow with recovery codes that cannot be guessed", async () => {
    const setting = setUp();
    const { accounts, clock } = setting;
    await adopt(setting, "key", keys[0] as Key);
    await accounts.adoptRecoveryCodes({ subject: SUBJECT, codes: [STRONG, `${STRONG}2`, `${STRONG}3`, `${STRONG}4`] });
    await accounts.verify({ subject: SUBJECT, code: wrongCode(keys, clock(), 8) });
    expect(await accounts.status(SUBJECT)).toMatchObject({ failures: 1, monthlyFailures: 1 });
  });

  it("counts on a device for the month of the account as well", async () => {
    const setting = setUp();
    const { accounts, clock } = setting;
    for (const [i, key] of keys.entries()) await adopt(setting, `key-${i}`, key);
    await accounts.verify({ subject: SUBJECT, code: totp(keys[0] as never, { now: clock() }) });
    const deviceToken = (await accounts.trust({ subject: SUBJECT }))?.deviceToken;
    await accounts.verify({ subject: SUBJECT, code: wrongCode(keys, clock(), 8), deviceToken });
    expect(await accounts.status(SUBJECT)).toMatchObject({ failures: 0, monthlyFailures: 2 });
  });
});

describe("recovery codes", () => {
  it("are reported when they are generated or adopted, and the status counts them", async () => {
    const { accounts, clock, events } = setUp({ recovery: { count: 3 } });
    expect((await accounts.status(SUBJECT)).recoveryCodes).toEqual({ remaining: 0, generatedAt: null });
    expect(await accounts.generateRecoveryCodes(SUBJECT)).toHaveLength(3);
    expect((await accounts.status(SUBJECT)).recoveryCodes).toEqual({ remaining: 3, generatedAt: START });
    clock.advance(1000);
    await accounts.adoptRecoveryCodes({ subject: SUBJECT, codes: ["abcd1234", "abcd5678"] });
    expect(await accounts.status(SUBJECT)).toMatchObject({
      methods: ["recovery"],
      recoveryCodes: { remaining: 2, generatedAt: START + 1000 },
    });
    expect(events).toEqual([
      { subject: SUBJECT, type: "recovery-codes-generated", at: START, count: 3 },
      { subject: SUBJECT, type: "recovery-codes-adopted", at: START + 1000, count: 2 },
    ]);
  });

  it("are no method once all were used", async () => {
    const { accounts } = setUp({ recovery: { count: 1 } });
    const [code] = await accounts.generateRecoveryCodes(SUBJECT);
    await accounts.verify({ subject: SUBJECT, code });
    expect(await accounts.status(SUBJECT)).toMatchObject({ methods: [], recoveryCodes: { remaining: 0 } });
  });

  it("that can be guessed forgive the consecutive failures, and not those of the month", async () => {
    const setting = setUp();
    const { accounts } = setting;
    const { phone } = await enrol(setting);
    await accounts.adoptRecoveryCodes({ subject: SUBJECT, codes: ["abcd1234"] });
    for (let i = 0; i < 3; i++) await accounts.verify({ subject: SUBJECT, code: phone.wrong() });
    expect(await accounts.verify({ subject: SUBJECT, code: "abcd1234" })).toBe(true);
    expect(await accounts.status(SUBJECT)).toMatchObject({ failures: 0, monthlyFailures: 3 });
  });

  it("that cannot be guessed give no second chance to the codes of an authenticator during a wait", async () => {
    const setting = setUp();
    const { accounts, clock } = setting;
    const key: Key = { type: "totp", secret: SECRETS[0], digits: 8 };
    await adopt(setting, "phone", key);
    await accounts.adoptRecoveryCodes({ subject: SUBJECT, codes: [STRONG] });
    for (let i = 0; i < 5; i++) {
      const code = wrongCode([key], clock(), 8);
      expect(await accounts.attempt({ subject: SUBJECT, code })).toMatchObject({ reason: "mismatch" });
    }
    expect((await accounts.status(SUBJECT)).failures).toBe(5);
    const code = totp(key as never, { now: clock() });
    expect(await accounts.attempt({ subject: SUBJECT, code })).toMatchObject({ reason: "throttled" });
    expect(await accounts.attempt({ subject: SUBJECT, code: STRONG })).toMatchObject({ ok: true, method: "recovery" });
  });

  it("that are adopted keep a code used, and a new set ends the old one", async () => {
    const { accounts } = setUp();
    const set = { subject: SUBJECT, codes: ["abcd1234", "abcd5678"] };
    await accounts.adoptRecoveryCodes(set);
    await accounts.verify({ subject: SUBJECT, code: "abcd1234" });
    await accounts.adoptRecoveryCodes(set);
    expect(await accounts.attempt({ subject: SUBJECT, code: "abcd1234" })).toMatchObject({ reason: "replayed" });
    const [code] = await accounts.generateRecoveryCodes(SUBJECT);
    expect(await accounts.attempt({ subject: SUBJECT, code: "abcd5678" })).toMatchObject({ reason: "malformed" });
    expect(await accounts.verify({ subject: SUBJECT, code })).toBe(true);
  });
});

describe("a weak secret that was allowed", () => {
  it("is reported after the outcome of each attempt that looks at it, whatever the outcome is", async () => {
    const setting = setUp({ minSecretBytes: 10 });
    const { accounts, clock, events } = setting;
    await adopt(setting, "short", WEAK);
    const code = totp(WEAK as never, { now: clock() });
    const wrong = wrongCode([WEAK], clock());
    events.length = 0;
    for (const typed of [code, code, wrong]) await accounts.verify({ subject: SUBJECT, code: typed });
    const weak = { subject: SUBJECT, type: "weak-secret", at: START, authenticator: "short", bytes: 10 };
    expect(events).toMatchObject([{ type: "accepted" }, weak, { type: "replayed" }, weak, { type: "rejected" }, weak]);
    const deviceToken = (await accounts.trust({ subject: SUBJECT }))?.deviceToken;
    events.length = 0;
    await accounts.verify({ subject: SUBJECT, code: wrong, deviceToken });
    expect(events).toMatchObject([{ type: "rejected", reason: "mismatch" }, weak]);
  });

  it("is reported, too, where a recovery code of the same form was accepted or replayed", async () => {
    const setting = setUp({ minSecretBytes: 10 });
    const { accounts, clock, events } = setting;
    const key: Key = { ...WEAK, digits: 8 };
    await adopt(setting, "short", key);
    const code = wrongCode([key], clock(), 8);
    await accounts.adoptRecoveryCodes({ subject: SUBJECT, codes: [code] });
    events.length = 0;
    for (let i = 0; i < 2; i++) await accounts.verify({ subject: SUBJECT, code });
    expect(typesOf(events)).toEqual(["accepted", "weak-secret", "replayed", "weak-secret"]);
  });

  it("is not reported of a secret of 16 bytes, nor where nothing looked at it", async () => {
    const setting = setUp({ minSecretBytes: 10 });
    const { accounts, clock, told } = setting;
    await adopt(setting, "long", { type: "totp", secret: SECRETS[0] });
    const [code] = await accounts.generateRecoveryCodes(SUBJECT);
    told();
    await accounts.verify({ subject: SUBJECT, code });
    await accounts.verify({ subject: SUBJECT, code: totp({ secret: SECRETS[0] }, { now: clock() }) });
    await accounts.verify({ subject: SUBJECT, code: "1" });
    expect(told()).toEqual(["accepted", "accepted", "rejected"]);
  });
});

describe("failures on a device", () => {
  it("are reported with the reason, and the tenth with the end of the device", async () => {
    const setting = setUp();
    const { accounts, clock, events } = setting;
    const { phone } = await enrol(setting);
    await accounts.verify({ subject: SUBJECT, code: await phone.freshCode() });
    const device = await accounts.trust({ subject: SUBJECT, label: "Firefox" });
    const deviceToken = device?.deviceToken;
    for (let i = 0; i < 9; i++) await accounts.verify({ subject: SUBJECT, code: phone.wrong(), deviceToken });
    events.length = 0;
    expect(await accounts.attempt({ subject: SUBJECT, code: phone.wrong(), deviceToken })).toEqual({
      ok: false,
      reason: "mismatch",
      retryAfterMs: 0,
    });
    const common = { subject: SUBJECT, at: clock() };
    expect(events).toEqual([
      { ...common, type: "rejected", reason: "mismatch", failures: 0, retryAt: null },
      { ...common, type: "device-ended", device: device?.device, label: "Firefox", reason: "failures" },
    ]);
  });

  it("are counted by the policy of the account where the host counts: not at all", async () => {
    const setting = setUp({ attempts: "host" });
    const { accounts } = setting;
    const { phone } = await enrol(setting);
    await accounts.verify({ subject: SUBJECT, code: await phone.freshCode() });
    const deviceToken = (await accounts.trust({ subject: SUBJECT }))?.deviceToken;
    for (let i = 0; i < 12; i++)
      expect(await accounts.attempt({ subject: SUBJECT, code: phone.wrong(), deviceToken })).toMatchObject({
        reason: "mismatch",
        retryAfterMs: 0,
      });
    expect((await accounts.status(SUBJECT)).devices).toHaveLength(1);
  });
});

it("a token that counts is accepted with its method, and has no drift", async () => {
  const setting = setUp();
  const key: Key = { type: "hotp", secret: SECRETS[0] };
  await adopt(setting, "token", key);
  const { accounts, events } = setting;
  const code = hotp(key as never, 3);
  expect(await accounts.attempt({ subject: SUBJECT, code })).toEqual({
    ok: true,
    method: "hotp",
    authenticator: "token",
    at: START,
  });
  expect(events.at(-1)).toMatchObject({ type: "accepted", method: "hotp", authenticator: "token", drift: 0 });
  expect((await accounts.status(SUBJECT)).authenticators[0]?.drift).toBe(0);
});
