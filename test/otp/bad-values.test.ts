import {
  type Codes,
  createHotpKey,
  createTotpKey,
  generateSecret,
  hotp,
  OtpError,
  parseKey,
  randomBytes,
  resyncHotp,
  resyncTotp,
  type Signer,
  timeRemainingMs,
  timeStep,
  totp,
  verifyHotp,
  verifyTotp,
} from "otp-core";
import { beforeEach, describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.ts";
import { later, scripted } from "../support/signers.ts";

// One table of bad values, crossed with every numeric option of every public function: each is an error
// that names the argument, before anything is signed, and never a default.

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const CODE = "287082";
const CODES: Codes = ["287082", "359152"];

let secret = scripted(() => 1);
beforeEach(() => {
  secret = scripted(() => 1);
});

/** Where a number stands; the object is built with it. */
type Fields = Readonly<Record<string, unknown>>;

interface NumericOption {
  /** What the error must name. */
  readonly argument: string;
  readonly call: (bad: unknown) => unknown;
  /** Bad values that are right here, or that have a test of their own below. */
  readonly except?: readonly unknown[];
  /** A value that is right: without it the table would prove nothing. */
  readonly good: unknown;
  /** The nearest values out of the range. */
  readonly beyond: readonly unknown[];
  readonly code?: "invalid-key";
}

const anyKey = (fields: Fields) => ({ secret, ...fields }) as { secret: Signer };

/** The options of a function whose key has digits, and the rest of its key. */
function onKey(call: (key: { secret: Signer }) => unknown, clock: boolean): NumericOption[] {
  const field = (name: string, good: unknown, beyond: readonly unknown[]): NumericOption => ({
    argument: name,
    call: (bad) => call(anyKey({ [name]: bad })),
    good,
    beyond,
  });
  return [
    field("digits", 8, [0, 1, 5, 11, 100, 6.5]),
    ...(clock ? [field("period", 60, [0, 86_401]), field("epoch", 10, [8.64e12 + 1])] : []),
  ];
}

/** The numbers among the options of a function. */
function among(call: (options: never) => unknown, others: Fields) {
  return (argument: string, good: unknown, beyond: readonly unknown[], except?: readonly unknown[]): NumericOption => ({
    argument,
    call: (bad) => call({ ...others, [argument]: bad } as never),
    good,
    beyond,
    ...(except === undefined ? {} : { except }),
  });
}

/** They are read as the two sides of a window, and refused for want of these. */
const OBJECTS = [
  "an object",
  "an array",
  "an array of one number",
  "a Number object",
  "an object with valueOf",
  "a date",
];

/** A window is a number or two of them. */
function windows(call: (options: never) => unknown, others: Fields, most: number): NumericOption[] {
  const side = (argument: string, window: (bad: unknown) => unknown): NumericOption => ({
    argument,
    call: (bad) => call({ ...others, window: window(bad) } as never),
    good: 1,
    beyond: [most + 1],
  });
  return [
    { ...side("window", (bad) => bad), except: OBJECTS },
    side("window.past", (past) => ({ past, future: 1 })),
    side("window.future", (future) => ({ past: 1, future })),
  ];
}

const NOW = { now: 59_000 } as const;
const TOTP = { after: null, now: 59_000 } as const;
const HOTP = { counter: 1 } as const;
const LABELS = { issuer: "Example", account: "alice" } as const;
const TOO_LATE = [8.64e15 + 1];

const verifyTotpWith = (options: never) => verifyTotp({ secret }, CODE, options);
const resyncTotpWith = (options: never) => resyncTotp({ secret }, CODES, options);
const verifyHotpWith = (options: never) => verifyHotp({ secret }, CODE, options);
const resyncHotpWith = (options: never) => resyncHotp({ secret }, CODES, options);
const BIGINTS = ["a bigint"];

const FUNCTIONS: Readonly<Record<string, readonly NumericOption[]>> = {
  hotp: [
    ...onKey((key) => hotp(key, 1), false),
    {
      argument: "counter",
      call: (bad) => hotp({ secret }, bad as number),
      good: 1,
      beyond: [-1n, 2n ** 64n],
      except: BIGINTS,
    },
  ],
  totp: [
    ...onKey((key) => totp(key, NOW), true),
    among((options) => totp({ secret }, options), {})("now", 0, TOO_LATE),
  ],
  timeStep: [
    ...onKey((key) => timeStep(key as object, NOW), true).filter(({ argument }) => argument !== "digits"),
    among((options) => timeStep({}, options), {})("now", 0, TOO_LATE),
  ],
  timeRemainingMs: [
    ...onKey((key) => timeRemainingMs(key as object, NOW), true).filter(({ argument }) => argument !== "digits"),
    among((options) => timeRemainingMs({}, options), {})("now", 0, TOO_LATE),
  ],
  verifyTotp: [
    ...onKey((key) => verifyTotp(key, CODE, TOTP), true),
    ...windows(verifyTotpWith, TOTP, 10),
    among(verifyTotpWith, TOTP)("now", 0, TOO_LATE),
    among(verifyTotpWith, TOTP)("after", 0, [undefined], ["null"]),
    among(verifyTotpWith, TOTP)("drift", 1, [3001, -3001], ["-1"]),
    among(verifyTotpWith, TOTP)("minSecretBytes", 16, [0, 65]),
  ],
  resyncTotp: [
    ...onKey((key) => resyncTotp(key, CODES, TOTP), true),
    ...windows(resyncTotpWith, TOTP, 3000),
    among(resyncTotpWith, TOTP)("now", 0, TOO_LATE),
    among(resyncTotpWith, TOTP)("after", 0, [undefined], ["null"]),
    among(resyncTotpWith, TOTP)("minSecretBytes", 16, [0, 65]),
  ],
  verifyHotp: [
    ...onKey((key) => verifyHotp(key, CODE, HOTP), false),
    among(verifyHotpWith, HOTP)("counter", 0, [undefined, -1n, 2n ** 64n], BIGINTS),
    among(verifyHotpWith, HOTP)("lookAhead", 0, [101]),
    among(verifyHotpWith, HOTP)("minSecretBytes", 16, [0, 65]),
  ],
  resyncHotp: [
    ...onKey((key) => resyncHotp(key, CODES, HOTP), false),
    among(resyncHotpWith, HOTP)("counter", 0, [undefined, -1n, 2n ** 64n], BIGINTS),
    among(resyncHotpWith, HOTP)("lookAhead", 0, [3001]),
    among(resyncHotpWith, HOTP)("minSecretBytes", 16, [0, 65]),
  ],
  createTotpKey: [
    among((options) => createTotpKey(options), LABELS)("digits", 8, [5, 11]),
    among((options) => createTotpKey(options), LABELS)("period", 60, [0, 86_401]),
  ],
  createHotpKey: [
    among((options) => createHotpKey(options), LABELS)("digits", 8, [5, 11]),
    among((options) => createHotpKey(options), LABELS)("counter", 5, []),
  ],
  // A row of a database says null where it says nothing.
  parseKey: (["digits", "period", "epoch", "counter"] as const).map((argument) => ({
    argument,
    call: (bad) => parseKey({ type: argument === "counter" ? "hotp" : "totp", secret: SECRET, [argument]: bad }),
    good: 8,
    beyond: [],
    except: ["null"],
    code: "invalid-key",
  })),
  generateSecret: [{ argument: "bytes", call: (bad) => generateSecret(bad as number), good: 32, beyond: [15, 1025] }],
  randomBytes: [
    { argument: "length", call: (bad) => randomBytes(bad as number), good: 32, beyond: [0, 65_537, undefined] },
  ],
};

const BAD_VALUES: readonly (readonly [name: string, value: unknown])[] = [
  ["NaN", Number.NaN],
  ["-1", -1],
  ["1.5", 1.5],
  ["the smallest fraction", Number.MIN_VALUE],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  ["2^53", 2 ** 53],
  ["2^64", 2 ** 64],
  ["1e308", 1e308],
  ["-2^53", -(2 ** 53)],
  ["-1e308", -1e308],
  ["a number as text", "1"],
  ["a larger number as text", "10"],
  ["the empty text", ""],
  ["a word", "one"],
  ["null", null],
  ["true", true],
  ["false", false],
  ["an object", {}],
  ["an array", []],
  ["an array of one number", [8]],
  ["a Number object", new Number(8)],
  ["an object with valueOf", { valueOf: () => 8 }],
  ["a date", new Date(8)],
  ["a bigint", 10n],
  ["a symbol", Symbol("8")],
  ["a function", () => 8],
];

/** What an error says in a log. */
function told(error: OtpError): string {
  return `${error.message} ${error.argument} ${error.expected} ${JSON.stringify(error)} ${error.stack?.split("\n")[0]}`;
}

function errorOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe.each(Object.entries(FUNCTIONS))("%s", (_, options) => {
  describe.each(options)("$argument", ({ argument, call, good, beyond, except = [], ...rest }) => {
    const code = rest.code ?? "invalid-argument";

    it("is taken when it is right", () => {
      expect(() => call(good)).not.toThrow();
    });

    it.each(BAD_VALUES.filter(([name]) => !except.includes(name)))("is refused when it is %s", (_, bad) => {
      const error = errorOf(() => call(bad));
      expect(error).toBeInstanceOf(OtpError);
      expect(error).toEqual(refusal(code));
      expect((error as OtpError).argument).toBe(argument);
      expect((error as OtpError).message).toMatch(/ must be ./);
      expect(secret.calls()).toBe(0);
    });

    it.each(beyond.map((bad) => [bad]))("is refused just beyond its range: %s", (bad) => {
      expect(() => call(bad)).toThrow(refusal(code, argument));
      expect(secret.calls()).toBe(0);
    });
  });
});

describe("the error for a bad number", () => {
  it("says which range is right, and not what was given", () => {
    const error = errorOf(() => verifyTotp({ secret }, CODE, { ...TOTP, window: 987_654 })) as OtpError;
    expect(error.message).toBe("window must be an integer from 0 to 10");
    expect(error.expected).toBe("an integer from 0 to 10");
    expect(told(error)).not.toContain("987654");
  });

  it("holds neither the secret nor the code", () => {
    const key = { secret: SECRET };
    for (const call of [
      () => verifyTotp(key, CODE, { ...TOTP, window: 11 }),
      () => verifyTotp(key, CODE, { ...TOTP, minSecretBytes: 21 }),
      () => verifyTotp({ ...key, digits: 5 }, CODE, TOTP),
      () => verifyTotp({ secret: `${SECRET}!` }, CODE, TOTP),
      () => verifyTotp(SECRET as never, CODE, TOTP),
      () => verifyTotp(key, CODE, SECRET as never),
      () => verifyTotp(key, CODE, CODE as never),
      () => verifyHotp(key, CODE, { counter: 2 ** 53 }),
      () => verifyHotp(key, CODE, { counter: CODE as never }),
      () => resyncTotp(key, CODES, { after: CODE as never }),
      () => resyncHotp({ ...key, algorithm: SECRET as never }, CODES, HOTP),
      () => totp({ ...key, encoder: SECRET as never }, NOW),
      () => totp({ ...key, type: SECRET as never }, NOW),
      () => hotp(key, SECRET as never),
    ]) {
      const error = errorOf(call) as OtpError;
      expect(error).toBeInstanceOf(OtpError);
      expect(told(error)).not.toContain(SECRET);
      expect(told(error)).not.toContain(CODE);
    }
  });
});

describe("a window", () => {
  it.each<readonly [string, unknown, string]>([
    ["an empty object", {}, "window.past"],
    ["an array", [], "window.past"],
    ["an object with valueOf", Object.create({ valueOf: () => 1 }), "window.past"],
    ["a Number object", new Number(1), "window.past"],
    ["a date", new Date(1), "window.past"],
    ["only a past", { past: 1 }, "window.future"],
    ["only a future", { future: 1 }, "window.past"],
    ["a misspelt side", { past: 1, future: 1, present: 1 }, "present"],
    ["null", null, "window"],
  ])("is refused when it is %s", (_, window, argument) => {
    expect(() => verifyTotpWith({ ...TOTP, window } as never)).toThrow(refusal("invalid-argument", argument));
    expect(() => resyncTotpWith({ ...TOTP, window } as never)).toThrow(refusal("invalid-argument", argument));
    expect(secret.calls()).toBe(0);
  });

  it("is refused when it is an array of numbers", () => {
    for (const window of [[1], [1, 1]]) {
      expect(() => verifyTotpWith({ ...TOTP, window } as never)).toThrow(refusal("invalid-argument"));
      expect(() => resyncTotpWith({ ...TOTP, window } as never)).toThrow(refusal("invalid-argument"));
    }
  });
});

describe("options", () => {
  const CALLS: Readonly<Record<string, { call: (options: never) => unknown; needed: Fields }>> = {
    totp: { call: (options) => totp({ secret }, options), needed: {} },
    timeStep: { call: (options) => timeStep({}, options), needed: {} },
    timeRemainingMs: { call: (options) => timeRemainingMs({}, options), needed: {} },
    verifyTotp: { call: verifyTotpWith, needed: TOTP },
    resyncTotp: { call: resyncTotpWith, needed: TOTP },
    verifyHotp: { call: verifyHotpWith, needed: HOTP },
    resyncHotp: { call: resyncHotpWith, needed: HOTP },
    createTotpKey: { call: (options) => createTotpKey(options), needed: LABELS },
    createHotpKey: { call: (options) => createHotpKey(options), needed: LABELS },
  };

  const NAMES = [
    "Now",
    "time",
    "step",
    "windows",
    "Window",
    "look_ahead",
    "lookahead",
    "skew",
    "tolerance",
    "afterStep",
  ];
  /** Names that an object has from its prototype. */
  const INHERITED = ["constructor", "toString", "hasOwnProperty", "valueOf"];

  describe.each(Object.entries(CALLS))("of %s", (_, { call, needed }) => {
    it.each([...NAMES, ...INHERITED, ""])("have no name %j: an error, never ignored", (name) => {
      expect(() => call({ ...needed } as never)).not.toThrow();
      secret = scripted(() => 1);
      const error = errorOf(() => call({ ...needed, [name]: 1 } as never)) as OtpError;
      expect(error).toEqual(refusal("invalid-argument", name));
      // What would have been right.
      expect(error.message).toContain("; expected ");
      expect(secret.calls()).toBe(0);
    });

    it("have no name __proto__, which parsed JSON may hold", () => {
      const options = Object.defineProperty({ ...needed }, "__proto__", { value: 1, enumerable: true });
      expect(() => call(options as never)).toThrow(refusal("invalid-argument", "__proto__"));
    });

    it("refuse a name even if its value is undefined", () => {
      expect(() => call({ ...needed, windows: undefined } as never)).toThrow(refusal("invalid-argument", "windows"));
    });

    it("do not repeat a name at any length", () => {
      const error = errorOf(() => call({ ...needed, ["x".repeat(100_000)]: 1 } as never)) as OtpError;
      expect(told(error).length).toBeLessThan(1000);
    });

    it.each<readonly [string, unknown]>([
      ["null", null],
      ["a number", 1],
      ["text", "now"],
      ["true", true],
      ["a bigint", 1n],
      ["a symbol", Symbol("now")],
      ["a function", () => ({ now: 1 })],
    ])("are an object and not %s", (_, options) => {
      expect(() => call(options as never)).toThrow(refusal("invalid-argument", "options"));
      expect(secret.calls()).toBe(0);
    });
  });

  it.each(["verifyTotp", "resyncTotp", "verifyHotp", "resyncHotp", "createTotpKey", "createHotpKey"])(
    "of %s cannot be left out",
    (name) => {
      expect(() => CALLS[name]?.call(undefined as never)).toThrow(refusal("invalid-argument", "options"));
    },
  );

  it("of one function are not those of another", () => {
    expect(() => resyncTotpWith({ ...TOTP, drift: 0 } as never)).toThrow(refusal("invalid-argument", "drift"));
    expect(() => verifyTotpWith({ ...TOTP, lookAhead: 0 } as never)).toThrow(refusal("invalid-argument", "lookAhead"));
    expect(() => verifyTotpWith({ ...TOTP, counter: 0 } as never)).toThrow(refusal("invalid-argument", "counter"));
    expect(() => verifyHotpWith({ ...HOTP, window: 0 } as never)).toThrow(refusal("invalid-argument", "window"));
    expect(() => verifyHotpWith({ ...HOTP, after: 0 } as never)).toThrow(refusal("invalid-argument", "after"));
    expect(() => totp({ secret }, { period: 60 } as never)).toThrow(refusal("invalid-argument", "period"));
    expect(() => createTotpKey({ ...LABELS, counter: 0 } as never)).toThrow(refusal("invalid-argument", "counter"));
    expect(() => createHotpKey({ ...LABELS, period: 30 } as never)).toThrow(refusal("invalid-argument", "period"));
  });

  it("may say undefined for what they leave to the default", () => {
    const empty = { window: undefined, drift: undefined, minSecretBytes: undefined };
    expect(verifyTotp({ secret: SECRET }, CODE, { ...TOTP, ...empty })).toEqual({ step: 1, drift: 0 });
    const none = { lookAhead: undefined, minSecretBytes: undefined };
    expect(verifyHotp({ secret: SECRET }, CODE, { ...HOTP, ...none })).toEqual({ nextCounter: 2 });
  });

  it("may be frozen and may come without a prototype", () => {
    const options = Object.freeze(Object.assign(Object.create(null), TOTP));
    expect(verifyTotp({ secret: SECRET }, CODE, options)).toEqual({ step: 1, drift: 0 });
  });
});

describe("a key", () => {
  const CALLS: Readonly<Record<string, (key: never) => unknown>> = {
    hotp: (key) => hotp(key, 1),
    totp: (key) => totp(key, NOW),
    verifyTotp: (key) => verifyTotp(key, CODE, TOTP),
    verifyHotp: (key) => verifyHotp(key, CODE, HOTP),
    resyncTotp: (key) => resyncTotp(key, CODES, TOTP),
    resyncHotp: (key) => resyncHotp(key, CODES, HOTP),
  };

  describe.each(Object.entries(CALLS))("of %s", (_, call) => {
    it.each<readonly [string, unknown]>([
      ["undefined", undefined],
      ["null", null],
      ["the secret itself", SECRET],
      ["a number", 1],
      ["a function", () => ({ secret: SECRET })],
      ["a symbol", Symbol("key")],
    ])("is an object and not %s", (_, key) => {
      expect(() => call(key as never)).toThrow(refusal("invalid-argument", "key"));
    });

    it.each<readonly [string, unknown]>([
      ["left out", undefined],
      ["null", null],
      ["a number", 7],
      ["an array", [1, 2, 3]],
      ["an ArrayBuffer", new ArrayBuffer(20)],
      ["other numbers", new Uint16Array(20)],
      ["a handle without a sign", { algorithm: "SHA1" }],
      ["a handle whose sign is no function", { algorithm: "SHA1", sign: "x" }],
    ])("has a secret, which is not %s (trap 38)", (_, wrong) => {
      expect(() => call({ secret: wrong } as never)).toThrow(refusal("invalid-argument", "secret"));
    });

    it("has a secret that is not empty (trap 38)", () => {
      for (const empty of ["", "   ", "====", new Uint8Array(0)]) {
        expect(() => call({ secret: empty } as never)).toThrow(refusal("invalid-secret", "secret"));
      }
    });

    it("has a secret that is base32, or nothing is computed (trap 49)", () => {
      for (const text of ["A", "ABC", "ABCDEF", "GEZDGNBV1", "GEZDGNBV!", "gezd\0gnbv", "ＧＥＺＤ"]) {
        expect(() => call({ secret: text } as never)).toThrow(refusal("invalid-secret"));
      }
    });

    it.each(["SHA-1", "sha1", "MD5", "SHA3", "", null, 1, {}, "toString"])(
      "has an algorithm of ours and not %j (trap 45, trap 72)",
      (algorithm) => {
        expect(() => call({ secret: SECRET, algorithm } as never)).toThrow(refusal("invalid-argument", "algorithm"));
        expect(() => call({ secret, algorithm } as never)).toThrow(refusal("invalid-argument", "algorithm"));
        expect(secret.calls()).toBe(0);
      },
    );

    it("is checked as early with an asynchronous handle", () => {
      const wrong = { secret: later(secret), digits: 5 };
      expect(() => call(wrong as never)).toThrow(refusal("invalid-argument", "digits"));
      expect(secret.calls()).toBe(0);
    });
  });
});
