import fc from "fast-check";
import { decodeBase32, encodeBase32, hotp, isOtpError, type Key, parseKey, parseTotpKey, totp } from "otp-core";
import { describe, expect, it } from "vitest";
import { ALGORITHMS } from "../support/engines.ts";
import { refusal } from "../support/refusal.ts";

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const TOTP = { type: "totp", secret: SECRET };
const HOTP = { type: "hotp", secret: SECRET };

/** A field that a row may lack, hold as null, or hold. */
const maybe = <T>(value: fc.Arbitrary<T>) => fc.oneof(fc.constant(undefined), fc.constant(null), value);
const label = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 20 }).filter((text) => !text.includes(":"));
const secret = fc.uint8Array({ minLength: 1, maxLength: 80 }).map(encodeBase32);
const common = {
  secret,
  algorithm: maybe(fc.constantFrom(...ALGORITHMS)),
  digits: maybe(fc.integer({ min: 6, max: 10 })),
  issuer: maybe(label),
  account: maybe(label),
};
const totpRow = fc.record({
  ...common,
  type: fc.constant("totp"),
  period: maybe(fc.integer({ min: 1, max: 86400 })),
  epoch: maybe(fc.nat({ max: 8.64e12 })),
  encoder: maybe(fc.constant<never>(null as never)),
});
const steamRow = fc.record({
  secret,
  type: fc.constant("totp"),
  algorithm: maybe(fc.constant("SHA1")),
  digits: maybe(fc.constant(5)),
  encoder: fc.constant("steam"),
});
const hotpRow = fc.record({ ...common, type: fc.constant("hotp"), counter: maybe(fc.maxSafeNat()) });
const anyRow: fc.Arbitrary<Record<string, unknown>> = fc.oneof(totpRow, steamRow, hotpRow);

const present = (row: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null && value !== undefined));

describe("parseKey: laws", () => {
  it("keeps every field that is there, and reads null and undefined as absent", () => {
    fc.assert(
      fc.property(anyRow, (row) => {
        expect(parseKey(row)).toStrictEqual(present(row));
      }),
    );
  });

  it("gives the same key again for what it gave, also through JSON", () => {
    fc.assert(
      fc.property(anyRow, (row) => {
        const key = parseKey(row);
        expect(parseKey(key)).toStrictEqual(key);
        expect(parseKey(JSON.parse(JSON.stringify(key)))).toStrictEqual(key);
      }),
    );
  });

  it("gives a key that generates", () => {
    fc.assert(
      fc.property(anyRow, (row) => {
        const key = parseKey(row);
        const code = key.type === "totp" ? totp(key, { now: 8.64e15 }) : hotp(key, key.counter ?? 0);
        expect(code).toHaveLength(row.encoder === "steam" ? 5 : (key.digits ?? 6));
      }),
    );
  });

  it("never throws anything but invalid-key, whatever it gets", () => {
    const field = fc.oneof(fc.anything(), fc.constantFrom("totp", "hotp", SECRET, "SHA1", 6, 30, "steam"));
    const fields = {
      type: field,
      secret: field,
      algorithm: field,
      digits: field,
      period: field,
      epoch: field,
      encoder: field,
      counter: field,
      issuer: field,
    };
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.record(fields, { requiredKeys: [] })), (value) => {
        let key: Key | undefined;
        try {
          key = parseKey(value);
        } catch (error) {
          expect(isOtpError(error) && error.code).toBe("invalid-key");
        }
        if (key !== undefined) expect(parseKey(key)).toStrictEqual(key);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("parseKey", () => {
  it("returns the smallest key for the smallest row", () => {
    expect(parseKey(TOTP)).toStrictEqual(TOTP);
    expect(parseKey(HOTP)).toStrictEqual(HOTP);
  });

  it("returns every field of a full row, and a plain new object", () => {
    const labels = { issuer: "Example", account: "alice" };
    const full = { ...TOTP, algorithm: "SHA256", digits: 8, period: 60, epoch: 5, ...labels };
    const key = parseKey(Object.freeze({ ...full }));
    expect(key).toStrictEqual(full);
    expect(Object.getPrototypeOf(key)).toBe(Object.prototype);
    const fullHotp = { ...HOTP, algorithm: "SHA512", digits: 10, counter: 7, ...labels };
    expect(parseKey(fullHotp)).toStrictEqual(fullHotp);
    expect(parseKey(fullHotp)).not.toBe(fullHotp);
  });

  it("ignores the columns that are not a key's, also those of the other type", () => {
    const columns = { id: 7, userId: "u1", createdAt: new Date(0), after: 12, toJSON: 1, Digits: 8, token: "123456" };
    expect(parseKey({ ...columns, ...TOTP, counter: "seven" })).toStrictEqual(TOTP);
    expect(parseKey({ ...columns, ...HOTP, period: "thirty", epoch: -1 })).toStrictEqual(HOTP);
  });

  it("reads a row that is an instance of a class, with getters, or without a prototype", () => {
    class Row {
      readonly type = "totp";
      get secret() {
        return SECRET;
      }
      get digits() {
        return 8;
      }
    }
    expect(parseKey(new Row())).toStrictEqual({ ...TOTP, digits: 8 });
    expect(parseKey(Object.assign(Object.create(null), TOTP))).toStrictEqual(TOTP);
  });

  it("passes on what a getter of the row throws: that is no fault of the key", () => {
    const failure = new Error("the row was closed");
    const row = {
      get type(): string {
        throw failure;
      },
    };
    expect(() => parseKey(row)).toThrow(failure);
  });

  it.each(["__proto__", "constructor", "toString", "hasOwnProperty", "prototype", "valueOf"])(
    "takes nothing from a row's column %s, nor such a word for a type, an algorithm or an encoder",
    (name) => {
      const row: unknown = JSON.parse(
        `{"type":"totp","secret":"${SECRET}","${name}":{"digits":8,"algorithm":"SHA512"}}`,
      );
      const key = parseKey(row);
      expect(key).toStrictEqual(TOTP);
      expect(Object.getPrototypeOf(key)).toBe(Object.prototype);
      expect(key.digits).toBeUndefined();
      expect(() => parseKey({ secret: SECRET, type: name })).toThrow(refusal("invalid-key", "type"));
      expect(() => parseKey({ ...TOTP, algorithm: name })).toThrow(refusal("invalid-key", "algorithm"));
      expect(() => parseKey({ ...TOTP, encoder: name })).toThrow(refusal("invalid-key", "encoder"));
    },
  );

  it("takes no key out of a polluted __proto__ column", () => {
    expect(() => parseKey(JSON.parse(`{"__proto__":{"type":"totp","secret":"${SECRET}"}}`))).toThrow(
      refusal("invalid-key", "type"),
    );
  });

  it("refuses what is no row", () => {
    for (const value of [undefined, null, 0, 1, true, "totp", JSON.stringify(TOTP), Symbol("key"), 1n, () => TOTP]) {
      expect(() => parseKey(value)).toThrow(refusal("invalid-key", "key"));
    }
    for (const value of [[], [TOTP], new Map(Object.entries(TOTP)), new Uint8Array(20), Buffer.from(SECRET), {}]) {
      expect(() => parseKey(value)).toThrow(refusal("invalid-key", "type"));
    }
  });

  it("says what is wrong: the field's name, and what it must be", () => {
    const error = expect.objectContaining({
      name: "OtpError",
      code: "invalid-key",
      argument: "period",
      expected: expect.stringContaining("86400"),
      message: expect.stringMatching(/period.*86400/),
    });
    expect(() => parseKey({ ...TOTP, period: 0 })).toThrow(error);
  });
});

describe("parseKey: type", () => {
  it.each([undefined, null, "", "TOTP", "Totp", "totp ", "steam", "otp", 1, {}, ["totp"], new String("totp")])(
    "is not %o",
    (type) => {
      expect(() => parseKey({ secret: SECRET, type })).toThrow(refusal("invalid-key", "type"));
    },
  );
});

describe.each([TOTP, HOTP])("parseKey of $type: secret", (row) => {
  it("comes back as unpadded upper-case base32, however it was written", () => {
    for (const written of [
      SECRET,
      SECRET.toLowerCase(),
      "gezd gnbv gy3t qojq gezd gnbv gy3t qojq",
      `${SECRET}======`,
      ` ${SECRET.slice(0, 16)}-${SECRET.slice(16)}`,
    ]) {
      expect(parseKey({ ...row, secret: written }).secret).toBe(SECRET);
    }
    expect(parseKey({ ...row, secret: "mzxw6===" }).secret).toBe("MZXW6");
  });

  it("must be there and must not be empty (trap 38)", () => {
    for (const secret of [undefined, null, "", "   ", "----", "===="]) {
      expect(() => parseKey({ ...row, secret })).toThrow(refusal("invalid-key", "secret"));
    }
    expect(() => parseKey({ type: row.type })).toThrow(refusal("invalid-key", "secret"));
  });

  it("must be base32 (trap 49)", () => {
    for (const secret of [
      "0",
      "GEZDGNBV1",
      "not a secret!",
      "A",
      "AAA",
      "AAAAAA",
      "AB",
      "MZXW7===",
      "GE=ZD",
      "ＧＥＺＤ",
    ]) {
      expect(() => parseKey({ ...row, secret })).toThrow(refusal("invalid-key", "secret"));
    }
  });

  it("may be bytes, and becomes text: a stored key is JSON", () => {
    for (const secret of [decodeBase32(SECRET), Buffer.from(decodeBase32(SECRET))]) {
      expect(parseKey({ ...row, secret })).toEqual({ ...row, secret: SECRET });
    }
    expect(() => parseKey({ ...row, secret: new Uint8Array(0) })).toThrow(refusal("invalid-key", "secret"));
  });

  it("must be text or bytes", () => {
    for (const secret of [1, {}, [SECRET], Uint16Array.of(1), { sign: () => new Uint8Array(20), algorithm: "SHA1" }]) {
      expect(() => parseKey({ ...row, secret })).toThrow(refusal("invalid-key", "secret"));
    }
  });
});

describe("parseKey: numbers", () => {
  const BAD: readonly unknown[] = [
    -1,
    1.5,
    Number.NaN,
    Infinity,
    -Infinity,
    2 ** 53,
    "6",
    "30",
    "0",
    "",
    true,
    false,
    {},
    [],
    [6],
    6n,
    new Number(6),
  ];

  it.each([
    ["digits", TOTP, [6, 7, 8, 9, 10], [0, 5, 11, 100]],
    ["digits", HOTP, [6, 7, 8, 9, 10], [0, 5, 11, 100]],
    ["period", TOTP, [1, 30, 60, 86400], [0, 86401]],
    ["epoch", TOTP, [0, 1, 1_700_000_000, 8.64e12], [8.64e12 + 1]],
    ["counter", HOTP, [0, 1, 2 ** 32, Number.MAX_SAFE_INTEGER], []],
  ])("%s is a number of its range, never text that looks like one (trap 65)", (field, row, good, bad) => {
    for (const value of good) expect(parseKey({ ...row, [field]: value })).toStrictEqual({ ...row, [field]: value });
    for (const value of [...bad, ...BAD]) {
      expect(() => parseKey({ ...row, [field]: value })).toThrow(refusal("invalid-key", field));
    }
    for (const absent of [null, undefined]) expect(parseKey({ ...row, [field]: absent })).toStrictEqual(row);
  });

  it("keep no sign on zero", () => {
    expect(parseKey({ ...HOTP, counter: -0 })).toStrictEqual({ ...HOTP, counter: 0 });
    expect(parseKey({ ...TOTP, epoch: -0 })).toStrictEqual({ ...TOTP, epoch: 0 });
  });
});

describe.each([TOTP, HOTP])("parseKey of $type: algorithm", (row) => {
  it("is one of the three, or absent", () => {
    for (const algorithm of ALGORITHMS) expect(parseKey({ ...row, algorithm })).toStrictEqual({ ...row, algorithm });
    for (const algorithm of [null, undefined]) expect(parseKey({ ...row, algorithm })).toStrictEqual(row);
  });

  it("is none that merely looks like one (trap 45, trap 72)", () => {
    for (const algorithm of ["sha1", "SHA-1", "HmacSHA1", "SHA224", "MD5", "", " SHA1", 1, {}, ["SHA1"], false]) {
      expect(() => parseKey({ ...row, algorithm })).toThrow(refusal("invalid-key", "algorithm"));
    }
  });
});

describe("parseKey: Steam", () => {
  const STEAM = { ...TOTP, encoder: "steam" };

  it("is a TOTP key with five characters on SHA-1, said or unsaid", () => {
    expect(parseKey(STEAM)).toStrictEqual(STEAM);
    expect(parseKey({ ...STEAM, digits: 5 })).toStrictEqual({ ...STEAM, digits: 5 });
    expect(parseKey({ ...STEAM, algorithm: "SHA1", digits: null })).toStrictEqual({ ...STEAM, algorithm: "SHA1" });
  });

  it("has no other number of digits", () => {
    for (const digits of [4, 6, 8, "5", 5.5, 5n]) {
      expect(() => parseKey({ ...STEAM, digits })).toThrow(refusal("invalid-key", "digits"));
    }
  });

  it("has no other algorithm", () => {
    for (const algorithm of ["SHA256", "SHA512", "MD5"]) {
      expect(() => parseKey({ ...STEAM, algorithm })).toThrow(refusal("invalid-key", "algorithm"));
    }
  });

  it("is the only key with five digits", () => {
    for (const encoder of [undefined, null]) {
      expect(() => parseKey({ ...TOTP, encoder, digits: 5 })).toThrow(refusal("invalid-key", "digits"));
    }
    expect(() => parseKey({ ...HOTP, digits: 5 })).toThrow(refusal("invalid-key", "digits"));
  });

  it("is the only encoder, and is no encoder of HOTP", () => {
    for (const encoder of ["Steam", "STEAM", "", "decimal", 1, true, {}, ["steam"]]) {
      for (const rest of [{}, { digits: 5 }, { digits: 6 }, { algorithm: "SHA256" }]) {
        expect(() => parseKey({ ...TOTP, ...rest, encoder })).toThrow(refusal("invalid-key", "encoder"));
      }
    }
    for (const rest of [{}, { digits: 5 }, { digits: 6 }, { algorithm: "SHA256" }]) {
      expect(() => parseKey({ ...HOTP, ...rest, encoder: "steam" })).toThrow(refusal("invalid-key", "encoder"));
    }
    expect(parseKey({ ...HOTP, encoder: null })).toStrictEqual(HOTP);
  });
});

describe("parseTotpKey", () => {
  it("reads what parseKey reads, and a row without a type", () => {
    const law = fc.property(fc.record({ secret, digits: fc.integer({ min: 6, max: 10 }) }), (row) => {
      const key = parseKey({ type: "totp", ...row });
      for (const type of ["totp", undefined, null]) expect(parseTotpKey({ type, ...row })).toEqual(key);
      expect(parseTotpKey(row)).toEqual(key);
    });
    fc.assert(law);
  });

  it("refuses HOTP keys, other types, and everything that parseKey refuses", () => {
    for (const type of ["hotp", "", "TOTP", 1]) {
      expect(() => parseTotpKey({ type, secret: SECRET })).toThrow(refusal("invalid-key", "type"));
    }
    expect(() => parseTotpKey({ secret: SECRET, digits: "6" })).toThrow(refusal("invalid-key", "digits"));
    for (const value of [null, undefined, SECRET]) {
      expect(() => parseTotpKey(value)).toThrow(refusal("invalid-key", "key"));
    }
  });
});
