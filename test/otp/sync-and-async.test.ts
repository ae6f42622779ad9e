import fc from "fast-check";
import {
  type AsyncSigner,
  attemptHotp,
  attemptTotp,
  type Codes,
  hotp,
  resyncHotp,
  resyncTotp,
  type Secret,
  type Signer,
  totp,
  verifyHotp,
  verifyTotp,
} from "otp-core";
import { hmac } from "otp-core/hmac";
import { nodeHmac } from "otp-core/hmac/node";
import { webHmac } from "otp-core/hmac/web";
import { describe, expect, it } from "vitest";
import { algorithms, digits, secrets } from "../support/arbitrary-keys.ts";
import { refusal } from "../support/refusal.ts";
import { later, scripted } from "../support/signers.ts";

// The kind of secret decides whether the answer is a value or a promise. Nothing else does.

const SECRET = Uint8Array.from(Buffer.from("12345678901234567890"));
const NOW = { now: 59_000 } as const;
const AT = { after: null, now: 59_000 } as const;

/** Every function that takes a secret, with arguments that lead to every outcome. */
const CALLS: readonly (readonly [outcome: string, call: (secret: Secret) => unknown, result: unknown])[] = [
  ["hotp gives a code", (secret) => hotp({ secret }, 1), "287082"],
  ["hotp gives a code of a bigint", (secret) => hotp({ secret, digits: 8 }, 1n), "94287082"],
  ["totp gives a code", (secret) => totp({ secret }, NOW), "287082"],
  ["totp gives a Steam code", (secret) => totp({ secret, encoder: "steam" }, NOW), "PV9M4"],
  ["attemptTotp accepts", (secret) => attemptTotp({ secret }, "287082", AT), { ok: true, step: 1, drift: 0 }],
  [
    "attemptTotp knows a mismatch",
    (secret) => attemptTotp({ secret }, "287083", AT),
    { ok: false, reason: "mismatch" },
  ],
  [
    "attemptTotp knows a replay",
    (secret) => attemptTotp({ secret }, "287082", { ...AT, after: 1 }),
    { ok: false, reason: "replayed" },
  ],
  ["attemptTotp knows no code", (secret) => attemptTotp({ secret }, "28708", AT), { ok: false, reason: "malformed" }],
  [
    "attemptTotp knows a window below zero",
    (secret) => attemptTotp({ secret }, "287082", { ...AT, drift: -9 }),
    { ok: false, reason: "mismatch" },
  ],
  ["attemptHotp accepts", (secret) => attemptHotp({ secret }, "359152", { counter: 0 }), { ok: true, nextCounter: 3 }],
  [
    "attemptHotp accepts with a bigint",
    (secret) => attemptHotp({ secret }, "359152", { counter: 0n }),
    { ok: true, nextCounter: 3n },
  ],
  [
    "attemptHotp knows a mismatch",
    (secret) => attemptHotp({ secret }, "359152", { counter: 3 }),
    { ok: false, reason: "mismatch" },
  ],
  [
    "attemptHotp knows no code",
    (secret) => attemptHotp({ secret }, "", { counter: 3 }),
    { ok: false, reason: "malformed" },
  ],
  ["resyncTotp accepts", (secret) => resyncTotp({ secret }, ["287082", "359152"], AT), { step: 2, drift: 1 }],
  ["resyncTotp knows a mismatch", (secret) => resyncTotp({ secret }, ["359152", "287082"], AT), null],
  ["resyncTotp knows a replay", (secret) => resyncTotp({ secret }, ["287082", "359152"], { ...AT, after: 1 }), null],
  ["resyncTotp knows no codes", (secret) => resyncTotp({ secret }, ["287082"] as unknown as Codes, AT), null],
  ["resyncHotp accepts", (secret) => resyncHotp({ secret }, ["287082", "359152"], { counter: 0 }), { nextCounter: 3 }],
  ["resyncHotp knows a mismatch", (secret) => resyncHotp({ secret }, ["287082", "359152"], { counter: 2 }), null],
  [
    "resyncHotp knows that too few counters are left",
    (secret) => resyncHotp({ secret }, ["287082", "359152"], { counter: 2n ** 64n - 1n }),
    null,
  ],
  ["resyncHotp knows no codes", (secret) => resyncHotp({ secret }, ["287082", "x"], { counter: 2 }), null],
];

const AT_ONCE: readonly (readonly [string, () => Secret])[] = [
  ["base32 text", () => "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"],
  ["bytes", () => SECRET],
  ["a Buffer", () => Buffer.from(SECRET)],
  ["hmac()", () => hmac(SECRET)],
  ["nodeHmac()", () => nodeHmac(SECRET)],
  ["a handle of one's own", () => ({ algorithm: "SHA1", sign: (message) => hmac(SECRET).sign(message) })],
];

const LATER: readonly (readonly [string, () => AsyncSigner])[] = [
  ["webHmac()", () => webHmac(SECRET)],
  ["an asynchronous handle of one's own", () => later(hmac(SECRET))],
];

describe.each(CALLS)("%s", (_, call, result) => {
  it.each(AT_ONCE)("at once with %s", (_, secret) => {
    expect(call(secret())).toEqual(result);
  });

  it.each(LATER)("as a promise with %s", async (_, secret) => {
    const promise = call(secret());
    expect(promise).toBeInstanceOf(Promise);
    expect(await promise).toEqual(result);
  });
});

describe("both colours", () => {
  it("say the same of everything, for random keys (sync and async agree)", async () => {
    const law = fc.asyncProperty(
      secrets,
      algorithms,
      digits,
      fc.integer({ min: 20, max: 2 ** 33 }),
      fc.integer({ min: -3, max: 3 }),
      fc.option(fc.integer({ min: -3, max: 3 })),
      async (bytes, algorithm, length, step, distance, afterDistance) => {
        const signer: Signer = hmac(bytes, algorithm);
        const now = step * 30_000;
        const after = afterDistance === null ? null : step + afterDistance;
        const first = hotp({ secret: signer, digits: length }, step + distance);
        const codes: Codes = [first, hotp({ secret: signer, digits: length }, step + distance + 1)];
        for (const secret of [webHmac(bytes, algorithm), later(signer), later(nodeHmac(bytes, algorithm))]) {
          const [sync, async] = [
            { secret: signer, digits: length },
            { secret, digits: length },
          ];
          expect(await totp(async, { now })).toBe(totp(sync, { now }));
          expect(await hotp(async, BigInt(step))).toBe(hotp(sync, step));
          const atStep = { after, now, window: 2 };
          expect(await attemptTotp(async, first, atStep)).toEqual(attemptTotp(sync, first, atStep));
          expect(await resyncTotp(async, codes, atStep)).toEqual(resyncTotp(sync, codes, atStep));
          const atCounter = { counter: step, lookAhead: 2 };
          expect(await attemptHotp(async, first, atCounter)).toEqual(attemptHotp(sync, first, atCounter));
          expect(await resyncHotp(async, codes, atCounter)).toEqual(resyncHotp(sync, codes, atCounter));
        }
      },
    );
    await fc.assert(law, { numRuns: 40 });
  });

  it("are right when many verifications of different keys wait for each other", async () => {
    const steps = Array.from({ length: 50 }, (_, i) => i);
    const verdicts = steps.map((step) => {
      const secret = later(scripted((counter) => Number(counter) * 1000 + step));
      return attemptTotp({ secret }, String(100 * 1000 + step).padStart(6, "0"), { after: null, now: 100 * 30_000 });
    });
    for (const verdict of await Promise.all(verdicts)) expect(verdict).toEqual({ ok: true, step: 100, drift: 0 });
  });

  it("are right for a synchronous handle that verifies something else while it signs", () => {
    const secret: Signer = {
      algorithm: "SHA1",
      sign(message) {
        attemptTotp({ secret: hmac(SECRET) }, "000000", AT);
        return hmac(SECRET).sign(message);
      },
    };
    expect(attemptTotp({ secret }, "287082", AT)).toEqual({ ok: true, step: 1, drift: 0 });
  });

  it("throw at once what the programmer got wrong, before anything is signed", () => {
    const secret: AsyncSigner = {
      algorithm: "SHA1",
      async: true,
      sign: () => {
        throw new Error("must not be called");
      },
    };
    expect(() => hotp({ secret }, -1)).toThrow(refusal("invalid-argument", "counter"));
    expect(() => totp({ secret }, { now: -1 })).toThrow(refusal("invalid-argument", "now"));
    expect(() => attemptTotp({ secret }, "287082", { after: -1 })).toThrow(refusal("invalid-argument", "after"));
    expect(() => attemptHotp({ secret }, "287082", { counter: -1 })).toThrow(refusal("invalid-argument", "counter"));
    expect(() => resyncTotp({ secret }, ["287082", "359152"], { after: -1 })).toThrow(
      refusal("invalid-argument", "after"),
    );
    expect(() => resyncHotp({ secret }, ["287082", "359152"], { counter: -1 })).toThrow(
      refusal("invalid-argument", "counter"),
    );
  });
});

describe("an attempt that is refused without a search", () => {
  const mustNotSign = () => {
    throw new Error("must not be called");
  };
  const calls: readonly (readonly [string, (secret: Secret) => unknown])[] = [
    ["verifyTotp of a malformed code", (secret) => verifyTotp({ secret }, "x", AT)],
    ["verifyHotp of a malformed code", (secret) => verifyHotp({ secret }, "x", { counter: 0 })],
    ["resyncTotp of malformed codes", (secret) => resyncTotp({ secret }, ["x", "y"], AT)],
    ["resyncHotp of malformed codes", (secret) => resyncHotp({ secret }, ["x", "y"], { counter: 0 })],
    ["verifyTotp with a window before step 0", (secret) => verifyTotp({ secret }, "287082", { ...AT, drift: -9 })],
  ];

  it.each(calls)("signs nothing: %s", async (_, call) => {
    expect(call({ algorithm: "SHA1", sign: mustNotSign })).toBeNull();
    const later = call({ algorithm: "SHA1", async: true, sign: mustNotSign });
    expect(later).toBeInstanceOf(Promise);
    expect(await later).toBeNull();
  });
});

describe("a signer that says something else than true or false about `async`", () => {
  it.each([null, 1, "true", {}])("is refused: %o", (async) => {
    const secret = { algorithm: "SHA1", async, sign: () => new Uint8Array(20) } as unknown as Signer;
    expect(() => hotp({ secret }, 0)).toThrow(refusal("invalid-argument", "secret.async"));
    expect(() => verifyTotp({ secret }, "287082", AT)).toThrow(refusal("invalid-argument", "secret.async"));
  });
});
