// A program that used speakeasy 2 gets the same results from `otp-core/compat/speakeasy`: on the golden vectors, on random calls that the
// real package answers too, and on the examples of its own README.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { isOtpError, parseUri } from "otp-core";
import speakeasy, * as named from "otp-core/compat/speakeasy";
import { afterEach, describe, expect, it, vi } from "vitest";
import { movingVectors } from "../support/moving-vectors.ts";
import { predecessor, predecessors } from "../support/other-libraries.ts";
import { drawSeed } from "../support/seed.ts";

const real = await predecessor<typeof speakeasy>("speakeasy/index.js");
const seed = drawSeed();
const check = <T>(property: fc.IProperty<T>, numRuns = 300) => fc.assert(property, { seed, numRuns });

// biome-ignore lint/suspicious/noExplicitAny: these calls have arguments of every type on purpose.
type Options = any;

/** What a call returned, or that it threw. */
function outcomeOf(call: () => unknown): unknown {
  try {
    return { returned: call() };
  } catch (error) {
    return isOtpError(error) ? { refused: error.code, argument: error.argument } : "thrown";
  }
}

const anySecret = fc.oneof(
  fc.record({
    encoding: fc.constantFrom(undefined, "ascii", "latin1", "utf8", "ucs2"),
    secret: fc.oneof(
      fc.string({ unit: "binary", minLength: 1, maxLength: 80 }),
      // Halves of surrogate pairs, too.
      fc.array(fc.nat(0xffff), { minLength: 1 }).map((units) => String.fromCharCode(...units)),
    ),
  }),
  fc.record({ encoding: fc.constant("hex"), secret: fc.stringMatching(/^[\da-fA-F]{2,140}[g-z]?$/) }),
  fc.record({ encoding: fc.constant("base32"), secret: fc.stringMatching(/^[A-Za-z2-7]{2,120}={0,6}$/) }),
  fc.record({ encoding: fc.constant("base32"), secret: fc.stringMatching(/^[A-Z0-9 é=-]{1,40}[B-Z]{2}$/) }),
  fc.record({ encoding: fc.constant("base64"), secret: fc.stringMatching(/^[\w+/ -]{2,90}={0,2}[\w=]{0,3}$/) }),
  fc.record({
    encoding: fc.constant("ascii"),
    secret: fc.uint8Array({ minLength: 1, maxLength: 140 }).map((bytes) => Buffer.from(bytes)),
  }),
);
const anyAlgorithm = fc.constantFrom(undefined, "sha1", "SHA1", "sha256", "sha512");
const anyDigits = fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined });
const anyCounter = fc.oneof(fc.nat(100), fc.integer(), fc.maxSafeInteger());
const anyKey = fc
  .tuple(anySecret, anyAlgorithm, anyDigits)
  .map(([secret, algorithm, digits]) => ({ ...secret, algorithm, digits }));
const anyMoment = fc.record({
  time: fc.oneof(fc.nat(4e9), fc.double({ min: 0, max: 4e9, noNaN: true })),
  step: fc.constantFrom(undefined, 0, 1, 30, 60, 7.5),
  epoch: fc.constantFrom(undefined, 0, 100, 1e9, 1234.5),
});

/** Secrets that hold no byte are refused. Everything else has the same result. */
function expectSame(ours: () => unknown, theirs: () => unknown): void {
  const outcome = outcomeOf(ours);
  expect(outcome).toEqual(outcome instanceof Object && "refused" in outcome ? expect.anything() : outcomeOf(theirs));
  if (outcome instanceof Object && "refused" in outcome) expect(outcome.refused).toBe("invalid-secret");
}

describe("the golden vectors", () => {
  const vectors = movingVectors("speakeasy");

  it.each(vectors.totp)("totp, $what", (row) => {
    const { secret, format: encoding, algorithm, digits, period: step, epoch, now, code } = row;
    const options: Options = { secret, encoding, algorithm, digits, step, epoch, time: now / 1000 };
    expect(speakeasy.totp(options)).toBe(code);
    expect(speakeasy.totp.verify({ ...options, token: code })).toBe(true);
  });

  it.each(vectors.hotp)("hotp, $what: counter $counter", (row) => {
    const { secret, format: encoding, algorithm, digits, counter, code } = row;
    const options: Options = { secret, encoding, algorithm, digits, counter };
    expect(speakeasy.hotp(options)).toBe(code);
    expect(speakeasy.hotp.verifyDelta({ ...options, token: code })).toEqual({ delta: 0 });
  });

  it.each(vectors.typed)("$call, $what", ({ call, secret, typed, position, options, answer, ours }) => {
    const given: Options = { secret, encoding: "base32", token: typed, ...JSON.parse(options) };
    const found = call.startsWith("hotp")
      ? speakeasy.hotp.verifyDelta({ ...given, counter: position })
      : speakeasy.totp.verifyDelta({ ...given, time: position * 30 });
    // A code that was used is valid again, because nothing remembers it. Only what is not a code is refused where speakeasy did not.
    if (ours === "ok" || ours === "replayed") expect(found).toEqual(JSON.parse(answer));
    else expect(found).toBeUndefined();
  });
});

describe("random calls have the results of the real package", () => {
  it("hotp and digest", () =>
    check(
      fc.property(anyKey, anyCounter, (key, counter) => {
        const options: Options = { ...key, counter };
        expectSame(
          () => speakeasy.hotp(options),
          () => real.hotp(options),
        );
        expectSame(
          () => Buffer.from(speakeasy.digest(options)),
          () => real.digest(options),
        );
      }),
    ));

  it("totp", () =>
    check(
      fc.property(anyKey, anyMoment, (key, moment) => {
        const options: Options = { ...key, ...moment };
        expectSame(
          () => speakeasy.totp(options),
          () => real.totp(options),
        );
      }),
    ));

  it("verifyDelta and verify, of codes in and out of the window and of other digits", () => {
    const anyToken = fc.oneof(fc.integer({ min: -7, max: 7 }), fc.stringMatching(/^\d{1,9}$/));
    check(
      fc.property(anyKey, fc.nat(1e9), fc.integer({ min: -2, max: 5 }), anyToken, (key, counter, window, given) => {
        const token = typeof given === "number" ? real.hotp({ ...key, counter: counter + given } as Options) : given;
        const options: Options = { ...key, counter, window, token };
        expectSame(
          () => speakeasy.hotp.verifyDelta(options),
          () => real.hotp.verifyDelta(options),
        );
        expectSame(
          () => speakeasy.hotp.verify(options),
          () => real.hotp.verify(options),
        );
        const timed = { ...options, counter: undefined, time: counter * 30 + 17 };
        expectSame(
          () => speakeasy.totp.verifyDelta(timed),
          () => real.totp.verifyDelta(timed),
        );
        expectSame(
          () => speakeasy.totp.verify(timed),
          () => real.totp.verify(timed),
        );
        const number = { ...options, token: Number(token) };
        expectSame(
          () => speakeasy.hotp.verify(number),
          () => real.hotp.verify(number),
        );
      }),
    );
  });

  it("the current time is the default", () => {
    vi.useFakeTimers({ now: 1_700_000_010_000 });
    const options: Options = { secret: "12345678901234567890" };
    expect(speakeasy.totp(options)).toBe(real.totp(options));
    expect(speakeasy.totp.verify({ ...options, token: real.totp(options) })).toBe(true);
    vi.useRealTimers();
  });

  it("otpauthURL, in which only the counter of HOTP is new", () => {
    const text = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
      .filter((value) => !/[\ud800-\udfff]/u.test(value));
    const anyUri = fc.record(
      {
        secret: fc.constantFrom("31323334", "abcdef12", "2a"),
        label: text,
        encoding: fc.constantFrom("ascii", "hex", "base32", "base64"),
        type: fc.constantFrom("totp", "hotp", "TOTP"),
        issuer: text,
        algorithm: fc.constantFrom("sha1", "SHA256", "md5"),
        digits: fc.constantFrom(6, 8, "7"),
        period: fc.constantFrom(30, 60.5, "45"),
        counter: fc.constantFrom(0, 42),
      },
      { requiredKeys: ["secret", "label", "type"] },
    );
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    check(
      fc.property(anyUri, (given) => {
        const { type, counter }: Options = given;
        const theirs = outcomeOf(() => real.otpauthURL(given as Options));
        const ours = outcomeOf(() => speakeasy.otpauthURL(given as Options));
        if (theirs === "thrown") {
          expect(ours).toMatchObject({ refused: "invalid-argument", argument: "counter" });
          return;
        }
        const moving = type === "hotp" ? `&counter=${counter}` : "";
        expect(ours).toEqual({ returned: `${(theirs as { returned: string }).returned}${moving}` });
      }),
    );
    for (const more of [{ label: "/a?b#c?d#e" }, { algorithm: "" }] as Options[]) {
      const given: Options = { secret: "1234", label: "alice", ...more };
      expect(speakeasy.otpauthURL(given)).toBe(real.otpauthURL(given));
    }
    warn.mockRestore();
  });
});

describe("a secret in base32 that is longer than the block of the hash", () => {
  // A shorter one is padded with zeros, so that a zero more or less at its end makes no difference.
  it.each(Array.from({ length: 40 }, (_, i) => 104 + i))("of %d characters signs as in speakeasy", (length) => {
    for (const end of ["B", "BA", "BAA", "7"]) {
      const options: Options = { secret: end.padStart(length, "B"), encoding: "base32", counter: 1 };
      expect(speakeasy.hotp(options)).toBe(real.hotp(options));
    }
  });
});

describe("a token that is not a code", () => {
  const key = { secret: "12345678901234567890", counter: 0 };

  it("is false or undefined, and never an exception", () => {
    const hostile = [Symbol("x"), Object.create(null), { toString: null }, () => "755224", ["755224"], 755224n, -0];
    const anyToken: fc.Arbitrary<unknown> = fc.oneof(fc.anything(), fc.constantFrom<unknown>(...hostile), fc.string());
    check(
      fc.property(anyToken, (token) => {
        fc.pre(token !== "755224" && token !== 755224);
        expect(speakeasy.hotp.verify({ ...key, token })).toBe(false);
        expect(speakeasy.hotp.verifyDelta({ ...key, token })).toBeUndefined();
        expect(speakeasy.totp.verify({ ...key, token, counter: 0 })).toBe(false);
        expect(speakeasy.totp.verifyDelta({ ...key, token, counter: 0 })).toBeUndefined();
      }),
    );
  });

  /** The first counter with this code. */
  function counterOf(code: string): number {
    const options: Options = { ...key, digits: code.length };
    const counters = Array.from({ length: 20_000 }, (_, counter) => counter);
    return counters.find((counter) => speakeasy.hotp({ ...options, counter }) === code) as number;
  }

  it("is not the code 1, which a text is that begins with it or has another length, or what is no text", () => {
    for (const [code, tokens] of [
      ["1", [undefined, null, "x", "", "01", "11"]],
      ["010", ["1e1", "10", "10."]],
    ] as const) {
      const options: Options = { ...key, digits: code.length, counter: counterOf(code) };
      for (const token of tokens) expect(speakeasy.hotp.verify({ ...options, token })).toBe(false);
      expect(speakeasy.hotp.verify({ ...options, token: code })).toBe(true);
    }
  });

  it("is not zero, which is a code", () => {
    const options: Options = { ...key, digits: 1, counter: counterOf("0") };
    expect(speakeasy.hotp.verify({ ...options, token: "0" })).toBe(true);
    expect(speakeasy.hotp.verify({ ...options, token: "00" })).toBe(false);
  });

  it("may be a number, as in speakeasy", () => {
    expect(speakeasy.hotp.verify({ ...key, token: 755224 })).toBe(true);
  });
});

describe("what is stricter than speakeasy", () => {
  const key = { secret: "12345678901234567890", counter: 0 };
  const refusal = (call: () => unknown) => outcomeOf(call);

  it("a code has digits only (vectors: `47164x` for `047164`)", () => {
    const counters = Array.from({ length: 100 }, (_, counter) => counter);
    const counter = counters.find((each) => speakeasy.hotp({ ...key, counter: each }).startsWith("0")) ?? 0;
    const code = speakeasy.hotp({ ...key, counter });
    for (const token of [`${code.slice(1)}x`, `+${code.slice(1)}`, ` ${code.slice(1)}`]) {
      expect(real.hotp.verify({ ...key, counter, token })).toBe(true);
      expect(speakeasy.hotp.verify({ ...key, counter, token })).toBe(false);
    }
  });

  it("an empty secret is an error, because its codes are public", () => {
    for (const secret of ["", "zz"]) {
      const options: Options = { ...key, secret, encoding: "hex" };
      expect(real.hotp.verify({ ...options, token: real.hotp(options) })).toBe(true);
      expect(refusal(() => speakeasy.hotp.verify({ ...options, token: "755224" }))).toMatchObject({
        refused: "invalid-secret",
      });
    }
  });

  it("numbers must be numbers, or text of a number, and in range", () => {
    const wrong: readonly [Options, string][] = [
      [{ window: "two" }, "window"],
      [{ window: 10_001 }, "window"],
      [{ time: "now" }, "time"],
      [{ time: Number.NaN }, "time"],
      [{ step: true }, "step"],
      [{ digits: 21 }, "digits"],
      [{ digits: 6.5 }, "digits"],
      [{ algorithm: "md5" }, "algorithm"],
      [{ encoding: "rot13" }, "encoding"],
      [{ secret: 5 }, "secret"],
    ];
    for (const [options, argument] of wrong) {
      const given = { secret: key.secret, token: "755224", ...options };
      expect(refusal(() => speakeasy.totp.verify(given))).toEqual({ refused: "invalid-argument", argument });
    }
    const options: Options = { ...key, counter: "0", digits: "6", window: "1" };
    expect(speakeasy.hotp.verify({ ...options, token: "287082" })).toBe(true);
    expect(refusal(() => speakeasy.totp(undefined as Options))).toMatchObject({ argument: "options" });
  });

  it("no QR code is drawn by another server", () => {
    for (const leak of ["qr_codes", "google_auth_qr"]) {
      expect(refusal(() => speakeasy.generateSecret({ [leak]: true } as Options))).toMatchObject({ argument: leak });
      expect(refusal(() => speakeasy.generateSecret({ [leak]: false } as Options))).toMatchObject({ returned: {} });
    }
  });
});

describe("new secrets", () => {
  it("have the fields and the shape that speakeasy gives them", () => {
    for (const options of [
      undefined,
      {},
      { length: 20, name: "Shop: alice" },
      { symbols: false, otpauth_url: false },
    ]) {
      const [ours, theirs] = [speakeasy.generateSecret(options), real.generateSecret(options)];
      expect(Object.keys(ours)).toEqual(Object.keys(theirs));
      expect(ours.ascii).toHaveLength(theirs.ascii.length);
      expect(ours.hex).toBe(Buffer.from(ours.ascii).toString("hex"));
      expect(ours.otpauth_url?.replace(ours.base32, "")).toBe(theirs.otpauth_url?.replace(theirs.base32, ""));
      const secret = real.totp({ secret: ours.base32, encoding: "base32", time: 0 });
      expect(real.totp({ secret: ours.ascii, time: 0 })).toBe(secret);
    }
    const { ascii, otpauth_url } = speakeasy.generateSecret({ symbols: false, issuer: "Shop", name: "alice" });
    expect(ascii).toMatch(/^[0-9A-Za-z]{32}$/);
    expect(parseUri(otpauth_url ?? "")).toMatchObject({ issuer: "Shop", account: "alice" });
  });

  it("have symbols, unless they are switched off", () => {
    expect(speakeasy.generateSecret({ length: 1024 }).ascii).toMatch(/[^0-9A-Za-z]/);
    expect(speakeasy.generateSecret({ length: 1024, symbols: false }).ascii).not.toMatch(/[^0-9A-Za-z]/);
  });

  it("draw every character, also those that speakeasy never draws", () => {
    const drawn = new Set(Array.from({ length: 40 }, () => speakeasy.generateSecretASCII(1024, true)).join(""));
    expect(drawn.size).toBe(62 + 22);
    expect(speakeasy.generateSecretASCII()).toMatch(/^[0-9A-Za-z]{32}$/);
  });
});

describe("the names of speakeasy", () => {
  it("are all there, as named exports and in the object, also the old ones", () => {
    // `_counter` is private in speakeasy.
    const names = Object.keys(real).filter((name) => name !== "_counter");
    for (const name of names) {
      expect(speakeasy).toHaveProperty(name);
      expect(named).toHaveProperty(name);
    }
    expect(speakeasy.time.verify).toBe(speakeasy.totp.verify);
    expect(speakeasy.counter).toBe(speakeasy.hotp);
    expect(speakeasy.generate_key({ length: 20 }).ascii).toHaveLength(20);
    expect(speakeasy.generate_key_ascii(5)).toHaveLength(5);
  });

  it("include the old names of options", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const options: Options = { key: "12345678901234567890", length: 8, initial_time: 10, time: 1e9 };
    expect(speakeasy.totp(options)).toBe(real.totp(options));
    const digest = real.digest({ secret: "x", counter: 1 });
    expect(speakeasy.hotp({ digest } as Options)).toBe(real.hotp({ digest } as Options));
    expect(speakeasy.hotp.verify({ digest, token: real.hotp({ digest } as Options) } as Options)).toBe(true);
    warn.mockRestore();
  });
});

describe("the examples of speakeasy's README", () => {
  const readme = readFileSync(`${predecessors}node_modules/speakeasy/README.md`, "utf8");
  const blocks = [...readme.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map((block) => block[1] ?? "");

  it("run, and print what they promise", () => {
    // `// => value` below a call, or a code behind it, is a promise.
    const call =
      /^((?:var (\w+) = )?(speakeasy\..*)); *\n?\/\/ (?:=> )?('\d{6}'|\d{6}|\{ delta: -?\d+ \}|true|false|undefined).*$/gm;
    const kept: unknown[] = [];
    const promise = (found: unknown, promised: unknown) => {
      expect(found).toEqual(typeof promised === "number" ? String(promised) : promised);
      kept.push(promised);
    };
    const drawn: unknown[] = [];
    const qrcode = { toDataURL: (uri: string) => drawn.push(parseUri(uri)) };
    const secret = speakeasy.generateSecret();
    const given = {
      speakeasy,
      require: (name: string) => (name === "speakeasy" ? speakeasy : qrcode),
      user: {},
      secret,
      base32secret: secret.base32,
      userToken: "132890",
      promise,
    };
    for (const block of blocks) {
      const script = block.replace(call, "$1;\npromise($3, $4);");
      new Function(...Object.keys(given), script)(...Object.values(given));
    }
    expect(blocks.length).toBeGreaterThan(15);
    expect(kept).toHaveLength(10);
    expect(drawn).toHaveLength(1);
  });
});

afterEach(() => vi.useRealTimers());
