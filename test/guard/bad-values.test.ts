// What a program got wrong is refused at once, by the name of the argument, with the range and without the value.
import { isOtpError } from "otp-core";
import { createGuard, createGuardMachine, type GuardOptions, type GuardPolicy } from "otp-core/guard";
import { memoryStore, type Store } from "otp-core/store";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.ts";

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const key = { type: "totp", secret: SECRET } as const;
const store = memoryStore();

type Named = readonly [argument: string, value: unknown];

const NO_INTEGERS = [-1, 0.5, "1", Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 1e308, null, 1n, {}, [], true];

/** Every value of the list under the name of an option. */
const each = (name: string, values: readonly unknown[]): Named[] => values.map((value) => [name, { [name]: value }]);

const POLICIES: readonly Named[] = [
  ...each(
    "window",
    [11, ...NO_INTEGERS].filter((value) => typeof value !== "object" || value === null),
  ).filter(([, policy]) => (policy as { window: unknown }).window !== null),
  ["window", { window: null }],
  ["window.past", { window: {} }],
  ["window.past", { window: { past: 11, future: 0 } }],
  ["window.future", { window: { past: 0, future: 11 } }],
  ["window.future", { window: { past: 0 } }],
  ["future2", { window: { past: 0, future: 0, future2: 1 } }],
  ...each("lookAhead", [101, ...NO_INTEGERS]),
  ...each("resyncWindow", [3001, ...NO_INTEGERS]),
  ...each("minSecretBytes", [0, 1025, ...NO_INTEGERS]),
  ["learnDrift", { learnDrift: null }],
  ["learnDrift", { learnDrift: true }],
  ["learnDrift", { learnDrift: 5 }],
  ["learnDrift.max", { learnDrift: {} }],
  ["learnDrift.max", { learnDrift: { max: 0 } }],
  ["learnDrift.max", { learnDrift: { max: 3001 } }],
  ["min", { learnDrift: { max: 1, min: 1 } }],
  ["attempts", { attempts: null }],
  ["attempts", { attempts: "none" }],
  ["attempts.disableAfter", { attempts: { disableAfter: 101 } }],
  ["attempts.maxWaitMs", { attempts: { maxWaitMs: 86_400_001 } }],
  ["windows", { windows: 1 }],
  ["digits", { digits: 6 }],
];

describe("a policy out of range", () => {
  it.each(POLICIES)("is refused by name: %s", (argument, policy) => {
    const wrong = refusal("invalid-argument", argument);
    expect(() => createGuardMachine(policy as GuardPolicy)).toThrow(wrong);
    expect(() => createGuard({ store, ...(policy as GuardPolicy) })).toThrow(wrong);
  });

  it.each([null, 1, "strict"])("is no policy at all: %s", (policy) => {
    expect(() => createGuardMachine(policy as GuardPolicy)).toThrow(refusal("invalid-argument", "policy"));
  });
});

describe("the options of a guard", () => {
  it.each<Named>([
    ["store", {}],
    ["store", { store: null }],
    ["store", { store: "redis://" }],
    ["store", { store: { get: store.get } }],
    ["store", { store: { ...store, swap: true } }],
    ...each("clock", [0, null, "now", {}]).map(([name, value]): Named => [name, { store, ...(value as object) }]),
    ...each("onEvent", [0, null, "log", {}]).map(([name, value]): Named => [name, { store, ...(value as object) }]),
    ...each("prefix", ["", "a:b", "a b", "\u00e9", "x".repeat(25), 1, null, {}]).map(
      ([name, value]): Named => [name, { store, ...(value as object) }],
    ),
    ...each("timeoutMs", [0, 600_001, ...NO_INTEGERS]).map(
      ([name, value]): Named => [name, { store, ...(value as object) }],
    ),
    ["policy", { store, policy: {} }],
    ["onevent", { store, onevent: () => {} }],
  ])("are refused by name: %s (trap 60)", (argument, options) => {
    expect(() => createGuard(options as GuardOptions)).toThrow(refusal("invalid-argument", argument));
  });

  it.each([undefined, null, 1])("are an object: %s is refused", (options) => {
    expect(() => createGuard(options as unknown as GuardOptions)).toThrow(refusal("invalid-argument", "options"));
  });

  it("may be left undefined, and have the most and the least that is allowed", () => {
    const nothing = {
      prefix: undefined,
      clock: undefined,
      onEvent: undefined,
      timeoutMs: undefined,
      window: undefined,
    };
    expect(() => createGuard({ store, ...nothing, attempts: undefined, learnDrift: undefined })).not.toThrow();
    const most = { window: 10, lookAhead: 100, resyncWindow: 3000, learnDrift: { max: 3000 }, minSecretBytes: 64 };
    const longest = { freeFailures: 99, firstWaitMs: 3_600_000, maxWaitMs: 86_400_000, disableAfter: 100 };
    expect(() =>
      createGuard({ store, ...most, attempts: longest, prefix: "x".repeat(24), timeoutMs: 600_000 }),
    ).not.toThrow();
    const least = { window: 0, lookAhead: 0, resyncWindow: 0, learnDrift: { max: 1 }, minSecretBytes: 1 };
    const shortest = { freeFailures: 0, firstWaitMs: 1000, maxWaitMs: 1000, disableAfter: 1 };
    expect(() => createGuard({ store, ...least, attempts: shortest, prefix: "_", timeoutMs: 1 })).not.toThrow();
  });
});

const BAD_IDS: readonly (readonly [name: string, id: unknown])[] = [
  ["nothing", undefined],
  ["null", null],
  ["a number", 7],
  ["an object", { toString: () => "7" }],
  ["a list", ["7"]],
  ["the empty text", ""],
  ["1025 characters", "x".repeat(1025)],
  ["513 emoji", "\u{1f511}".repeat(513)],
  ["half of a surrogate pair at the end", "a\ud83d"],
  ["half of a surrogate pair at the beginning", "\udd11a"],
  ["two halves the wrong way round", "\udd11\ud83d"],
];

describe("a subject", () => {
  const guard = createGuard({ store });
  const attempts = (id: unknown): readonly (() => Promise<unknown>)[] => [
    () => guard.attempt({ subject: id as string, key, code: "123456" }),
    () => guard.attempt({ subject: id as string, key, code: "malformed" }),
    () => guard.resync({ subject: id as string, key, codes: ["123456", "234567"] }),
    () => guard.unlock(id as string),
    () => guard.forget(id as string),
    () => guard.status(id as string),
  ];

  it.each(BAD_IDS)("that is %s is refused by every method, as a rejection", async (_, id) => {
    for (const attempt of attempts(id)) {
      // Called outside of the expectation: none of them may throw instead.
      const pending = attempt();
      await expect(pending).rejects.toThrow(refusal("invalid-argument", "subject"));
    }
  });

  it.each([
    ["one character", "x"],
    ["1024 characters", "x".repeat(1024)],
    ["512 emoji", "\u{1f511}".repeat(512)],
    ["a NUL", "\0"],
    ["a space", " "],
    ["everything that separates", "a:b/c\\d|e\n\t'\";--"],
  ])("may be %s", async (_, id) => {
    for (const attempt of attempts(id)) await attempt();
  });
});

describe("an attempt", () => {
  const guard = createGuard({ store });
  const machine = createGuardMachine();
  const good = { subject: "f", key, code: "123456" };
  type Attempt = typeof good;

  it.each<Named>([
    ["attempt", undefined],
    ["attempt", null],
    ["attempt", "f"],
    ["codes", { ...good, codes: [] }],
    ["now", { ...good, now: 1 }],
    ["key", { ...good, key: undefined }],
    ["key", { ...good, key: null }],
    ["key", { ...good, key: SECRET }],
    ["type", { ...good, key: { secret: SECRET } }],
    ["type", { ...good, key: { ...key, type: "motp" } }],
    ["type", { ...good, key: { ...key, type: "TOTP" } }],
    ["digits", { ...good, key: { ...key, digits: 5 } }],
    ["period", { ...good, key: { ...key, period: 0 } }],
    ["epoch", { ...good, key: { ...key, epoch: -1 } }],
    ["algorithm", { ...good, key: { ...key, algorithm: "sha1" } }],
    ["encoder", { ...good, key: { ...key, encoder: "base10" } }],
    ["counter", { ...good, key: { type: "hotp", secret: SECRET, counter: -1 } }],
    ["counter", { ...good, key: { type: "hotp", secret: SECRET, counter: 2 ** 53 } }],
    ["encoder", { ...good, key: { type: "hotp", secret: SECRET, encoder: "steam" } }],
  ])("with a wrong %s is refused by name, as a rejection", async (argument, attempt) => {
    const pending = guard.attempt(attempt as Attempt);
    await expect(pending).rejects.toThrow(refusal("invalid-argument", argument));
    if (argument === "now" || argument === "codes") return;
    const { key: wrong, code } = (attempt ?? {}) as Attempt;
    const direct = typeof attempt === "object" && attempt !== null ? { key: wrong, code, now: 1e12 } : attempt;
    expect(() => machine.attempt(null, direct as never)).toThrow(refusal("invalid-argument", argument));
  });

  it.each([
    ["no base32", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQO!", "invalid-secret"],
    ["the empty text", "", "invalid-secret"],
    ["nothing", undefined, "invalid-argument"],
    ["null", null, "invalid-argument"],
    ["nine bytes", new Uint8Array(9), "weak-secret"],
  ] as const)("with a secret that is %s is refused", async (_, secret, reason) => {
    const pending = guard.attempt({ ...good, key: { type: "totp", secret: secret as string } });
    await expect(pending).rejects.toThrow(refusal(reason, "secret"));
  });

  it("that is wrong in the program is refused before the user's code is looked at, and before the store is asked", async () => {
    let asked = 0;
    const counting: Store = { get: async () => void asked++, swap: async () => ++asked > 0 };
    const strict = createGuard({ store: counting });
    const wrong = { ...good, key: { ...key, digits: 12 } };
    await expect(strict.verify({ ...wrong, code: "malformed" })).rejects.toThrow(refusal("invalid-argument", "digits"));
    await expect(strict.verify(wrong)).rejects.toThrow(refusal("invalid-argument", "digits"));
    expect(asked).toBe(0);
  });

  it.each([undefined, null, -1, 1.5, "0", Number.NaN, 8.64e15 + 1])("at no moment: now is %s", (now) => {
    const attempt = { key, code: "123456", now: now as number };
    for (const call of [
      () => machine.attempt(null, attempt),
      () => machine.resync(null, { key, codes: ["123456", "234567"], now: now as number }),
      () => machine.unlock(null, now as number),
      () => machine.status(null, now as number),
    ]) {
      expect(call).toThrow(refusal("invalid-argument", "now"));
    }
  });

  it("whose guard has a clock that tells no time is refused, and nothing is stored", async () => {
    for (const time of [Number.NaN, "0", -1, undefined]) {
      const lost = createGuard({ store, clock: () => time as number });
      const id = `clock ${time}`;
      await expect(lost.verify({ ...good, subject: id })).rejects.toThrow(refusal("invalid-argument", "now"));
      await expect(lost.verify({ ...good, subject: id, code: "x" })).rejects.toThrow(
        refusal("invalid-argument", "now"),
      );
      expect((await guard.status(id)).failures).toBe(0);
    }
  });

  it("is refused without a word of what it held", async () => {
    const attempts = [
      { ...good, code: "314159", key: { ...key, digits: 12 } },
      { ...good, code: "314159", key: { type: "totp", secret: `${SECRET}!` } },
      { ...good, code: "314159", subject: "" },
    ] as const;
    for (const attempt of attempts) {
      const failure: unknown = await guard.attempt(attempt).catch((error: unknown) => error);
      if (!isOtpError(failure)) throw new Error("another error");
      expect(`${failure.message} ${failure.expected} ${JSON.stringify(failure)}`).not.toMatch(/314159|GEZDG/);
    }
  });
});
