// A mistake of the programmer in a call of the replacements is an `OtpError` that names the argument.
import { authenticator, hotp, totp } from "otp-core/compat/otplib";
import speakeasy from "otp-core/compat/speakeasy";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.ts";

// biome-ignore lint/suspicious/noExplicitAny: these calls have arguments of every type on purpose.
type Any = any;

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const LONE = "\ud800";
/** The last moment of a `Date`. */
const MAX_TIME_MS = 8.64e15;

/** A call, and the argument that the error names. */
type BadCall = readonly [argument: string, call: () => unknown];

function refuses([argument, call]: BadCall): void {
  expect(call).toThrow(refusal("invalid-argument", argument));
}

describe("speakeasy", () => {
  const key: Any = { secret: SECRET, encoding: "base32", label: "alice" };
  const calls: readonly BadCall[] = [
    ["encoding", () => speakeasy.totp({ ...key, encoding: 7 })],
    ["time", () => speakeasy.totp({ ...key, time: 1e308 })],
    ["options", () => speakeasy.digest(null as Any)],
    ["counter", () => speakeasy.digest({ ...key, counter: "x" })],
    ["counter", () => speakeasy.hotp({ ...key, counter: "x" })],
    ["counter", () => speakeasy.hotp.verify({ ...key, counter: "x" })],
    ["window", () => speakeasy.hotp.verify({ ...key, window: "x" })],
    ["digits", () => speakeasy.hotp({ ...key, digits: "x" })],
    ["length", () => speakeasy.hotp({ ...key, length: "x" })],
    ["encoding", () => speakeasy.hotp({ ...key, encoding: "rot13" })],
    ["algorithm", () => speakeasy.hotp({ ...key, algorithm: "md5" })],
    ["secret", () => speakeasy.hotp({ ...key, secret: 5 })],
    ["counter", () => speakeasy.otpauthURL({ ...key, type: "hotp", counter: "x" })],
    ["counter", () => speakeasy.otpauthURL({ ...key, type: "hotp" })],
    ["digits", () => speakeasy.otpauthURL({ ...key, digits: "x" })],
    ["period", () => speakeasy.otpauthURL({ ...key, period: "x" })],
    ["algorithm", () => speakeasy.otpauthURL({ ...key, algorithm: 5 })],
    ["issuer", () => speakeasy.otpauthURL({ ...key, issuer: 5 })],
    ["type", () => speakeasy.otpauthURL({ ...key, type: "steam" })],
    ["type", () => speakeasy.otpauthURL({ ...key, type: 5 })],
    ["label", () => speakeasy.otpauthURL({ ...key, label: "" })],
    ["label", () => speakeasy.otpauthURL({ ...key, label: LONE })],
    ["issuer", () => speakeasy.otpauthURL({ ...key, issuer: LONE })],
    ["secret", () => speakeasy.otpauthURL({ ...key, secret: LONE })],
    ["secret", () => speakeasy.otpauthURL({ label: "alice", encoding: "base32" } as Any)],
    ["name", () => speakeasy.generateSecret({ name: 5 } as Any)],
    ["name", () => speakeasy.generateSecret({ name: LONE })],
    ["length", () => speakeasy.generateSecret({ length: -1 })],
    ["length", () => speakeasy.generateSecret({ length: 1025 })],
    ["length", () => speakeasy.generateSecretASCII(0)],
    ["qr_codes", () => speakeasy.generateSecret({ qr_codes: true } as Any)],
    ["google_auth_qr", () => speakeasy.generateSecret({ google_auth_qr: true } as Any)],
    ["counter", () => speakeasy.totp({ ...key, counter: "x" })],
    ["step", () => speakeasy.totp({ ...key, step: "x" })],
    ["time", () => speakeasy.totp({ ...key, time: "x" })],
    ["epoch", () => speakeasy.totp({ ...key, epoch: "x" })],
    ["initial_time", () => speakeasy.totp({ ...key, initial_time: "x" })],
    ["window", () => speakeasy.totp.verify({ ...key, window: "x" })],
  ];

  it.each(calls)("names the argument %s", (...call) => refuses(call));

  it.each([Number.NaN, Number.POSITIVE_INFINITY, true, 5n, [5], "", " ", "five", "0x5", "5e0", "5.x"])(
    "refuses %o, because it is not a number",
    (counter) => refuses(["counter", () => speakeasy.hotp({ ...key, counter })]),
  );

  it.each([5, "5", " 5 ", "5.9", "5.25"])("reads %o as the counter 5", (counter) => {
    // RFC 4226 appendix D.
    expect(speakeasy.hotp({ ...key, counter })).toBe("254676");
  });

  it("reads a missing counter as 0, as it did", () => {
    expect(speakeasy.hotp(key)).toBe("755224");
    expect(speakeasy.hotp({ ...key, counter: null, digits: null, length: null })).toBe("755224");
    expect(speakeasy.digest(key)).toEqual(speakeasy.digest({ ...key, counter: 0 }));
  });

  it("reads null as an option that is left out", () => {
    const none = { algorithm: null, digits: null, period: null, issuer: null, type: null };
    expect(speakeasy.otpauthURL({ ...key, ...none })).toBe(`otpauth://totp/alice?secret=${SECRET}`);
    expect(speakeasy.totp({ ...key, ...none, step: null, epoch: null, time: 59 })).toBe("287082");
  });

  it("takes the counter of totp if there is one", () => {
    // RFC 4226 appendix D.
    expect(speakeasy.totp({ ...key, counter: 5, time: 59 })).toBe("254676");
  });

  it("refuses a secret without a byte", () => {
    expect(() => speakeasy.hotp({ ...key, secret: "" })).toThrow(refusal("invalid-secret", "secret"));
  });

  it("encodes a secret that is bytes or text in another encoding", () => {
    const bytes = Buffer.from("12345678901234567890");
    for (const secret of [bytes, bytes.toString("hex"), bytes.toString("base64")]) {
      const encoding = secret === bytes ? "base32" : secret === bytes.toString("hex") ? "hex" : "base64";
      expect(speakeasy.otpauthURL({ secret, encoding, label: "alice" })).toBe(`otpauth://totp/alice?secret=${SECRET}`);
    }
  });
});

describe("otplib", () => {
  const calls: readonly BadCall[] = [
    ["options", () => authenticator.verify(undefined as Any)],
    ["options", () => hotp.clone(5 as Any)],
    ["options", () => hotp.clone(null as Any)],
    ["secret", () => totp.generate(5 as Any)],
    ["secret", () => authenticator.keyuri("alice", "Shop", 5 as Any)],
    ["secret", () => authenticator.decode(5 as Any)],
    ["digits", () => hotp.clone({ digits: 0 }).generate("secret", 1)],
    ["digits", () => hotp.clone({ digits: 21 }).generate("secret", 1)],
    ["window", () => totp.clone({ window: 10_001 }).check("123456", "secret")],
    ["window", () => totp.clone({ window: [0, -10_001] }).check("123456", "secret")],
    ["account", () => totp.keyuri(undefined as Any, "Shop", SECRET)],
    ["issuer", () => totp.keyuri("alice", LONE, SECRET)],
    ["counter", () => hotp.generate("secret", -1)],
    ["counter", () => hotp.keyuri("alice", "Shop", SECRET, "5" as Any)],
    ["digest", () => hotp.clone({ digest: 5 as Any }).generate("secret", 1)],
    ["digest", () => hotp.clone({ digest: ["ab".repeat(20)] as Any }).generate("secret", 1)],
    ["bytes", () => authenticator.generateSecret(0)],
    ["algorithm", () => totp.allOptions().createHmacKey?.("md5" as Any, "secret", "ascii")],
  ];

  it.each(calls)("names the argument %s", (...call) => refuses(call));

  const options: readonly (readonly [argument: string, options: Any])[] = [
    ["digits", { digits: "6" }],
    ["algorithm", { algorithm: "md5" }],
    ["encoding", { encoding: "base32" }],
    ["epoch", { epoch: "0" }],
    ["epoch", { epoch: -1 }],
    ["epoch", { epoch: MAX_TIME_MS + 1 }],
    ["step", { step: "30" }],
    ["step", { step: 0 }],
    ["step", { step: -30 }],
    ["step", { step: MAX_TIME_MS + 1 }],
    ["window", { window: ["1", 1] }],
    ["window", { window: [1, "1"] }],
    ["createDigest", { createDigest: 5 }],
  ];

  it.each(options)("names the option %s: %o", (argument, wrong) => {
    refuses([argument, () => totp.clone(wrong).generate("secret")]);
  });

  it("takes the first and the last moment, and a step as long as all time", () => {
    for (const epoch of [0, MAX_TIME_MS]) expect(totp.clone({ epoch }).generate("secret")).toMatch(/^\d{6}$/);
    expect(totp.clone({ epoch: 0, step: MAX_TIME_MS }).generate("12345678901234567890")).toBe("755224");
  });

  it("refuses a function that returns a promise, and leaves no rejection behind", async () => {
    const later = (async () => Promise.reject(new Error("later"))) as Any;
    for (const name of ["createDigest", "createHmacKey", "keyDecoder"] as const) {
      refuses([name, () => authenticator.clone({ [name]: later }).generate(SECRET)]);
    }
    for (const name of ["createRandomBytes", "keyEncoder"] as const) {
      refuses([name, () => authenticator.clone({ [name]: later }).generateSecret()]);
    }
    refuses(["keyEncoder", () => authenticator.clone({ keyEncoder: later }).encode("secret")]);
    await new Promise(setImmediate);
  });

  it("hands its own functions to a function of the caller, and its objects to no function", () => {
    const { createDigest, createHmacKey, createRandomBytes, keyEncoder } = authenticator.allOptions() as Any;
    const calls: string[] = [];
    const spied = (name: string, call: Any) => ({
      [name]: (...given: unknown[]) => {
        calls.push(name);
        return call(...given);
      },
    });
    const now = { epoch: 59_000 };
    const code = authenticator.clone(now).generate(SECRET);
    expect(authenticator.clone({ ...now, ...spied("createDigest", createDigest) }).generate(SECRET)).toBe(code);
    expect(authenticator.clone({ ...now, ...spied("createHmacKey", createHmacKey) }).generate(SECRET)).toBe(code);
    expect(authenticator.clone(spied("createRandomBytes", createRandomBytes)).generateSecret(10)).toHaveLength(16);
    expect(authenticator.clone(spied("keyEncoder", keyEncoder)).generateSecret(10)).toHaveLength(16);
    expect(calls).toEqual(["createDigest", "createHmacKey", "createRandomBytes", "keyEncoder"]);
    const text = hotp.clone({ createHmacKey: hotp.allOptions().createHmacKey, createDigest }).generate("secret", 1);
    expect(hotp.clone(spied("createHmacKey", hotp.allOptions().createHmacKey)).generate("secret", 1)).toBe(text);
    expect(hotp.create({ digits: 8 }).generate("secret", 1)).toHaveLength(8);
  });

  it("refuses a secret that is not ASCII text", () => {
    expect(() => authenticator.decode("é")).toThrow(refusal("invalid-secret", "secret"));
    expect(() => authenticator.generate("")).toThrow(refusal("invalid-secret", "secret"));
  });

  it("takes the largest and the smallest values", () => {
    expect(hotp.clone({ digits: 1 }).generate("12345678901234567890", 0)).toBe("4");
    expect(hotp.clone({ digits: 20 }).generate("12345678901234567890", 0)).toBe("00000000001284755224");
    expect(totp.clone({ window: 10_000 }).check("12345678", "secret")).toBe(false);
    expect(totp.clone({ window: -10_000 }).check("12345678", "secret")).toBe(false);
  });

  it("takes bytes as a secret, where otplib takes a buffer", () => {
    const bytes = Uint8Array.from(Buffer.from("12345678901234567890"));
    expect(hotp.generate(bytes as Any, 0)).toBe("755224");
    expect(totp.clone({ epoch: 59_000 }).generate(bytes as Any)).toBe("287082");
  });

  it("signs the whole counter", () => {
    expect(hotp.generate("12345678901234567890", (2n ** 63n) as Any)).toBe(
      hotp.generate("12345678901234567890", 2 ** 63),
    );
  });
});
