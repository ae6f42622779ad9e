// A program that used otplib 12 gets the same results from `otp-core/compat/otplib`: on the golden vectors, on random calls that the real
// package answers too, and on the examples of its own README.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { decodeBase32, isOtpError, parseUri } from "otp-core";
import otplib, * as named from "otp-core/compat/otplib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { movingVectors } from "../support/moving-vectors.ts";
import { predecessor, predecessors } from "../support/other-libraries.ts";
import { drawSeed } from "../support/seed.ts";

type Otplib = Pick<typeof otplib, "authenticator" | "totp" | "hotp">;
const real = await predecessor<Otplib>("otplib/index.js");
const core = await predecessor<Pick<typeof otplib, "HashAlgorithms" | "KeyEncodings">>("otplib/core.js");
const { authenticator, totp, hotp } = otplib;
const seed = drawSeed();
const check = <T>(property: fc.IProperty<T>, numRuns = 300) => fc.assert(property, { seed, numRuns });

// biome-ignore lint/suspicious/noExplicitAny: these calls have arguments of every type on purpose.
type Any = any;

/** What a call returned, or that it threw. */
function outcomeOf(call: () => unknown): unknown {
  try {
    return { returned: call() };
  } catch (error) {
    return isOtpError(error) ? { refused: error.code, argument: error.argument } : "thrown";
  }
}

/** Both return the same, or both throw. The only other answer is the refusal of a secret that holds no byte. */
function expectSame(ours: () => unknown, theirs: () => unknown): void {
  const [outcome, expected] = [outcomeOf(ours), outcomeOf(theirs)];
  if (outcome instanceof Object && "refused" in outcome) {
    if (expected !== "thrown") expect(outcome.refused).toBe("invalid-secret");
  } else expect(outcome).toEqual(expected);
}

const anyText = fc.oneof(
  fc.record({
    encoding: fc.constantFrom("ascii", "latin1", "utf8"),
    secret: fc.oneof(
      fc.string({ unit: "binary", minLength: 1, maxLength: 80 }),
      // Halves of surrogate pairs, too.
      fc.array(fc.nat(0xffff), { minLength: 1 }).map((units) => String.fromCharCode(...units)),
    ),
  }),
  fc.record({ encoding: fc.constant("hex"), secret: fc.stringMatching(/^[\da-fA-F]{2,140}[g-z]?$/) }),
  fc.record({ encoding: fc.constant("base64"), secret: fc.stringMatching(/^[\w+/ -]{2,90}={0,2}[\w=]{0,3}$/) }),
);
const anyBase32 = fc.oneof(
  fc.stringMatching(/^[A-Z2-7]{2,64}={0,6}$/),
  fc.stringMatching(/^[A-Za-z2-7]{2,120}$/),
  fc.stringMatching(/^[ -~]{2,60}$/),
  fc.string({ unit: "binary", maxLength: 20 }),
);
const anyAlgorithm = fc.constantFrom("sha1", "sha256", "sha512");
const anyDigits = fc.integer({ min: 1, max: 12 });
const anyShape = fc.record({ algorithm: anyAlgorithm, digits: anyDigits });
const anyMoment = fc.record({
  epoch: fc.oneof(
    fc.nat(4e9).map((seconds) => seconds * 1000),
    fc.double({ min: 0, max: 4e12, noNaN: true }),
  ),
  step: fc.constantFrom(1, 30, 60, 7.5),
  window: fc.oneof(
    fc.integer({ min: -2, max: 4 }),
    fc.constantFrom(1.5),
    fc.tuple(fc.integer({ min: -2, max: 3 }), fc.nat(3)),
  ),
});

describe("the golden vectors", () => {
  const vectors = movingVectors("otplib-12");

  it.each(vectors.totp)("$call, $what", ({ call, secret, format, algorithm, digits, period, now, code }) => {
    const options: Any = { algorithm: algorithm.toLowerCase(), digits, step: period, epoch: now };
    const ours = call === "totp" ? totp.clone({ ...options, encoding: format }) : authenticator.clone(options);
    expect(ours.generate(secret)).toBe(code);
    expect(ours.verify({ token: code, secret })).toBe(true);
  });

  it.each(vectors.hotp)("$call, $what: counter $counter", ({ secret, format, algorithm, digits, counter, code }) => {
    const ours = hotp.clone({ algorithm: algorithm.toLowerCase(), digits, encoding: format } as Any);
    expect(ours.generate(secret, counter)).toBe(code);
    expect(ours.check(code, secret, counter)).toBe(true);
  });

  it.each(vectors.typed)("$call, $what", ({ secret, typed, position, options, answer }) => {
    const ours = authenticator.clone({ epoch: position * 30_000, ...JSON.parse(options) });
    expect(ours.checkDelta(typed, secret)).toEqual(JSON.parse(answer));
  });
});

describe("random calls have the results of the real package", () => {
  it("hotp", () => {
    const anyCounter = fc.oneof(fc.nat(1000), fc.maxSafeNat(), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
    check(
      fc.property(
        anyText,
        anyShape,
        anyCounter,
        fc.integer({ min: 0, max: 1 }),
        ({ secret, encoding }, shape, counter, off) => {
          const [ours, theirs] = [hotp, real.hotp].map((object) => object.clone({ ...shape, encoding } as Any));
          expectSame(
            () => ours?.generate(secret, counter as Any),
            () => theirs?.generate(secret, counter as Any),
          );
          const token: Any = (outcomeOf(() => theirs?.generate(secret, (BigInt(counter) + BigInt(off)) as Any)) as Any)
            .returned;
          expectSame(
            () => ours?.check(token, secret, counter as Any),
            () => theirs?.check(token, secret, counter as Any),
          );
          const request: Any = { token, secret, counter };
          expectSame(
            () => ours?.verify(request),
            () => theirs?.verify(request),
          );
        },
      ),
    );
  });

  it("totp and authenticator", () => {
    const anyKey = fc.oneof(
      fc.record({ call: fc.constant("totp" as const), key: anyText }),
      fc.record({
        call: fc.constant("authenticator" as const),
        key: fc.record({
          secret: anyBase32,
          encoding: fc.constantFrom("hex", "hex", "ascii", "latin1", "utf8", "base64"),
        }),
      }),
    );
    check(
      fc.property(anyKey, anyShape, anyMoment, fc.integer({ min: -5, max: 5 }), ({ call, key }, shape, moment, off) => {
        const { secret, encoding } = key;
        const options: Any = { ...shape, ...moment, encoding };
        const [ours, theirs] = [otplib[call].clone(options), real[call].clone(options)];
        expectSame(
          () => ours.generate(secret),
          () => theirs.generate(secret),
        );
        const epoch = moment.epoch + off * moment.step * 1000;
        fc.pre(Math.floor(moment.epoch / moment.step / 1000) > 5);
        const token: Any = (outcomeOf(() => real[call].clone({ ...options, epoch }).generate(secret)) as Any).returned;
        expectSame(
          () => ours.checkDelta(token, secret),
          () => theirs.checkDelta(token, secret),
        );
        expectSame(
          () => ours.check(token, secret),
          () => theirs.check(token, secret),
        );
        expectSame(
          () => ours.verify({ token, secret }),
          () => theirs.verify({ token, secret }),
        );
        expect(ours.timeUsed()).toBe(theirs.timeUsed());
        expect(ours.timeRemaining()).toBe(theirs.timeRemaining());
      }),
      500,
    );
  });

  it("encode and decode of the authenticator", () =>
    check(
      fc.property(
        anyBase32,
        fc.uint8Array({ minLength: 1 }),
        fc.constantFrom("hex", "ascii", "latin1", "utf8", "base64"),
        (text, bytes, encoding) => {
          const [ours, theirs] = [authenticator, real.authenticator].map((object) => object.clone({ encoding } as Any));
          expectSame(
            () => ours?.decode(text),
            () => theirs?.decode(text),
          );
          const secret = Buffer.from(bytes).toString(encoding as BufferEncoding);
          expectSame(
            () => ours?.encode(secret),
            () => theirs?.encode(secret),
          );
        },
      ),
    ));

  it("decode, for each ASCII character at each place", () => {
    for (let unit = 0; unit < 128; unit++) {
      for (let at = 0; at < 8; at++) {
        const text = `${"B".repeat(at)}${String.fromCharCode(unit)}${"B".repeat(8 - at)}`;
        expect(authenticator.decode(text)).toBe(real.authenticator.decode(text));
      }
    }
  });

  it("keyuri", () => {
    const name = fc.string({ unit: "grapheme", maxLength: 20 }).filter((text) => !/\p{Surrogate}/u.test(text));
    const anyIssuer = fc.oneof(name, fc.constantFrom(undefined, null, "", "A & B: C"));
    check(
      fc.property(
        name,
        anyIssuer,
        fc.stringMatching(/^[A-Z2-7]{1,32}$/),
        anyShape,
        fc.nat(99),
        (account, issuer: Any, secret, shape, counter) => {
          for (const call of ["totp", "authenticator"] as const) {
            const [ours, theirs] = [otplib[call].clone(shape as Any), real[call].clone(shape as Any)];
            expectSame(
              () => ours.keyuri(account, issuer, secret),
              () => theirs.keyuri(account, issuer, secret),
            );
          }
          const [ours, theirs] = [hotp.clone(shape as Any), real.hotp.clone(shape as Any)];
          expectSame(
            () => ours.keyuri(account, issuer, secret, counter),
            () => theirs.keyuri(account, issuer, secret, counter),
          );
        },
      ),
    );
  });

  it("the current time is the default, at every call", () => {
    vi.useFakeTimers({ now: 1_700_000_010_000 });
    const secret = "GEZDGNBVGY3TQOJQ";
    for (const now of [1_700_000_010_000, 1_700_000_043_210]) {
      vi.setSystemTime(now);
      expect(authenticator.generate(secret)).toBe(real.authenticator.generate(secret));
      expect(authenticator.timeRemaining()).toBe(real.authenticator.timeRemaining());
      expect(authenticator.allOptions().epoch).toBe(now);
    }
  });
});

describe("options", () => {
  /** The functions of the two libraries are different functions. */
  const named = (options: object) =>
    Object.fromEntries(
      Object.entries(options).map(([name, value]) => [name, typeof value === "function" ? "function" : value]),
    );

  it.each(["authenticator", "totp", "hotp"] as const)(
    "of %s are set, merged, copied and reset as in otplib",
    (name) => {
      const seen = [otplib[name], real[name]].map((original) => {
        const object: Any = original.clone({ digits: 7 });
        const views: unknown[] = [];
        const look = (each: Any) => views.push(named(each.options), { ...named(each.allOptions()), epoch: "now" });
        look(original);
        look(object);
        object.options = { algorithm: "sha256" };
        object.options = { encoding: "hex", unknown: 5 };
        look(object);
        const copy: Any = object.clone({ algorithm: "sha512", window: 2 });
        look(copy);
        copy.options = { digits: 8 };
        look(object);
        object.resetOptions();
        look(object);
        look(copy);
        views.push(Object.isFrozen(object.options), Object.isFrozen(object.allOptions()));
        return views;
      });
      expect(seen[0]).toEqual(seen[1]);
    },
  );

  it("of a created object do not contain those of the object that created it", () => {
    const custom = totp.clone({ digits: 8 });
    custom.options = { window: 3 };
    expect(custom.create().options).toEqual({});
    expect(custom.create({ step: 60 }).allOptions()).toMatchObject({ digits: 6, window: 0, step: 60 });
    // otplib needs functions for it. Here the object works as it is.
    expect(authenticator.create().generate("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")).toMatch(/^\d{6}$/);
  });

  it("that are wrong are errors, as in otplib", () => {
    const wrong: readonly (readonly [string, Any])[] = [
      ["digits", { digits: "6" }],
      ["algorithm", { algorithm: "md5" }],
      ["encoding", { encoding: "base32" }],
      ["step", { step: "30" }],
      ["epoch", { epoch: "now" }],
      ["window", { window: "1" }],
      ["window", { window: [1] }],
      ["createDigest", { createDigest: 5 }],
    ];
    for (const [argument, options] of wrong) {
      expect(outcomeOf(() => real.totp.clone(options).generate("secret"))).toBe("thrown");
      const refusal = { refused: "invalid-argument", argument };
      expect(outcomeOf(() => totp.clone(options).generate("secret"))).toEqual(refusal);
      expect(outcomeOf(() => totp.clone(options).check("junk", "secret"))).toEqual(refusal);
    }
  });

  it("may be functions, which are called as otplib calls them", () => {
    const calls: unknown[][] = [[], []];
    const codes = [authenticator, real.authenticator].map((object, i) => {
      const log = calls[i] as unknown[];
      const custom = object.clone({
        epoch: 59_000,
        createHmacKey: (...given) => {
          log.push(given);
          return "31323334353637383930";
        },
        createDigest: (...given) => {
          log.push(given);
          return "ff".repeat(20);
        },
        keyDecoder: (...given) => {
          log.push(given);
          return "decoded";
        },
        keyEncoder: (...given) => {
          log.push(given);
          return "encoded";
        },
        createRandomBytes: (...given) => {
          log.push(given);
          return "random";
        },
      });
      const made = custom.generateSecret(7);
      return [made, custom.generate(made), custom.encode("x"), custom.decode("y"), custom.check("000000", made)];
    });
    expect(codes[0]).toEqual(codes[1]);
    expect(calls[0]).toEqual(calls[1]);
    const digest = "0123456789abcdef0123456789abcdef01234567";
    expect(hotp.clone({ digest }).generate("x", 1)).toBe(real.hotp.clone({ digest }).generate("x", 1));
  });
});

describe("a token that is not a code", () => {
  const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

  it("is false or null, and never an exception", () => {
    const hostile = [Symbol("x"), Object.create(null), { toString: null }, () => "755224", ["755224"], 755224, 755224n];
    const anyToken: fc.Arbitrary<unknown> = fc.oneof(fc.anything(), fc.constantFrom<unknown>(...hostile), fc.string());
    const now = authenticator.clone({ epoch: 0, window: 1 });
    check(
      fc.property(anyToken, (token) => {
        fc.pre(token !== "755224" && token !== "287082");
        expect(now.check(token, secret)).toBe(false);
        expect(now.checkDelta(token, secret)).toBeNull();
        expect(now.verify({ token, secret })).toBe(false);
        expect(hotp.check(token, secret, 0)).toBe(false);
        expect(hotp.verify({ token, secret, counter: 0 })).toBe(false);
      }),
    );
    expect(() => real.authenticator.check(Symbol("x"), secret)).toThrow();
  });
});

describe("a token that is not a code, with a secret or a counter that is none", () => {
  it.each(["", "x", "12a", "a12"])("%o is false, and the rest is not looked at, as in otplib", (token) => {
    for (const object of [otplib, real]) {
      expect(object.hotp.check(token, "secret", "no counter" as Any)).toBe(false);
      expect(object.totp.check(token, 5 as Any)).toBe(false);
    }
  });
});

describe("the first step", () => {
  it("has a code that is found", () => {
    const first = totp.clone({ epoch: 0, window: 1 });
    // RFC 4226 appendix D, counters 0 and 1.
    expect(first.checkDelta("755224", "12345678901234567890")).toBe(0);
    expect(first.checkDelta("287082", "12345678901234567890")).toBe(1);
  });
});

describe("what is stricter than otplib", () => {
  it("a secret without a byte is an error, because its codes are public", () => {
    for (const secret of ["", "=", "A"]) {
      expect(real.authenticator.check(real.authenticator.generate(secret), secret)).toBe(true);
      expect(outcomeOf(() => authenticator.generate(secret))).toMatchObject({ refused: "invalid-secret" });
      expect(outcomeOf(() => authenticator.check("123456", secret))).toMatchObject({ refused: "invalid-secret" });
    }
    expect(outcomeOf(() => authenticator.check("123456", undefined as Any))).toMatchObject({ argument: "secret" });
  });

  it("a counter is an integer, and text is not read as hexadecimal", () => {
    expect(real.hotp.generate("secret", "10" as Any)).toBe(real.hotp.generate("secret", 16));
    for (const counter of ["10", 1.5, -1, null, 2 ** 64]) {
      expect(outcomeOf(() => hotp.generate("secret", counter as Any))).toMatchObject({ argument: "counter" });
    }
  });

  it("no code belongs to a moment before 1970", () => {
    const around = { epoch: 0, window: 1 };
    const token = real.totp.clone({ epoch: -30_000 }).generate("secret");
    expect(real.totp.clone(around).checkDelta(token, "secret")).toBe(-1);
    expect(totp.clone(around).checkDelta(token, "secret")).toBeNull();
  });

  it("new secrets have 20 bytes, and all of their bits are random", () => {
    const secrets = Array.from({ length: 40 }, () => decodeBase32(authenticator.generateSecret()));
    expect(new Set(secrets.map(({ length }) => length))).toEqual(new Set([20]));
    expect(Math.max(...secrets.flatMap((bytes) => [...bytes]))).toBeGreaterThan(127);
    expect(authenticator.generateSecret(10)).toMatch(/^[A-Z2-7]{16}$/);
    expect(real.authenticator.generateSecret()).toHaveLength(16);
  });
});

describe("the names of otplib", () => {
  it("are exported, also those of otplib/core that TypeScript programs need", () => {
    for (const name of Object.keys(real)) expect(named).toHaveProperty(name);
    expect({ ...named.HashAlgorithms }).toEqual({ ...core.HashAlgorithms });
    expect({ ...named.KeyEncodings }).toEqual({ ...core.KeyEncodings });
    const methods = (object: object): string[] => {
      const names = object === Object.prototype ? [] : Object.getOwnPropertyNames(object);
      return object === Object.prototype ? [] : [...names, ...methods(Object.getPrototypeOf(object))];
    };
    for (const name of ["authenticator", "totp", "hotp"] as const) {
      const missing = methods(real[name]).filter((method) => !method.startsWith("_") && !(method in otplib[name]));
      expect(missing).toEqual([]);
    }
  });
});

describe("the examples of otplib's README", () => {
  const readme = readFileSync(`${predecessors}node_modules/otplib/README.md`, "utf8");
  const blocks = [...readme.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map((block) => block[1] ?? "");
  // The others are lists of defaults, and the preset that behaves like otplib 11.
  const programs = blocks.filter((block) => /(authenticator|totp)\.\w/.test(block) && !block.includes("preset-v11"));

  it("run, and their codes are valid", () => {
    const drawn: unknown[] = [];
    const qrcode = { toDataURL: (uri: string) => drawn.push(parseUri(uri)) };
    const errors: unknown[] = [];
    const results = programs.map((block) => {
      const script = block
        .replace(/^import (.*) from '(?:otplib|@otplib\/preset-default)';.*$/gm, "var $1 = otplib;")
        .replace(/^import .* from 'qrcode';$/gm, "")
        .replace(/\bconst /g, "var ");
      const given = {
        otplib,
        authenticator,
        qrcode,
        secret: "KVKFKRCPNZQUYMLXOVYDSQKJKZDTSRLD",
        counter: 7,
        console: { error: (error: unknown) => errors.push(error) },
      };
      const body = `${script}\nreturn typeof isValid === "undefined" ? null : isValid;`;
      return new Function(...Object.keys(given), body)(...Object.values(given));
    });
    expect(errors).toEqual([]);
    expect(results).toEqual([true, true, null, null, null, null]);
    // The last one is for otplib 10, which did not escape the names.
    expect(drawn).toMatchObject([
      { account: "A%20user%20name%2C%20possibly%20an%20email", issuer: "A%20service%20name" },
    ]);
  });
});

afterEach(() => vi.useRealTimers());
