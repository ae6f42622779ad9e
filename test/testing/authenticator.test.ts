import fc from "fast-check";
import { attemptTotp, formatUri, hotp, type Key, totp } from "otp-core";
import { createGuard, type GuardPolicy } from "otp-core/guard";
import { memoryStore } from "otp-core/store";
import { type Authenticator, createAuthenticator, fakeClock } from "otp-core/testing";
import { describe, expect, it } from "vitest";
import { reasonOf } from "../support/reason.ts";
import { refusal } from "../support/refusal.ts";

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const NOW = 1_700_000_000_000;
const TOTP: Key = { type: "totp", secret: SECRET, issuer: "Example", account: "alice" };
const HOTP: Key = { type: "hotp", secret: SECRET, counter: 300 };

/** A server of the widest policy, and the phone of its user. */
function login(key: Key, policy: GuardPolicy = {}, skewMs = 0) {
  const clock = fakeClock(NOW);
  const lenient = { window: 10, lookAhead: 100, attempts: { freeFailures: 99 } };
  const guard = createGuard({ store: memoryStore({ clock }), clock, ...lenient, ...policy });
  const phone = createAuthenticator(key, { clock, skewMs });
  const verify = async (code: string) => reasonOf(await guard.attempt({ subject: "factor", key, code })) ?? "ok";
  return { clock, phone, verify };
}

const arbitraryKey = fc.oneof(
  fc.record({
    type: fc.constant("totp" as const),
    secret: fc.constant(SECRET),
    digits: fc.integer({ min: 6, max: 10 }),
    period: fc.integer({ min: 1, max: 86400 }),
    epoch: fc.integer({ min: 0, max: 1_000_000 }),
  }),
  fc.constant({ type: "totp" as const, secret: SECRET, encoder: "steam" as const }),
  fc.record({
    type: fc.constant("hotp" as const),
    secret: fc.constant(SECRET),
    digits: fc.integer({ min: 6, max: 10 }),
    counter: fc.integer({ min: 300, max: 1e12 }),
  }),
);

describe("the phone", () => {
  it("shows the code of its moment, and the one after it", () => {
    const { clock, phone } = login(TOTP);
    expect(phone.code()).toBe(totp(TOTP, { now: NOW }));
    expect(phone.next()).toBe(totp(TOTP, { now: NOW + 30_000 }));
    clock.advance(30_000);
    expect(phone.code()).toBe(totp(TOTP, { now: NOW + 30_000 }));
  });

  it("reads its key off a URI", () => {
    const clock = fakeClock(NOW);
    expect(createAuthenticator(formatUri(TOTP), { clock }).code()).toBe(totp(TOTP, { now: NOW }));
    expect(createAuthenticator(`otpauth://hotp/a?secret=${SECRET}&counter=7`).code()).toBe(hotp({ secret: SECRET }, 7));
  });

  it("takes a key without a type for TOTP, and its own clock for the time", () => {
    const secret = SECRET;
    const before = totp({ secret });
    const code = createAuthenticator({ secret }).code();
    expect([before, totp({ secret })]).toContain(code);
  });

  it("takes a key without a counter for one that was never pressed", () => {
    const key = { type: "hotp", secret: SECRET } as const;
    expect(createAuthenticator(key).code()).toBe(hotp(key, 0));
  });

  it("has the first code of all to begin with", async () => {
    const key = { type: "hotp", secret: SECRET } as const;
    expect(await createAuthenticator(key).freshCode()).toBe(hotp(key, 0));
  });

  it("that counts presses shows the next code once it is pressed, and that one until then", () => {
    const { phone } = login(HOTP);
    expect([phone.code(), phone.code(), phone.next(), phone.code(), phone.next()]).toEqual(
      [300, 300, 301, 301, 302].map((counter) => hotp(HOTP, counter)),
    );
  });

  it("has a clock of its own", () => {
    const { phone } = login(TOTP, {}, 61_000);
    expect(phone.code()).toBe(totp(TOTP, { now: NOW + 61_000 }));
  });
});

describe("wrong input by its name, at any key", () => {
  const answers = async (key: Key, typed: (phone: Authenticator) => string | readonly string[], skewMs = 0) => {
    const { phone, verify } = login(key, {}, skewMs);
    return Promise.all([typed(phone)].flat().map(verify));
  };

  it.each(["wrong", "expired", "early"] as const)("%s() is a code that no policy accepts", async (name) => {
    await fc.assert(
      fc.asyncProperty(arbitraryKey, fc.integer({ min: -60_000, max: 60_000 }), async (key, skewMs) => {
        expect(await answers(key, (phone) => phone[name](), skewMs)).toEqual(["mismatch"]);
        const pressed = (phone: Authenticator) => phone.next() && phone[name]();
        expect(await answers(key, pressed, skewMs)).toEqual(["mismatch"]);
      }),
    );
  });

  it("expired() and early() stand just outside of what a policy may look at", () => {
    const [time, presses] = [login(TOTP).phone, login(HOTP).phone];
    const step = (steps: number) => totp(TOTP, { now: NOW + steps * 30_000 });
    expect([time.expired(), time.early()]).toEqual([step(-11), step(11)]);
    expect([presses.expired(), presses.early()]).toEqual([hotp(HOTP, 300 - 102), hotp(HOTP, 300 + 101)]);
  });

  it("malformed() is no code at all, whatever the key", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryKey, async (key) => {
        const reasons = await answers(key, (phone) => phone.malformed());
        expect(reasons.length).toBeGreaterThan(10);
        expect(new Set(reasons)).toEqual(new Set(["malformed"]));
      }),
    );
  });

  const WIDE = "\uff10".repeat(6);
  const ARABIC = "\u0660".repeat(6);

  it.each<[how: string, read: (text: string) => boolean, taken: string[], key?: Key]>([
    ["as a number", (text) => Number(text) === 0, ["", " ", "00000", "0000000", "+00000", "00000.", "0x000000"]],
    ["by its beginning", (text) => /^[0-9]{6}/.test(text), ["0000000", "000000 000000"]],
    ["by its digits alone", (text) => text.replace(/[^0-9]/g, "").length === 6, ["000,000"]],
    ["in the digits of any script", (text) => /^\p{Nd}{6}$/u.test(text), [WIDE, ARABIC]],
    [
      "of the Steam encoder in the digits of any script",
      (text) => /^\p{Nd}{5}$/u.test(text),
      ["\uff12".repeat(5), "\u0662".repeat(5)],
      { type: "totp", secret: SECRET, encoder: "steam" },
    ],
    [
      "by its length",
      (text) => [...text].length === 6,
      ["+00000", "00000.", "00000!", WIDE, ARABIC, "\u{1f600}".repeat(6)],
    ],
  ])("malformed() has texts for a server that reads a code %s", (_, read, taken, key = TOTP) => {
    expect(login(key).phone.malformed().filter(read)).toEqual(taken);
  });

  it("replayed() is the last code once more", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryKey, async (key) => {
        const { phone, verify } = login(key);
        expect([await verify(phone.code()), await verify(phone.replayed())]).toEqual(["ok", "replayed"]);
        expect([await verify(phone.next()), await verify(phone.replayed())]).toEqual(["ok", "replayed"]);
      }),
    );
  });

  it("wrong() is another one each time, and never right by chance", () => {
    // A code of few digits' worth that is right in this window: the guesses go round it.
    const { phone } = login(TOTP);
    const guesses = Array.from({ length: 2000 }, () => phone.wrong());
    expect(new Set(guesses).size).toBe(2000);
    for (const guess of guesses.slice(0, 50)) {
      expect(attemptTotp(TOTP, guess, { after: null, now: NOW, window: 10 }).ok).toBe(false);
    }
  });

  it("wrong() passes over a guess that is right within the window", () => {
    // RFC 6238 knows no code that is small, so a key is looked for one of whose steps has "000000" to "000999".
    for (let step = 20; ; step++) {
      const now = step * 30_000;
      if (totp(TOTP, { now }) > "000999") continue;
      const right = totp(TOTP, { now });
      const phone = createAuthenticator(TOTP, { clock: fakeClock(now) });
      const guesses = Array.from({ length: 1100 }, () => phone.wrong());
      expect(guesses).toContain(String(Number(right) + 1).padStart(6, "0"));
      expect(guesses).not.toContain(right);
      return;
    }
  });
});

describe("expired()", () => {
  it("goes back to the first code of all", () => {
    expect(createAuthenticator(TOTP, { clock: fakeClock(330_000) }).expired()).toBe(totp(TOTP, { now: 0 }));
  });
});

describe("early()", () => {
  it("passes over a code that is right within reach as well, and takes the one after it", () => {
    // A verifier may look at 101 counters before the token's and 100 after it. The next one has one of their codes once in 5000.
    const codes = Array.from({ length: 40_000 }, (_, counter) => hotp(HOTP, counter));
    const reach = (counter: number) => codes.slice(Math.max(counter - 101, 0), counter + 101);
    const counter = codes.findIndex((_, counter) => reach(counter).includes(codes[counter + 101] ?? "none"));
    expect(counter).not.toBe(-1);
    const next = codes.slice(counter + 101).find((code) => !reach(counter).includes(code));
    expect(createAuthenticator({ ...HOTP, counter }).early()).toBe(next);
  });
});

describe("consecutive()", () => {
  it("has codes for a resync, from the current one on", () => {
    const clock = fakeClock(NOW);
    const phone = createAuthenticator(TOTP, { clock });
    expect(phone.consecutive()).toEqual([totp(TOTP, { now: NOW }), totp(TOTP, { now: NOW + 30_000 })]);
    expect(phone.consecutive(10)).toEqual(Array.from({ length: 10 }, (_, i) => totp(TOTP, { now: NOW + i * 30_000 })));
    expect(clock()).toBe(NOW);
    const token = createAuthenticator(HOTP);
    expect(token.consecutive(3)).toEqual([300, 301, 302].map((counter) => hotp(HOTP as never, counter)));
    expect(token.next()).toBe(hotp(HOTP as never, 303));
    expect(token.replayed()).toBe(hotp(HOTP as never, 303));
    for (const count of [1, 11, 2.5, "2"]) {
      expect(() => phone.consecutive(count as number)).toThrow(refusal("invalid-argument", "count"));
    }
  });
});

describe("onWait", () => {
  it("says by how much freshCode() is about to move the clock", async () => {
    const clock = fakeClock(NOW);
    const waits: [number, number][] = [];
    const phone = createAuthenticator(TOTP, { clock, onWait: (ms) => void waits.push([clock(), ms]) });
    await phone.freshCode();
    expect(waits).toEqual([]);
    await phone.freshCode();
    const ms = 30_000 - (NOW % 30_000);
    expect(waits).toEqual([[NOW, ms]]);
    expect(clock()).toBe(NOW + ms);
    for (const onWait of [null, 1, {}]) {
      const wrong = { clock, onWait: onWait as never };
      expect(() => createAuthenticator(TOTP, wrong)).toThrow(refusal("invalid-argument", "onWait"));
    }
  });
});

describe("freshCode()", () => {
  it("is accepted each time, whatever was used before", async () => {
    const { phone, verify } = login(TOTP);
    expect(await verify(phone.code())).toBe("ok");
    for (let i = 0; i < 20; i++) expect(await verify(await phone.freshCode())).toBe("ok");
    expect(await verify(phone.next())).toBe("ok");
    expect(await verify(await phone.freshCode())).toBe("ok");
  });

  it("moves a fake clock to the next step, and not when nothing was handed out of this one", async () => {
    const { clock, phone } = login(TOTP);
    await phone.freshCode();
    expect(clock()).toBe(NOW);
    await phone.freshCode();
    expect(clock()).toBe(Math.ceil(NOW / 30_000) * 30_000);
  });

  it("holds for as long as it is asked to", async () => {
    for (const skewMs of [0, 5000]) {
      const { clock, phone } = login(TOTP, {}, skewMs);
      const end = 30_000 * 100 - skewMs;
      clock.set(end - 1000);
      const code = await phone.freshCode({ minRemainingMs: 1000 });
      expect([code, clock()]).toEqual([totp(TOTP, { now: 30_000 * 99 }), end - 1000]);
      const other = createAuthenticator(TOTP, { clock, skewMs });
      expect(await other.freshCode({ minRemainingMs: 1001 })).toBe(totp(TOTP, { now: 30_000 * 100 }));
      expect(clock()).toBe(end);
    }
  });

  it("waits for a clock that cannot be moved", async () => {
    // A second is the shortest period, so the wait is that at the most.
    const phone = createAuthenticator({ secret: SECRET, period: 1 });
    const codes = [await phone.freshCode(), await phone.freshCode()];
    const now = Date.now();
    const near = [-2, -1, 0, 1].map((steps) => totp({ secret: SECRET, period: 1 }, { now: now + steps * 1000 }));
    expect(near).toContain(codes[1]);
    expect(codes[0]).not.toBe(codes[1]);
  });

  it("of two at once gives each its own", async () => {
    const { phone } = login(TOTP);
    const codes = await Promise.all([phone.freshCode(), phone.freshCode(), phone.freshCode()]);
    expect(new Set(codes).size).toBe(3);
  });

  it("presses a token that counts", async () => {
    const { phone, verify } = login(HOTP);
    expect(await verify(await phone.freshCode())).toBe("ok");
    expect(await verify(await phone.freshCode())).toBe("ok");
    expect(phone.code()).toBe(hotp(HOTP, 301));
  });
});

describe("what a phone is refused", () => {
  it.each([
    ["no key", () => createAuthenticator(null as never), "invalid-argument", "source"],
    ["a number for a key", () => createAuthenticator(5 as never), "invalid-argument", "source"],
    ["no URI", () => createAuthenticator("GEZDGNBVGY3TQOJQ"), "invalid-uri", "uri"],
    ["a secret that is none", () => createAuthenticator({ secret: "1" }), "invalid-secret", "secret"],
    ["another type", () => createAuthenticator({ type: "motp", secret: SECRET } as never), "invalid-argument", "type"],
    [
      "a clock that is no function",
      () => createAuthenticator(TOTP, { clock: 5 as never }),
      "invalid-argument",
      "clock",
    ],
    ["half a millisecond of skew", () => createAuthenticator(TOTP, { skewMs: 0.5 }), "invalid-argument", "skewMs"],
    ["an unknown option", () => createAuthenticator(TOTP, { skew: 5 } as never), "invalid-argument", "skew"],
    ["a key without a secret", () => createAuthenticator({ type: "totp" } as never), "invalid-argument", "secret"],
    [
      "a secret in bytes",
      () => createAuthenticator({ secret: new Uint8Array(20) } as never),
      "invalid-argument",
      "secret",
    ],
    ["a replay of nothing", () => createAuthenticator(TOTP).replayed(), "invalid-argument", "code"],
    [
      "an expired code of a key that has none",
      () => createAuthenticator(TOTP, { clock: fakeClock(329_999) }).expired(),
      "invalid-argument",
      "clock",
    ],
  ] as const)("%s", (_, call, code, argument) => {
    expect(call).toThrow(refusal(code, argument));
  });

  it("more time than a step has", async () => {
    const phone = createAuthenticator(TOTP);
    await expect(phone.freshCode({ minRemainingMs: 30_001 })).rejects.toMatchObject({ argument: "minRemainingMs" });
  });
});
