import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import {
  attemptHotp,
  attemptTotp,
  createHotpKey,
  createTotpKey,
  decodeBase32,
  encodeBase32,
  equalBytes,
  generateSecret,
  hotp,
  isOtpError,
  OtpError,
  type OtpErrorCode,
  parseKey,
  randomBytes,
  resyncHotp,
  resyncTotp,
  timeRemainingMs,
  timeStep,
  totp,
} from "otp-core";
import { hmac } from "otp-core/hmac";
import { nodeHmac } from "otp-core/hmac/node";
import { webHmac } from "otp-core/hmac/web";
import { describe, expect, it } from "vitest";
import { refusal } from "./support/refusal.ts";

describe("OtpError", () => {
  it("is an Error with a code, and says which argument and what would have been right", () => {
    const error = new OtpError("invalid-argument", "digits must be 6", { argument: "digits", expected: "6" });
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(OtpError);
    expect(error.name).toBe("OtpError");
    expect(error.code).toBe("invalid-argument");
    expect(error.message).toBe("digits must be 6");
    expect(error.argument).toBe("digits");
    expect(error.expected).toBe("6");
    expect(String(error)).toBe("OtpError: digits must be 6");
    expect(error.stack).toContain("errors.test.ts");
  });

  it("has a closed list of codes", () => {
    const codes: Record<OtpErrorCode, true> = {
      "invalid-argument": true,
      "invalid-secret": true,
      "weak-secret": true,
      "invalid-uri": true,
      "invalid-key": true,
      "invalid-file": true,
      "random-unavailable": true,
      "crypto-unavailable": true,
      "signer-failed": true,
      "key-unsealable": true,
      "pepper-missing": true,
      "store-failed": true,
      "store-contention": true,
      "store-uncertain": true,
      "store-refused": true,
      "state-invalid": true,
      "delivery-failed": true,
    };
    for (const code of Object.keys(codes) as OtpErrorCode[]) {
      expect(new OtpError(code, "a message")).toMatchObject({ code, argument: undefined, expected: undefined });
    }
  });

  it("carries the cause like an Error does: where there is one, and not among what a logger lists", () => {
    const cause = new Error("the store is down");
    const error = new OtpError("store-failed", "the store failed", { cause });
    expect(error.cause).toBe(cause);
    expect(Object.keys(error)).not.toContain("cause");
    expect(JSON.stringify(error)).not.toContain("down");
    expect(inspect(error)).toContain("the store is down");
    expect("cause" in new OtpError("store-failed", "the store failed", {})).toBe(false);
    expect("cause" in new OtpError("store-failed", "the store failed")).toBe(false);
    // A promise that rejects with undefined has a cause too.
    expect("cause" in new OtpError("signer-failed", "the handle failed", { cause: undefined })).toBe(true);
  });

  it("is serialised with its name, code, argument and expectation, and nothing else", () => {
    const error = new OtpError("invalid-key", "no type", { argument: "type", expected: "a type", cause: 1 });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: "OtpError",
      code: "invalid-key",
      argument: "type",
      expected: "a type",
    });
  });
});

describe("isOtpError", () => {
  it("knows an OtpError, also of a subclass", () => {
    class StoreError extends OtpError {}
    expect(isOtpError(new OtpError("invalid-key", "no type"))).toBe(true);
    expect(isOtpError(new StoreError("store-failed", "the store failed"))).toBe(true);
  });

  it("knows what the library threw", () => {
    for (const run of [() => decodeBase32("0"), () => hotp({ secret: "" }, 0), () => parseKey(null)]) {
      let thrown: unknown;
      try {
        run();
      } catch (error) {
        thrown = error;
      }
      expect(isOtpError(thrown)).toBe(true);
    }
  });

  it("is false for everything else, and never throws", () => {
    const lookalike = { name: "OtpError", code: "invalid-key", message: "no type", argument: undefined };
    const otherError = Object.assign(new Error("no type"), { name: "OtpError", code: "invalid-key" });
    const values = [
      undefined,
      null,
      0,
      1n,
      "OtpError",
      Symbol("OtpError"),
      {},
      [],
      () => OtpError,
      OtpError,
      OtpError.prototype,
    ];
    for (const value of [...values, lookalike, otherError, new TypeError("no type"), Object.create(null)]) {
      expect(isOtpError(value)).toBe(false);
    }
  });

  it("knows an error of another realm that loaded the package for itself (trap 76)", () => {
    const foreign: unknown = runInNewContext(
      `Object.defineProperty(new Error("no type"), Symbol.for("otp-core.OtpError"), { value: true })`,
    );
    expect(foreign).not.toBeInstanceOf(Error);
    expect(isOtpError(foreign)).toBe(true);
  });

  it("knows the errors of the ESM copy in the CommonJS copy, and the other way round (trap 76)", () => {
    const program = `
      import { createRequire } from "node:module";
      import * as esm from "otp-core";
      const require = createRequire(process.cwd() + "/");
      const cjs = require("otp-core");
      const thrown = (copy, run) => { try { run(copy); } catch (error) { return error; } };
      const rows = [];
      for (const [thrower, judge] of [[esm, cjs], [cjs, esm], [esm, esm], [cjs, cjs]]) {
        for (const run of [
          (copy) => copy.hotp({ secret: "MZXW6YTB", digits: 1 }, 0),
          (copy) => copy.decodeBase32("0"),
          (copy) => copy.parseKey({}),
          (copy) => require("otp-core/hmac").hmac(""),
          (copy) => copy.hotp({ secret: { algorithm: "SHA1", sign() { throw 1; } } }, 0),
        ]) {
          const error = thrown(thrower, run);
          rows.push([judge.isOtpError(error), error.name, error.code, typeof error.message]);
        }
      }
      const others = [new Error("x"), null, "x"].map((value) => esm.isOtpError(value) || cjs.isOtpError(value));
      process.stdout.write(JSON.stringify({ sameClass: esm.OtpError === cjs.OtpError, rows, others }));
    `;
    const cwd = fileURLToPath(new URL("..", import.meta.url));
    const output = execFileSync(process.execPath, ["--input-type=module", "--eval", program], {
      cwd,
      encoding: "utf8",
    });
    const codes = ["invalid-argument", "invalid-secret", "invalid-key", "invalid-secret", "signer-failed"];
    const rows = codes.map((code) => [true, "OtpError", code, "string"]);
    expect(JSON.parse(output)).toEqual({
      // That they differ is why there is a brand: instanceof would fail.
      sameClass: false,
      rows: [...rows, ...rows, ...rows, ...rows],
      others: [false, false, false],
    });
  });
});

// Recognisable secrets and codes, wherever a caller can put them.
const SECRET = "LJYTOI3LKY4SC6CXGJAHATBV";
const BYTES = decodeBase32(SECRET);
const CODE = "9182736450";
const FRAGMENTS = [
  ...Array.from({ length: SECRET.length - 4 }, (_, i) => SECRET.slice(i, i + 5)),
  ...Array.from({ length: CODE.length - 3 }, (_, i) => CODE.slice(i, i + 4)),
  ...Array.from({ length: BYTES.length - 3 }, (_, i) => Buffer.from(BYTES.subarray(i, i + 4))).flatMap((four) => [
    ...[four.toString("latin1"), four.toString("hex"), [...four].join(), [...four].join(", ")],
  ]),
];

/** What a log could hold of an error and its cause; the frames of the stack are numbers that may be anything. */
function printed(error: unknown): string {
  if (!(error instanceof Error)) throw new TypeError("not an error");
  const [head] = error.stack?.split("\n    at ") ?? [];
  const hidden = inspect({ ...error }, { showHidden: true, depth: null });
  // A list of bytes is printed in columns.
  return [head, error, JSON.stringify(error), hidden, error.cause].map(String).join(" ").replace(/\s+/g, " ");
}

async function thrownBy(run: () => unknown): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  throw new RangeError("nothing was thrown");
}

const KEY = { secret: SECRET };
const OPTIONS = { after: null, now: 0 };
const given = <T>(value: unknown) => value as T;
const text = given<number>(CODE);
const number = Number(CODE);
const short = given<Parameters<typeof attemptTotp>[2]>({ ...OPTIONS, minSecretBytes: 16 });

const LEAKS: readonly (readonly [name: string, run: () => unknown])[] = [
  ["a character that is not base32", () => decodeBase32(`${SECRET}1`)],
  ["a character that is not base32, in the middle", () => decodeBase32(`${SECRET.slice(0, 12)}!${SECRET.slice(12)}`)],
  ["a length that is not base32", () => decodeBase32(`${SECRET}A`)],
  ["bits to spare", () => decodeBase32(`${SECRET}AB`)],
  ["a broken secret of hotp", () => hotp({ secret: `${SECRET}1` }, 0)],
  ["a broken secret of totp", () => totp({ secret: `${SECRET}1` })],
  ["a broken secret of attemptTotp", () => attemptTotp({ secret: `${SECRET}1` }, CODE, OPTIONS)],
  ["a broken secret of attemptHotp", () => attemptHotp({ secret: `${SECRET}1` }, CODE, { counter: 0 })],
  ["a broken secret of resyncTotp", () => resyncTotp({ secret: `${SECRET}1` }, [CODE, CODE], OPTIONS)],
  ["a broken secret of resyncHotp", () => resyncHotp({ secret: `${SECRET}1` }, [CODE, CODE], { counter: 0 })],
  ["a broken secret of hmac", () => hmac(`${SECRET}1`)],
  ["a broken secret of nodeHmac", () => nodeHmac(`${SECRET}1`)],
  ["a broken secret of webHmac", () => webHmac(`${SECRET}1`)],
  ["a broken secret of parseKey", () => parseKey({ type: "totp", secret: `${SECRET}1` })],
  ["a secret that is too weak, as text", () => attemptTotp(KEY, CODE, short)],
  ["a secret that is too weak, as bytes", () => attemptTotp({ secret: BYTES }, CODE, short)],
  ["a secret in the place of the key", () => totp(given<{ secret: string }>(SECRET))],
  ["bytes in the place of the text", () => decodeBase32(given(BYTES))],
  ["text in the place of the bytes", () => encodeBase32(given(SECRET))],
  ["text in the place of bytes to compare", () => equalBytes(given(SECRET), given(SECRET))],
  ["a secret in an array", () => hotp({ secret: given<string>([SECRET]) }, 0)],
  ["bytes of another kind", () => hotp({ secret: given<Uint8Array>(Uint16Array.from(BYTES)) }, 0)],
  ["a secret as the algorithm", () => hotp({ secret: SECRET, algorithm: given(SECRET) }, 0)],
  ["a secret as the algorithm of a handle", () => hmac(SECRET, given(SECRET))],
  ["a secret as the algorithm of nodeHmac", () => nodeHmac(SECRET, given(SECRET))],
  ["a secret as the algorithm of webHmac", () => webHmac(SECRET, given(SECRET))],
  ["a secret as the encoder", () => totp({ secret: SECRET, encoder: given(SECRET) })],
  ["a secret as the type", () => parseKey({ type: SECRET, secret: SECRET })],
  ["a secret in the place of a row", () => parseKey(SECRET)],
  ["a key as JSON text in the place of a row", () => parseKey(JSON.stringify({ type: "totp", secret: SECRET }))],
  ["a secret as the issuer", () => createTotpKey({ issuer: `${SECRET}:`, account: SECRET })],
  ["a secret as the account", () => parseKey({ type: "totp", secret: SECRET, account: `${SECRET}:` })],
  ["a secret as a length", () => generateSecret(given(SECRET))],
  ["a secret as the number of bytes", () => randomBytes(given(SECRET))],
  ["a secret as the message", () => hmac(SECRET).sign(given(SECRET))],
  ["a code as the counter of hotp", () => hotp(KEY, text)],
  ["a code as the counter of attemptHotp", () => attemptHotp(KEY, CODE, { counter: text })],
  ["a code as the look-ahead", () => attemptHotp(KEY, CODE, { counter: 0, lookAhead: number })],
  ["a code as the look-ahead of resyncHotp", () => resyncHotp(KEY, [CODE, CODE], { counter: 0, lookAhead: number })],
  ["a code as the digits", () => totp({ secret: SECRET, digits: number })],
  ["a code as the period", () => totp({ secret: SECRET, period: number })],
  ["a code as the epoch", () => totp({ secret: SECRET, epoch: text })],
  ["a code as the moment", () => totp(KEY, { now: text })],
  ["a code as the moment of timeStep", () => timeStep({}, { now: text })],
  ["a code as the moment of timeRemainingMs", () => timeRemainingMs({}, { now: text })],
  ["a code as the last step", () => attemptTotp(KEY, CODE, { after: text, now: 0 })],
  ["a code as the window", () => attemptTotp(KEY, CODE, { ...OPTIONS, window: number })],
  [
    "a code as one side of the window",
    () => attemptTotp(KEY, CODE, { ...OPTIONS, window: { past: number, future: 1 } }),
  ],
  ["a code as the drift", () => attemptTotp(KEY, CODE, { ...OPTIONS, drift: number })],
  ["a code as the shortest secret", () => attemptTotp(KEY, CODE, { ...OPTIONS, minSecretBytes: number })],
  ["a code in the place of the options", () => attemptTotp(KEY, CODE, given(CODE))],
  ["a code in the place of the options of resyncTotp", () => resyncTotp(KEY, [CODE, CODE], given(CODE))],
  ["a code as the first counter", () => createHotpKey({ issuer: "Example", account: "alice", counter: text })],
  ["a handle that returns its key", () => hotp({ secret: { algorithm: "SHA1", sign: () => BYTES } }, 0)],
  [
    "a handle that promises its key",
    () => hotp({ secret: { algorithm: "SHA1", async: true, sign: async () => BYTES } }, 0),
  ],
];

describe("an error holds neither a secret nor a code (O2, trap 79)", () => {
  it.each(LEAKS)("%s", async (_, run) => {
    const error = await thrownBy(run);
    expect(isOtpError(error)).toBe(true);
    const log = printed(error);
    expect(FRAGMENTS.filter((fragment) => log.includes(fragment))).toEqual([]);
  });

  it("which a search would find", () => {
    for (const leak of [`the secret ${SECRET}`, CODE, inspect(BYTES), Buffer.from(BYTES).toString("hex")]) {
      const log = printed(new OtpError("invalid-secret", leak));
      expect(FRAGMENTS.filter((fragment) => log.includes(fragment))).not.toEqual([]);
    }
    const hidden = printed(new OtpError("invalid-secret", "no secret", { cause: SECRET, expected: CODE }));
    expect(FRAGMENTS.filter((fragment) => hidden.includes(fragment))).not.toEqual([]);
  });
});

describe("an unknown option name", () => {
  it("is an error that names it and the known ones, never a default", () => {
    const misspelt = { issuer: "Example", account: "alice", digit: 8 };
    expect(() => createTotpKey(misspelt)).toThrow(refusal("invalid-argument", "digit"));
    expect(() => createTotpKey(misspelt)).toThrow(/^unknown option `digit`; expected issuer, .*, digits or period$/);
    expect(() => timeStep({}, given({ nowMs: 1 }))).toThrow(/^unknown option `nowMs`; expected now$/);
    expect(() => attemptTotp(KEY, CODE, given({ ...OPTIONS, windows: 1 }))).toThrow(
      refusal("invalid-argument", "windows"),
    );
    expect(() => timeStep({}, given({ nowMs: 1 }))).toThrow(refusal("invalid-argument", "nowMs"));
  });

  it("is an error too when it is one that every object has", () => {
    for (const name of ["constructor", "toString", "hasOwnProperty", "valueOf"]) {
      expect(() => timeStep({}, given({ [name]: 1 }))).toThrow(refusal("invalid-argument", name));
    }
    expect(() => timeStep({}, given(JSON.parse('{"__proto__": 1}')))).toThrow(refusal("invalid-argument", "__proto__"));
  });

  it("is escaped, so that it cannot forge a line of a log (field F7)", () => {
    const forged = "x\n2026-01-01 level=info msg=`ok`";
    expect(() => timeStep({}, given({ [forged]: 1 }))).toThrow(
      "unknown option `x\\u000a2026-01-01 level=info msg=\\u0060ok\\u0060`",
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (name) => {
        fc.pre(name !== "now" && !(name in Object.prototype));
        expect(() => timeStep({}, given({ [name]: 1 }))).toThrow(/^unknown option `[ -_a-~]*`; expected now$/);
      }),
    );
  });

  it("is quoted to 32 characters", () => {
    expect(() => timeStep({}, given({ ["n".repeat(1000)]: 1 }))).toThrow(refusal("invalid-argument", "n".repeat(32)));
  });

  it("does not count when it is inherited: an options object may have a class or a prototype", () => {
    class Options {
      readonly now = 59_000;
    }
    const inherited: object = Object.create({ foreign: 1 }, { now: { value: 59_000, enumerable: true } });
    expect(timeStep({}, new Options())).toBe(1);
    expect(timeStep({}, inherited)).toBe(1);
    expect(timeStep({}, Object.assign(Object.create(null), { now: 59_000 }))).toBe(1);
  });

  it("cannot hide in options that are no object", () => {
    for (const options of [null, 1, "now", true, () => 1]) {
      expect(() => timeStep({}, given(options))).toThrow(refusal("invalid-argument", "options"));
    }
  });
});

describe("the cause of an OtpError", () => {
  it("can be taken away, like that of an Error, before the error is sent somewhere", () => {
    const like = Object.getOwnPropertyDescriptor(new Error("the store is down", { cause: 1 }), "cause");
    const error = new OtpError("store-failed", "the store failed", { cause: 1 });
    expect(Object.getOwnPropertyDescriptor(error, "cause")?.configurable).toBe(like?.configurable);
    Reflect.deleteProperty(error, "cause");
    expect(error).not.toHaveProperty("cause");
  });
});

describe("a number of an argument", () => {
  it("is never the negative zero, which some formats write as -0", () => {
    expect(parseKey({ type: "totp", secret: SECRET, epoch: -0 })).toHaveProperty("epoch", 0);
  });
});
