// Log-in: one call for every kind of code, one budget, one write.
import { createHotpKey, createTotpKey, hotp, totp } from "otp-core";
import { createInbox } from "otp-core/testing";
import { describe, expect, it } from "vitest";
import { enrol, SUBJECT, setUp } from "../support/accounts.ts";

const DAY = 86_400_000;

describe("a code", () => {
  it("of an authenticator or a recovery code is accepted once", async () => {
    const setting = setUp();
    const { accounts, clock, events } = setting;
    const { authenticator, phone } = await enrol(setting);
    const [recovery = ""] = await accounts.generateRecoveryCodes(SUBJECT);
    const code = await phone.freshCode();
    expect(await accounts.attempt({ subject: SUBJECT, code })).toEqual({
      ok: true,
      method: "totp",
      authenticator,
      at: clock(),
    });
    expect(await accounts.attempt({ subject: SUBJECT, code })).toMatchObject({ ok: false, reason: "replayed" });
    const typed = recovery.toLowerCase().replaceAll("-", " ");
    expect(await accounts.attempt({ subject: SUBJECT, code: typed })).toEqual({
      ok: true,
      method: "recovery",
      remaining: 9,
      at: clock(),
    });
    expect(await accounts.attempt({ subject: SUBJECT, code: recovery })).toMatchObject({ reason: "replayed" });
    expect(events.filter(({ type }) => type === "accepted")).toMatchObject([
      { method: "totp", authenticator, device: null, failures: 0, remaining: null },
      { method: "recovery", authenticator: null, device: null, failures: 0, remaining: 9 },
    ]);
  });

  it("is accepted by one of two simultaneous calls", async () => {
    const setting = setUp();
    const { phone } = await enrol(setting);
    const code = await phone.freshCode();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => setting.accounts.verify({ subject: SUBJECT, code })),
    );
    expect(answers.filter(Boolean)).toHaveLength(1);
  });

  it("of a phone and of a token stand side by side, under one count", async () => {
    const { accounts, clock } = setUp();
    const phone = createTotpKey({ issuer: "Example", account: "alice" });
    const token = createHotpKey({ issuer: "Example", account: "alice" });
    await accounts.adopt({ subject: SUBJECT, key: phone, authenticator: "phone" });
    await accounts.adopt({ subject: SUBJECT, key: token, authenticator: "token" });
    for (let i = 0; i < 6; i++) {
      expect(await accounts.attempt({ subject: SUBJECT, code: hotp(token, i) })).toMatchObject({
        authenticator: "token",
      });
      clock.advance(30_000);
      const code = totp(phone, { now: clock() });
      expect(await accounts.attempt({ subject: SUBJECT, code })).toMatchObject({ authenticator: "phone" });
    }
    expect((await accounts.status(SUBJECT)).failures).toBe(0);
  });

  it("that nothing can match is absent: not counted, and nothing is written", async () => {
    const { accounts, written, told } = setUp();
    expect(await accounts.attempt({ subject: SUBJECT, code: "123456" })).toEqual({
      ok: false,
      reason: "absent",
      retryAfterMs: 0,
    });
    expect([written, told()]).toEqual([[], []]);
  });

  it("of no form is malformed: not counted", async () => {
    const setting = setUp();
    const { accounts } = setting;
    const { phone } = await enrol(setting);
    for (const code of [...phone.malformed(), undefined, null, 123456, {}, [], Symbol("code")])
      expect(await accounts.attempt({ subject: SUBJECT, code })).toMatchObject({
        reason: "malformed",
        retryAfterMs: 0,
      });
    expect((await accounts.status(SUBJECT)).failures).toBe(0);
  });

  it("that an authenticator accepts uses up no recovery code of the same look", async () => {
    const { accounts, clock } = setUp();
    const key = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", digits: 8 } as const;
    const code = totp(key, { now: clock() });
    await accounts.adopt({ subject: SUBJECT, key });
    await accounts.adoptRecoveryCodes({ subject: SUBJECT, codes: [code, "87654321"] });
    expect(await accounts.attempt({ subject: SUBJECT, code })).toMatchObject({ ok: true, method: "totp" });
    expect((await accounts.status(SUBJECT)).recoveryCodes.remaining).toBe(2);
    expect(await accounts.attempt({ subject: SUBJECT, code })).toMatchObject({
      ok: true,
      method: "recovery",
      remaining: 1,
    });
    expect(await accounts.attempt({ subject: SUBJECT, code: "87654321" })).toMatchObject({ ok: true, remaining: 0 });
  });
});

describe("the budget", () => {
  it("is one for every kind of code: waits double, and a valid code stays valid during a wait", async () => {
    const setting = setUp();
    const { accounts, clock } = setting;
    const { phone } = await enrol(setting);
    await accounts.adoptRecoveryCodes({ subject: SUBJECT, codes: ["abcd1234"] });
    for (const code of [phone.wrong(), "abcd9999", phone.wrong(), "abcd8888"])
      expect(await accounts.attempt({ subject: SUBJECT, code })).toMatchObject({ reason: "mismatch", retryAfterMs: 0 });
    expect(await accounts.attempt({ subject: SUBJECT, code: phone.wrong() })).toMatchObject({ retryAfterMs: 30_000 });
    const code = phone.next();
    expect(await accounts.attempt({ subject: SUBJECT, code })).toMatchObject({
      reason: "throttled",
      retryAfterMs: 30_000,
    });
    expect(await accounts.attempt({ subject: SUBJECT, code: "abcd1234" })).toMatchObject({ reason: "throttled" });
    clock.advance(30_000);
    expect(await accounts.verify({ subject: SUBJECT, code })).toBe(true);
    for (let i = 0; i < 5; i++) await accounts.verify({ subject: SUBJECT, code: phone.wrong() });
    clock.advance(30_000);
    expect(await accounts.attempt({ subject: SUBJECT, code: phone.wrong() })).toMatchObject({ retryAfterMs: 60_000 });
  });

  it("does not close the last way in: a strong recovery code works while the account is disabled, and unlocks it", async () => {
    const setting = setUp();
    const { accounts, clock, events } = setting;
    const { phone } = await enrol(setting);
    const [recovery = ""] = await accounts.generateRecoveryCodes(SUBJECT);
    while ((await accounts.status(SUBJECT)).state !== "disabled") {
      await accounts.verify({ subject: SUBJECT, code: phone.wrong() });
      clock.advance(3_600_000);
    }
    const wrong = recovery.replace(/^./, (first) => (first === "0" ? "1" : "0"));
    expect(await accounts.attempt({ subject: SUBJECT, code: wrong })).toMatchObject({ reason: "disabled" });
    expect(await accounts.attempt({ subject: SUBJECT, code: recovery })).toMatchObject({
      ok: true,
      method: "recovery",
    });
    expect(events.at(-1)).toMatchObject({ type: "accepted", failures: 100 });
    expect(await accounts.status(SUBJECT)).toMatchObject({ state: "open", failures: 0, monthlyFailures: 0 });
    expect(await accounts.verify({ subject: SUBJECT, code: await phone.freshCode() })).toBe(true);
  });

  it("does not count a wrong recovery code that cannot be guessed", async () => {
    const setting = setUp();
    await enrol(setting);
    await setting.accounts.generateRecoveryCodes(SUBJECT);
    for (let i = 0; i < 20; i++) {
      const code = `0000-0000-0000-0000-0000-${1000 + i}`;
      expect(await setting.accounts.attempt({ subject: SUBJECT, code })).toMatchObject({
        reason: "mismatch",
        retryAfterMs: 0,
      });
    }
    expect((await setting.accounts.status(SUBJECT)).failures).toBe(0);
  });

  it("is not emptied by a success: 200 failures in 30 days make every attempt wait", async () => {
    const setting = setUp();
    const { accounts, clock, events } = setting;
    const { phone } = await enrol(setting);
    let failures = 0;
    for (; failures < 400; failures++) {
      if (failures % 4 === 3) await accounts.verify({ subject: SUBJECT, code: await phone.freshCode() });
      const result = await accounts.attempt({ subject: SUBJECT, code: phone.wrong() });
      if (!result.ok && result.reason === "throttled") break;
    }
    expect(failures).toBeGreaterThanOrEqual(200);
    expect(failures).toBeLessThan(204);
    expect(events.at(-1)).toMatchObject({ type: "throttled", by: "monthly" });
    await accounts.unlock(SUBJECT);
    clock.advance(30_000);
    expect(await accounts.verify({ subject: SUBJECT, code: await phone.freshCode() })).toBe(true);
  });
});

describe("sent codes", () => {
  const login = { subject: SUBJECT, purpose: "login" };

  it("are accepted once, for their purpose, context and transaction, and need no authenticator", async () => {
    const { accounts, clock } = setUp();
    const inbox = createInbox({ clock });
    const payment = {
      subject: SUBJECT,
      purpose: "pay",
      transaction: { amount: "5.00", currency: "EUR", payee: "Shop" },
    };
    expect(await accounts.send({ ...login, context: "a", deliver: inbox.deliver })).toMatchObject({
      ok: true,
      channel: "default",
    });
    const code = inbox.code();
    expect(await accounts.attempt({ ...login, context: "b", code })).toMatchObject({ reason: "other-context" });
    expect(await accounts.attempt({ subject: SUBJECT, purpose: "pay", code })).toMatchObject({ reason: "absent" });
    expect(await accounts.attempt({ subject: SUBJECT, code })).toMatchObject({ reason: "absent" });
    expect(await accounts.attempt({ ...login, context: "a", code })).toEqual({
      ok: true,
      method: "sent",
      purpose: "login",
      at: clock(),
    });
    expect(await accounts.attempt({ ...login, context: "a", code })).toMatchObject({ reason: "replayed" });
    await accounts.send({ ...payment, deliver: inbox.deliver });
    const other = { ...payment, transaction: { ...payment.transaction, amount: "50.00" } };
    expect(await accounts.attempt({ ...other, code: inbox.code() })).toMatchObject({ reason: "other-transaction" });
    expect(await accounts.verify({ ...payment, code: inbox.code() })).toBe(true);
  });

  it("share the budget with the authenticators", async () => {
    const setting = setUp();
    const { accounts, clock } = setting;
    const { phone } = await enrol(setting);
    const inbox = createInbox({ clock });
    await accounts.send({ ...login, deliver: inbox.deliver });
    for (let i = 0; i < 3; i++) await accounts.verify({ ...login, code: inbox.wrong() });
    for (let i = 0; i < 2; i++) await accounts.verify({ subject: SUBJECT, code: phone.wrong() });
    expect(await accounts.attempt({ ...login, code: inbox.code() })).toMatchObject({ reason: "throttled" });
    expect(await accounts.send({ ...login, deliver: inbox.deliver })).toMatchObject({ ok: false, reason: "throttled" });
  });

  it("that no channel took count, live, and are replaced first", async () => {
    const { accounts, clock, told } = setUp();
    const inbox = createInbox({ clock });
    let failed = "";
    const broken = (code: string) => {
      failed = code;
      throw new Error("the gateway is down");
    };
    const error = await accounts.send({ ...login, deliver: broken }).catch((each: unknown) => each);
    expect(error).toMatchObject({ code: "delivery-failed", resendAt: clock() });
    expect(
      await accounts.send({
        ...login,
        deliver: [
          { channel: "sms", deliver: broken },
          { channel: "mail", deliver: inbox.deliver },
        ],
      }),
    ).toMatchObject({ channel: "mail" });
    expect(told()).toEqual(["sent", "delivery-failed", "sent", "delivery-failed", "delivered"]);
    expect(await accounts.verify({ ...login, code: failed })).toBe(true);
  });

  it("are for eight purposes at most: a ninth ends the one that was sent for longest ago", async () => {
    const { accounts, clock } = setUp();
    const inbox = createInbox({ clock });
    for (let i = 0; i < 9; i++) {
      await accounts.send({ subject: SUBJECT, purpose: `purpose ${i}`, deliver: inbox.deliver });
      clock.advance(1000);
    }
    const purposes = (await accounts.status(SUBJECT)).sent.map(({ purpose }) => purpose);
    expect(purposes).toEqual(Array.from({ length: 8 }, (_, i) => `purpose ${i + 1}`));
  });

  it("end when the owner reports them", async () => {
    const { accounts, clock, events } = setUp();
    const inbox = createInbox({ clock });
    await accounts.send({ ...login, deliver: inbox.deliver });
    await accounts.report(login);
    expect(events.at(-1)).toMatchObject({ type: "reported", purpose: "login" });
    expect(await accounts.attempt({ ...login, code: inbox.code() })).toMatchObject({ reason: "absent" });
  });
});

describe("support", () => {
  it("finds a clock that is far off by two codes, and says why a code is not accepted", async () => {
    const setting = setUp();
    const { accounts, clock, told } = setting;
    const { authenticator, phone } = await enrol(setting);
    const target = { subject: SUBJECT, authenticator };
    const ahead = 20 * 30_000;
    clock.advance(ahead);
    const codes = phone.consecutive();
    const [code] = codes;
    clock.advance(-ahead);
    expect(await accounts.verify({ subject: SUBJECT, code })).toBe(false);
    expect(await accounts.diagnose({ ...target, code })).toMatchObject({ cause: "clock", drift: 20 });
    expect((await accounts.status(SUBJECT)).failures).toBe(2);
    expect(await accounts.diagnose({ ...target, authenticator: "another", code })).toBeNull();
    told();
    expect(await accounts.resync({ ...target, codes })).toBe(true);
    expect(told()).toEqual(["resynced"]);
    expect((await accounts.status(SUBJECT)).authenticators[0]?.drift).toBe(21);
    expect(await accounts.resync({ ...target, codes })).toBe(false);
    expect(await accounts.resync({ ...target, authenticator: "another", codes })).toBe(false);
  });

  it("forgives, and starts again: codes of earlier steps stay used up", async () => {
    const { accounts, clock, told } = setUp();
    const key = createTotpKey({ issuer: "Example", account: "alice" });
    await accounts.adopt({ subject: SUBJECT, key });
    await accounts.generateRecoveryCodes(SUBJECT);
    const now = clock();
    const code = totp(key, { now });
    expect(await accounts.verify({ subject: SUBJECT, code })).toBe(true);
    await accounts.forget(SUBJECT);
    expect(await accounts.status(SUBJECT)).toMatchObject({ methods: [], devices: [], forgottenAt: now, state: "open" });
    await accounts.adopt({ subject: SUBJECT, key });
    expect(await accounts.verify({ subject: SUBJECT, code })).toBe(false);
    clock.advance(30_000);
    expect(await accounts.verify({ subject: SUBJECT, code: totp(key, { now: clock() }) })).toBe(true);
    expect(told()).toContain("forgotten");
  });

  it("sees who attacks: an accepted event carries the failures since the last success (O25)", async () => {
    const setting = setUp();
    const { accounts, events } = setting;
    const { phone } = await enrol(setting);
    for (let i = 0; i < 3; i++) await accounts.verify({ subject: SUBJECT, code: phone.wrong() });
    await accounts.verify({ subject: SUBJECT, code: await phone.freshCode() });
    await accounts.verify({ subject: SUBJECT, code: await phone.freshCode() });
    expect(events.filter(({ type }) => type === "accepted")).toMatchObject([{ failures: 3 }, { failures: 0 }]);
  });
});

describe("a month with an attacker who has the password", () => {
  it("costs the owner nothing on a known device, and gives the attacker the budget and no more", async () => {
    const setting = setUp();
    const { accounts, clock } = setting;
    const { phone } = await enrol(setting);
    await accounts.verify({ subject: SUBJECT, code: await phone.freshCode() });
    let cookie = (await accounts.trust({ subject: SUBJECT }))?.deviceToken;
    let guesses = 0;
    let owner = 0;
    const end = clock() + 29 * DAY;
    for (let hour = 0; clock() < end; hour++) {
      // The attacker guesses as often as it is allowed, every minute of the hour.
      for (let minute = 0; minute < 60; minute += 10) {
        const result = await accounts.attempt({ subject: SUBJECT, code: phone.wrong() });
        if (!result.ok && result.reason === "mismatch") guesses++;
        clock.advance(600_000);
      }
      if (hour % 8 !== 0) continue;
      // The owner mistypes one code in twenty.
      if (hour % 160 === 0) await accounts.verify({ subject: SUBJECT, code: phone.wrong(), deviceToken: cookie });
      const recognised = await accounts.recognise({ subject: SUBJECT, deviceToken: cookie });
      cookie = recognised?.deviceToken ?? cookie;
      expect(recognised).not.toBeNull();
      expect(await accounts.verify({ subject: SUBJECT, code: await phone.freshCode(), deviceToken: cookie })).toBe(
        true,
      );
      owner++;
    }
    expect(owner).toBeGreaterThan(80);
    expect(guesses).toBeLessThanOrEqual(100);
    expect(guesses).toBeGreaterThan(50);
  });
});
