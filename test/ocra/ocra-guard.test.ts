import { type AsyncSigner, hotp } from "otp-core";
import { hmac } from "otp-core/hmac";
import { createOcraGuard, type OcraAttempt, type OcraGuardEvent, type OcraGuardOptions, ocra } from "otp-core/ocra";
import { memoryStore, type Store } from "otp-core/store";
import { fakeClock } from "otp-core/testing";
import { describe, expect, it } from "vitest";
import { disguises, NO_CODES } from "../support/bad-codes.ts";
import { refusal } from "../support/refusal.ts";

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const PLAIN = "OCRA-1:HOTP-SHA1-6:QN08";
const COUNTER = "OCRA-1:HOTP-SHA1-6:C-QN08";
const TIME = "OCRA-1:HOTP-SHA1-6:QN08-T1M";
const MINUTE = 60_000;
const START = 1_000_000 * MINUTE;
const pepper = new Uint8Array(32).fill(7);
const payment = { amount: "1250.00", currency: "EUR", payee: "Example Ltd" };
const subject = "user-1";

/** A guard with a clock that stands still, everything that it emits, and a token that answers its challenges. */
function setUp(options: Partial<OcraGuardOptions> = {}) {
  const clock = fakeClock(START);
  const store = options.store ?? memoryStore({ clock });
  const events: OcraGuardEvent[] = [];
  const suite = options.suite ?? PLAIN;
  const guard = createOcraGuard({ store, suite, pepper, clock, onEvent: (event) => events.push(event), ...options });
  let counter = 0;
  /** What the token shows. A token with a counter moves on. */
  const answer = (challenge: string) =>
    ocra(suite, SECRET, { challenge, now: clock(), counter: suite.includes(":C-") ? counter++ : undefined });
  const attempt = (code: unknown, more: Partial<OcraAttempt> = {}) =>
    guard.attempt({ subject, secret: SECRET, code, ...more });
  return { clock, store, events, guard, answer, attempt };
}

/** A code of the suite's form that is not this one. */
const other = (code: string) => code.replace(/.$/, (digit) => String((Number(digit) + 1) % 10));

describe("createOcraGuard", () => {
  it.each([PLAIN, COUNTER, TIME, "OCRA-1:HOTP-SHA256-0:C-QA10-T30S"])(
    "%s: accepts the answer once (OCRA 12)",
    async (suite) => {
      const { guard, answer, attempt } = setUp({ suite });
      const { challenge, expiresAt } = await guard.challenge({ subject });
      expect(expiresAt).toBe(START + 300_000);
      const code = answer(challenge);
      expect(await attempt(code)).toEqual({ ok: true, at: START });
      expect(await attempt(code)).toEqual({ ok: false, reason: "replayed", retryAfterMs: 0 });
      expect(await guard.verify({ subject, secret: SECRET, code })).toBe(false);
    },
  );

  it("verifies with true and false", async () => {
    const { guard, answer } = setUp();
    const { challenge } = await guard.challenge({ subject });
    const code = answer(challenge);
    expect(await guard.verify({ subject, secret: SECRET, code: other(code) })).toBe(false);
    expect(await guard.verify({ subject, secret: SECRET, code })).toBe(true);
  });

  it("accepts one of two equal answers that arrive at the same time", async () => {
    const { clock, store, guard, answer } = setUp();
    const second = createOcraGuard({ store, suite: PLAIN, pepper, clock });
    const { challenge } = await guard.challenge({ subject });
    const attempt = { subject, secret: SECRET, code: answer(challenge) };
    const outcomes = await Promise.all([guard, second, guard, second].map((one) => one.verify(attempt)));
    expect(outcomes.filter(Boolean)).toHaveLength(1);
  });

  it("accepts an answer only from the subject and with the secret that were challenged", async () => {
    const { guard, answer, attempt } = setUp();
    await guard.challenge({ subject: "user-2" });
    const { challenge } = await guard.challenge({ subject });
    const code = answer(challenge);
    expect(await attempt(code, { subject: "user-2" })).toMatchObject({ reason: "mismatch" });
    expect(await attempt(code, { secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJR" })).toMatchObject({ reason: "mismatch" });
    expect(await attempt(code)).toMatchObject({ ok: true });
  });

  it("draws another challenge each time, and ends the one before", async () => {
    const { guard, answer, attempt } = setUp();
    const first = await guard.challenge({ subject });
    const second = await guard.challenge({ subject });
    expect(second.challenge).not.toBe(first.challenge);
    expect(await attempt(answer(first.challenge))).toMatchObject({ reason: "mismatch" });
    expect(await attempt(answer(second.challenge))).toMatchObject({ ok: true });
  });

  it("knows nothing to answer before a challenge: absent, not counted, nothing stored", async () => {
    const { guard, attempt, events } = setUp({ store: readOnlyStore() });
    expect(await attempt("123456")).toEqual({ ok: false, reason: "absent", retryAfterMs: 0 });
    expect(events).toEqual([{ type: "rejected", reason: "absent", subject, at: START, failures: 0, retryAt: null }]);
    expect(await guard.status(subject)).toMatchObject({ state: "open", failures: 0, expiresAt: null });
  });

  it("lets a challenge expire, at the very millisecond", async () => {
    const { clock, guard, answer, attempt } = setUp({ ttlMs: 1000 });
    const { challenge, expiresAt } = await guard.challenge({ subject });
    expect(expiresAt).toBe(START + 1000);
    clock.set(expiresAt - 1);
    expect(await guard.status(subject)).toMatchObject({ expiresAt });
    const code = answer(challenge);
    clock.set(expiresAt);
    expect(await attempt(code)).toEqual({ ok: false, reason: "expired", retryAfterMs: 0 });
    expect(await guard.status(subject)).toMatchObject({ failures: 0, expiresAt: null });
    clock.set(expiresAt - 1);
    expect(await attempt(code)).toMatchObject({ ok: true });
    expect(await guard.status(subject)).toMatchObject({ expiresAt: null, acceptedAt: expiresAt - 1 });
  });

  it("does not let a challenge live for longer because the clock went back", async () => {
    const { clock, guard, answer, attempt } = setUp({ ttlMs: 600_000 });
    const { challenge } = await guard.challenge({ subject });
    const code = answer(challenge);
    clock.set(START - 600_000 - 1);
    expect(await attempt(code)).toMatchObject({ reason: "expired" });
    expect(await guard.status(subject)).toMatchObject({ expiresAt: null });
    // Servers' clocks may differ by ten minutes.
    clock.set(START - 600_000);
    expect(await attempt(code)).toMatchObject({ ok: true });
  });

  it("counts wrong answers, makes the subject wait, and keeps a valid answer valid (OCRA 12)", async () => {
    const { clock, guard, answer, attempt, events } = setUp();
    const { challenge } = await guard.challenge({ subject });
    const code = answer(challenge);
    for (let i = 0; i < 4; i++)
      expect(await attempt(other(code))).toMatchObject({ reason: "mismatch", retryAfterMs: 0 });
    expect(await attempt(other(code))).toEqual({ ok: false, reason: "mismatch", retryAfterMs: 30_000 });
    expect(await attempt(code)).toEqual({ ok: false, reason: "throttled", retryAfterMs: 30_000 });
    expect(await guard.status(subject)).toMatchObject({ state: "waiting", failures: 5, retryAt: START + 30_000 });
    clock.advance(30_000);
    expect(await attempt(code)).toMatchObject({ ok: true });
    expect(await guard.status(subject)).toMatchObject({ state: "open", failures: 0, monthlyFailures: 5 });
    expect(events.map(({ type }) => type)).toEqual([
      "challenged",
      ...Array(5).fill("rejected"),
      "throttled",
      "accepted",
    ]);
    expect(events.at(-1)).toEqual({ type: "accepted", subject, at: START + 30_000, failures: 5 });
  });

  it("keeps the failures when another challenge is issued, and does not refuse to issue one", async () => {
    const { guard, answer, attempt } = setUp();
    for (let i = 0; i < 5; i++) {
      const { challenge } = await guard.challenge({ subject });
      await attempt(other(answer(challenge)));
    }
    const { challenge } = await guard.challenge({ subject });
    expect(await attempt(answer(challenge))).toMatchObject({ reason: "throttled" });
  });

  it("disables after the failures of the policy, until unlock", async () => {
    const { guard, answer, attempt, events } = setUp({ attempts: { freeFailures: 99, disableAfter: 2 } });
    const { challenge } = await guard.challenge({ subject });
    const code = answer(challenge);
    expect(await attempt(other(code))).toMatchObject({ reason: "mismatch", retryAfterMs: 0 });
    expect(await attempt(other(code))).toMatchObject({ reason: "mismatch", retryAfterMs: null });
    expect(await attempt(code)).toEqual({ ok: false, reason: "disabled", retryAfterMs: null });
    await guard.unlock(subject);
    expect(await attempt(code)).toMatchObject({ ok: true });
    expect(events.find(({ type }) => type === "unlocked")).toEqual({
      type: "unlocked",
      subject,
      at: START,
      failures: 2,
    });
  });

  it("counts a failure for every three responses that it is compared with", async () => {
    const suite = "OCRA-1:HOTP-SHA1-6:C-QN08-T1M";
    const { guard, attempt } = setUp({ suite, lookAhead: 4, window: 2 });
    await guard.challenge({ subject });
    const code = ocra(suite, SECRET, { challenge: "0", counter: 99, step: 0 });
    expect(await attempt(code)).toMatchObject({ reason: "mismatch" });
    // (4 + 1) × (2 × 2 + 1) / 3, rounded up.
    expect(await guard.status(subject)).toMatchObject({ failures: 1, monthlyFailures: 9 });
  });

  it("cost one failure in a suite without time, whatever the window is", async () => {
    for (const [suite, monthlyFailures] of [
      [PLAIN, 1],
      [TIME, 7],
    ] as const) {
      const { guard, answer, attempt } = setUp({ suite, window: 10 });
      const { challenge } = await guard.challenge({ subject });
      expect(await attempt(other(answer(challenge)))).toMatchObject({ reason: "mismatch" });
      expect(await guard.status(subject)).toMatchObject({ failures: 1, monthlyFailures });
    }
  });

  it('counts nothing with "host", and accepts an answer once all the same', async () => {
    const { guard, answer, attempt } = setUp({ attempts: "host" });
    const { challenge } = await guard.challenge({ subject });
    const code = answer(challenge);
    for (let i = 0; i < 200; i++) expect(await attempt(other(code))).toMatchObject({ reason: "mismatch" });
    expect(await attempt(code)).toMatchObject({ ok: true });
    expect(await attempt(code)).toMatchObject({ reason: "replayed" });
  });

  it("forgives failures after 30 days", async () => {
    const { clock, guard, answer, attempt } = setUp();
    const { challenge } = await guard.challenge({ subject });
    await attempt(other(answer(challenge)));
    clock.advance(30 * 86_400_000 - 1);
    expect(await guard.status(subject)).toMatchObject({ failures: 1 });
    clock.advance(1);
    expect(await guard.status(subject)).toMatchObject({ failures: 0 });
  });

  it("stores the moment anew when the clock went back during a wait, so that the wait ends", async () => {
    const { clock, guard, answer, attempt } = setUp();
    const { challenge } = await guard.challenge({ subject });
    for (let i = 0; i < 5; i++) await attempt(other(answer(challenge)));
    clock.advance(-86_400_000);
    expect(await attempt("123456")).toMatchObject({ reason: "throttled", retryAfterMs: 30_000 });
    clock.advance(30_000);
    expect(await attempt("123456")).toMatchObject({ reason: "expired" });
  });
});

describe("a token with a counter", () => {
  it("is followed over challenges that were not answered, ten by default", async () => {
    const { guard, answer, attempt } = setUp({ suite: COUNTER });
    for (let i = 0; i < 10; i++) answer("00000000");
    const first = await guard.challenge({ subject });
    expect(await attempt(answer(first.challenge))).toMatchObject({ ok: true });
    for (let i = 0; i < 11; i++) answer("00000000");
    const second = await guard.challenge({ subject });
    expect(await attempt(answer(second.challenge))).toMatchObject({ reason: "mismatch" });
  });

  it("answers the same question in another way each time, and no old answer is accepted", async () => {
    const { guard, answer, attempt } = setUp({ suite: COUNTER });
    const codes: string[] = [];
    for (let i = 0; i < 3; i++) {
      const { challenge } = await guard.challenge({ subject, question: "12345678" });
      expect(challenge).toBe("12345678");
      for (const old of codes) expect(await attempt(old)).toMatchObject({ reason: "mismatch" });
      const code = answer(challenge);
      expect(await attempt(code)).toMatchObject({ ok: true });
      codes.push(code);
    }
  });

  it("begins at 0 again after forget", async () => {
    const { guard, answer, attempt } = setUp({ suite: COUNTER });
    const first = await guard.challenge({ subject });
    await attempt(answer(first.challenge));
    await guard.forget(subject);
    const { challenge } = await guard.challenge({ subject });
    const code = ocra(COUNTER, SECRET, { challenge, counter: 0 });
    expect(await attempt(code)).toMatchObject({ ok: true });
  });

  it("is used up after the last counter, without an error", async () => {
    const { store, guard, clock } = setUp({ suite: COUNTER });
    await guard.challenge({ subject });
    const [key, text] = await onlyRecord(store);
    const last = String(text).replace(/,0,-,0,/, `,${Number.MAX_SAFE_INTEGER},-,0,`);
    expect(last).not.toBe(text);
    expect(await store.swap(key, text, last, null)).toBe(true);
    const { challenge } = await guard.challenge({ subject });
    const code = ocra(COUNTER, SECRET, { challenge, counter: Number.MAX_SAFE_INTEGER });
    const attempt = { subject, secret: SECRET, code };
    expect(await guard.attempt(attempt)).toEqual({ ok: true, at: clock() });
    expect(await guard.attempt(attempt)).toMatchObject({ reason: "replayed" });
    await guard.challenge({ subject });
    expect(await guard.attempt(attempt)).toMatchObject({ reason: "mismatch" });
  });
});

describe("a token with a clock", () => {
  it("is accepted one step early or late by default", async () => {
    const { guard, attempt } = setUp({ suite: TIME });
    for (const [distance, ok] of [
      [-2, false],
      [-1, true],
      [0, true],
      [1, true],
      [2, false],
    ] as const) {
      const { challenge } = await guard.challenge({ subject });
      const code = ocra(TIME, SECRET, { challenge, now: START + distance * MINUTE });
      expect(await attempt(code)).toMatchObject({ ok });
    }
  });

  it("may answer the same question in the next step, and not twice in one", async () => {
    const { clock, guard, answer, attempt } = setUp({ suite: TIME });
    const question = "12345678";
    await guard.challenge({ subject, question });
    const code = answer(question);
    expect(await attempt(code)).toMatchObject({ ok: true });
    await guard.challenge({ subject, question });
    // The first later step is in the window already.
    expect(await attempt(code)).toEqual({ ok: false, reason: "replayed", retryAfterMs: 0 });
    clock.advance(MINUTE);
    expect(await attempt(code)).toEqual({ ok: false, reason: "replayed", retryAfterMs: 0 });
    expect(await attempt(answer(question))).toMatchObject({ ok: true });
  });

  it("says how long to wait for a later step when none is in the window yet", async () => {
    const { clock, guard, answer, attempt } = setUp({ suite: TIME, window: 0 });
    clock.advance(12_345);
    await guard.challenge({ subject, question: "1" });
    const code = answer("1");
    await attempt(code);
    await guard.challenge({ subject, question: "1" });
    expect(await attempt(code)).toEqual({ ok: false, reason: "replayed", retryAfterMs: MINUTE - 12_345 });
  });

  it("may answer random challenges several times in one step", async () => {
    const { guard, answer, attempt } = setUp({ suite: TIME });
    for (let i = 0; i < 3; i++) {
      const { challenge } = await guard.challenge({ subject });
      expect(await attempt(answer(challenge))).toMatchObject({ ok: true });
    }
  });

  it("cannot be challenged by a question without a clock or a counter, because the answer would never change", async () => {
    const { guard } = setUp();
    await expect(guard.challenge({ subject, question: "12345678" })).rejects.toThrow(
      refusal("invalid-argument", "question"),
    );
  });
});

describe("a transaction", () => {
  it("must be the one that the challenge was issued for; the answer stays valid for that one (OCRA 10, payment 3)", async () => {
    const { guard, answer, attempt, events } = setUp();
    const { challenge } = await guard.challenge({ subject, transaction: payment });
    const code = answer(challenge);
    const changes = [
      undefined,
      { ...payment, amount: "1250.01" },
      { ...payment, amount: "1250.0" },
      { ...payment, currency: "USD" },
      { ...payment, payee: "Example  Ltd" },
    ];
    const before = events.length;
    for (const transaction of changes) {
      const refused = { ok: false, reason: "other-transaction", retryAfterMs: 0 };
      expect(await attempt(code, { transaction })).toEqual(refused);
    }
    expect(events).toHaveLength(before);
    expect(await guard.status(subject)).toMatchObject({ failures: 0 });
    expect(await attempt(code, { transaction: { ...payment } })).toMatchObject({ ok: true });
  });

  it("is not accepted where the challenge was issued for none", async () => {
    const { guard, answer, attempt } = setUp();
    const { challenge } = await guard.challenge({ subject });
    const code = answer(challenge);
    expect(await attempt(code, { transaction: payment })).toMatchObject({ reason: "other-transaction" });
  });

  it("says nothing about a wrong code", async () => {
    const { guard, answer, attempt } = setUp();
    const { challenge } = await guard.challenge({ subject, transaction: payment });
    expect(await attempt(other(answer(challenge)))).toMatchObject({ reason: "mismatch" });
  });
});

describe("PIN, session and secrets of an OCRA guard", () => {
  const suite = "OCRA-1:HOTP-SHA1-6:QN08-PSHA1-S008";
  const pin = "1234";
  const session = "login-1";

  it("must be those of the answer", async () => {
    const { guard, attempt } = setUp({ suite });
    const { challenge } = await guard.challenge({ subject });
    const code = ocra(suite, SECRET, { challenge, pin, session });
    expect(await attempt(code, { pin: "1235", session })).toMatchObject({ reason: "mismatch" });
    expect(await attempt(code, { pin, session: "login-2" })).toMatchObject({ reason: "mismatch" });
    expect(await attempt(code, { pin, session })).toMatchObject({ ok: true });
  });

  it("are asynchronous signers too, which sign nothing for a refused attempt", async () => {
    let signed = 0;
    const key = hmac(SECRET);
    const signer = {
      algorithm: "SHA1",
      async: true,
      sign: async (message) => {
        signed++;
        return key.sign(message);
      },
    } as AsyncSigner;
    const { clock, guard, answer, attempt } = setUp({ attempts: { freeFailures: 0 } });
    expect(await attempt("123456", { secret: signer })).toMatchObject({ reason: "absent" });
    expect(await attempt("12345", { secret: signer })).toMatchObject({ reason: "malformed" });
    const { challenge } = await guard.challenge({ subject });
    const code = answer(challenge);
    expect(signed).toBe(0);
    expect(await attempt(other(code), { secret: signer })).toMatchObject({ reason: "mismatch" });
    expect(await attempt(code, { secret: signer })).toMatchObject({ reason: "throttled" });
    expect(signed).toBe(1);
    clock.advance(30_000);
    expect(await attempt(code, { secret: signer })).toMatchObject({ ok: true });
    expect(signed).toBe(2);
  });

  it("that fail are an error, not an acceptance and not a guess", async () => {
    const { guard, attempt } = setUp();
    await guard.challenge({ subject });
    const signer = { algorithm: "SHA1", async: true, sign: () => Promise.reject(new Error("away")) } as AsyncSigner;
    await expect(attempt("123456", { secret: signer })).rejects.toThrow(refusal("signer-failed"));
    expect(await guard.status(subject)).toMatchObject({ failures: 0 });
  });

  it("are refused by their names when they are wrong, also without a challenge", async () => {
    const { attempt } = setUp({ suite });
    const right = { pin, session };
    for (const [more, code, argument] of [
      [{ ...right, pin: undefined }, "invalid-argument", "pin"],
      [{ ...right, pin: 1234 }, "invalid-argument", "pin"],
      [{ ...right, session: undefined }, "invalid-argument", "session"],
      [{ ...right, session: "123456789" }, "invalid-argument", "session"],
      [{ ...right, secret: new Uint8Array(9) }, "weak-secret", "secret"],
      [{ ...right, secret: "!" }, "invalid-secret", "secret"],
      [{ ...right, subject: "" }, "invalid-argument", "subject"],
      [{ ...right, transaction: { ...payment, amount: 5 } }, "invalid-argument", "transaction.amount"],
      [{ ...right, challenge: "1" }, "invalid-argument", "challenge"],
    ] as const) {
      await expect(attempt("123456", more as Partial<OcraAttempt>)).rejects.toThrow(refusal(code, argument));
    }
  });

  it("come in an object, as a request for a challenge does", async () => {
    const { guard } = setUp({ suite });
    for (const nothing of [null, undefined, "user-1"] as never[]) {
      await expect(guard.attempt(nothing)).rejects.toThrow(refusal("invalid-argument", "attempt"));
      await expect(guard.challenge(nothing)).rejects.toThrow(refusal("invalid-argument", "request"));
    }
  });

  it("were challenged under a pepper: if it is missing, that is an error of the server", async () => {
    const clock = fakeClock(START);
    const store = memoryStore({ clock });
    const make = (pepper: OcraGuardOptions["pepper"]) => createOcraGuard({ store, suite: PLAIN, pepper, clock });
    const old = new Uint8Array(32).fill(1);
    const { challenge } = await make(old).challenge({ subject });
    const attempt = { subject, secret: SECRET, code: ocra(PLAIN, SECRET, { challenge }) };
    await expect(make(pepper).attempt(attempt)).rejects.toThrow(refusal("pepper-missing"));
    expect(await make([pepper, old]).attempt(attempt)).toMatchObject({ ok: true });
  });
});

describe("what a user sends to an OCRA guard", () => {
  it.each([...NO_CODES, ...disguises("123456")])("is malformed, and not counted: %s", async (_, make) => {
    const { guard, attempt, events } = setUp();
    await guard.challenge({ subject });
    expect(await attempt(make())).toEqual({ ok: false, reason: "malformed", retryAfterMs: 0 });
    expect(events.at(-1)).toMatchObject({ type: "rejected", reason: "malformed", subject });
    expect(await guard.status(subject)).toMatchObject({ failures: 0 });
  });

  it("may hold spaces and dashes", async () => {
    const { guard, answer, attempt } = setUp();
    const { challenge } = await guard.challenge({ subject });
    expect(await attempt(answer(challenge).replace(/^.../, "$& - "))).toMatchObject({ ok: true });
  });
});

describe("a wrong option of an OCRA guard", () => {
  const right = { store: memoryStore(), suite: PLAIN, pepper };

  it.each([
    ["suite", "QN08", "invalid-argument"],
    ["suite", undefined, "invalid-argument"],
    ["pepper", new Uint8Array(31), "weak-secret"],
    ["pepper", undefined, "invalid-argument"],
    ["store", {}, "invalid-argument"],
    ["ttlMs", 999, "invalid-argument"],
    ["ttlMs", 600_001, "invalid-argument"],
    ["lookAhead", 101, "invalid-argument"],
    ["lookAhead", -1, "invalid-argument"],
    ["window", 11, "invalid-argument"],
    ["window", { past: 1, future: 1 }, "invalid-argument"],
    ["attempts", null, "invalid-argument"],
    ["clock", 5, "invalid-argument"],
    ["onEvent", "log", "invalid-argument"],
  ] as const)("is refused by its name: %s = %o", (argument, value, code) => {
    expect(() => createOcraGuard({ ...right, [argument]: value } as OcraGuardOptions)).toThrow(refusal(code, argument));
  });

  it("is refused when it has an unknown name", () => {
    expect(() => createOcraGuard({ ...right, digits: 6 } as OcraGuardOptions)).toThrow(
      refusal("invalid-argument", "digits"),
    );
  });

  it.each([
    [{ subject: "" }, "subject"],
    [{ subject, question: "abc" }, "question"],
    [{ subject, question: "123456789" }, "question"],
    [{ subject, question: "" }, "question"],
    [{ subject, question: 12345678 }, "question"],
    [{ subject, transaction: "1250.00 EUR" }, "transaction"],
    [{ subject, purpose: "login" }, "purpose"],
  ])("is refused when a challenge is asked for: %o", async (request, argument) => {
    const { guard } = setUp({ suite: TIME });
    await expect(guard.challenge(request as never)).rejects.toThrow(refusal("invalid-argument", argument));
  });

  it.each(["forget", "unlock", "status"] as const)("is refused by %s: a subject that is not text", async (method) => {
    const { guard } = setUp();
    for (const wrong of ["", undefined, 5, { subject }, "x".repeat(1025)]) {
      await expect(guard[method](wrong as string)).rejects.toThrow(refusal("invalid-argument", "subject"));
    }
  });
});

describe("what an OCRA guard remembers", () => {
  it("holds no secret, no PIN, no response and no transaction, and neither does an event", async () => {
    const suite = "OCRA-1:HOTP-SHA1-10:C-QN08-PSHA1";
    const { store, guard, attempt, events } = setUp({ suite });
    const { challenge } = await guard.challenge({ subject, transaction: payment });
    const code = ocra(suite, SECRET, { challenge, counter: 0, pin: "987654321" });
    expect(await attempt(code, { pin: "987654321", transaction: payment })).toMatchObject({ ok: true });
    const [key, text] = await onlyRecord(store);
    const everything = JSON.stringify([key, text, events.map(({ subject: _, ...event }) => event)]);
    for (const secret of [SECRET, "987654321", code, "Example Ltd", "1250.00"])
      expect(everything).not.toContain(secret);
    expect(JSON.stringify([key, text])).not.toContain(subject);
    expect(JSON.stringify(events)).not.toContain(challenge);
  });

  it("is forgotten: the challenge, the failures, and the moment stays", async () => {
    const { guard, answer, attempt, events } = setUp();
    const { challenge } = await guard.challenge({ subject });
    const code = answer(challenge);
    await attempt(other(code));
    await guard.forget(subject);
    expect(await attempt(code)).toMatchObject({ reason: "absent" });
    expect(await guard.status(subject)).toMatchObject({ failures: 0, forgottenAt: START, acceptedAt: null });
    expect(events.some(({ type }) => type === "forgotten")).toBe(true);
  });

  it("expires after a day, later with failures and used steps, and never with a counter", async () => {
    const DAY = 86_400_000;
    /** When the store may drop what was written last. */
    const expiry = async (
      options: Partial<OcraGuardOptions>,
      act: (set: ReturnType<typeof setUp>) => Promise<unknown>,
    ) => {
      let expiresAt: number | null = null;
      const memory = memoryStore();
      const store: Store = {
        get: (key, owner) => memory.get(key, owner),
        swap(key, expected, next, until, owner) {
          expiresAt = until;
          return memory.swap(key, expected, next, null, owner);
        },
      };
      await act(setUp({ ...options, store }));
      return expiresAt;
    };
    const accepted = async ({ guard, answer, attempt }: ReturnType<typeof setUp>, question?: string) => {
      const { challenge } = await guard.challenge({ subject, question });
      expect(await attempt(answer(challenge))).toMatchObject({ ok: true });
    };
    const failed = async ({ guard, answer, attempt }: ReturnType<typeof setUp>) => {
      const { challenge } = await guard.challenge({ subject });
      expect(await attempt(other(answer(challenge)))).toMatchObject({ reason: "mismatch" });
    };
    expect(await expiry({}, accepted)).toBe(START + DAY);
    expect(await expiry({ suite: TIME }, accepted)).toBe(START + DAY);
    expect(await expiry({ suite: TIME }, (set) => accepted(set, "1"))).toBe(START + MINUTE + 30 * DAY);
    expect(await expiry({}, failed)).toBe(START + 30 * DAY);
    expect(await expiry({}, ({ guard }) => guard.forget(subject))).toBe(START + 30 * DAY);
    expect(await expiry({}, ({ guard }) => guard.unlock(subject))).toBe(START + DAY);
    expect(await expiry({ suite: COUNTER }, accepted)).toBe(null);
    expect(await expiry({ suite: COUNTER }, ({ guard }) => guard.challenge({ subject }))).toBe(START + DAY);
  });

  it("is invalid when it is moved to another subject", async () => {
    const { store, guard, answer, attempt } = setUp();
    const { challenge } = await guard.challenge({ subject });
    const [, text] = await onlyRecord(store);
    const moved = setUp({ store: { get: async () => text, swap: async () => true } });
    const code = answer(challenge);
    expect(await moved.attempt(code, { subject: "user-2" })).toMatchObject({ reason: "other-transaction" });
    expect(await moved.attempt(code)).toMatchObject({ ok: true });
    expect(await attempt(code)).toMatchObject({ ok: true });
  });

  it("is not read by a guard with another kind of record", async () => {
    const { store, guard, attempt } = setUp();
    await guard.challenge({ subject });
    const [key, text] = await onlyRecord(store);
    for (const wrong of ["2", "1,x", `${text},`, String(text).replace(/\n1,/, "\n1,-,")]) {
      const nonce = String(text).split("\n")[0];
      const [, current] = await onlyRecord(store);
      const changed = wrong.includes("\n") ? wrong : `${nonce}\n${wrong}`;
      expect(await store.swap(key, current, changed, null)).toBe(true);
      await expect(attempt("123456")).rejects.toThrow(refusal("state-invalid"));
    }
  });

  it("is not answered when the suite has changed to one that the challenge does not fit", async () => {
    const clock = fakeClock(START);
    const store = memoryStore({ clock });
    const make = (suite: string) => createOcraGuard({ store, suite, pepper, clock });
    const letters = "OCRA-1:HOTP-SHA1-6:QA10";
    await make(letters).challenge({ subject });
    const outcome = await make(PLAIN).attempt({ subject, secret: SECRET, code: hotp({ secret: SECRET }, 1) });
    expect(outcome).toMatchObject({ reason: "expired" });
  });
});

/** A store that reads nothing and cannot be written. */
function readOnlyStore() {
  return {
    get: async () => null,
    swap: async (): Promise<boolean> => {
      throw new Error("nothing must be written");
    },
  };
}

type AnyStore = ReturnType<typeof setUp>["store"];
const keys = new WeakMap<AnyStore, string>();

/** The only record of a store: its key and its text. */
async function onlyRecord(store: AnyStore): Promise<readonly [key: string, text: string | null]> {
  const key = keys.get(store) ?? (await keyOfSubject());
  keys.set(store, key);
  return [key, (await store.get(key)) ?? null];
}

/** The key under which a guard keeps the subject, seen by a store that only listens. */
async function keyOfSubject(): Promise<string> {
  let seen = "";
  const listener = {
    get: async (key: string) => {
      seen = key;
      return null;
    },
    swap: async () => true,
  };
  await createOcraGuard({ store: listener, suite: PLAIN, pepper }).status(subject);
  return seen;
}
