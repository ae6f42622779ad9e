import fc from "fast-check";
import { type Algorithm, type AsyncSigner, encodeBase32, type Signer } from "otp-core";
import { type OcraInput, ocra, parseSuite } from "otp-core/ocra";
import { describe, expect, it, vi } from "vitest";
import { arbitraryOcra } from "../support/arbitrary-suites.ts";
import { SIGNERS } from "../support/engines.ts";
import { referenceMessage, referenceOcra } from "../support/ocra-reference.ts";
import { refusal } from "../support/refusal.ts";

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const SUITE = "OCRA-1:HOTP-SHA1-6:QN08";
const EVERYTHING = "OCRA-1:HOTP-SHA1-6:C-QN08-PSHA1-S064-T1M";
const everything: OcraInput = { challenge: "12345678", counter: 5, pin: "1234", session: "session", step: 7 };
const secret = fc.uint8Array({ minLength: 1, maxLength: 140 });

/** A signer that keeps what it signed. */
function recorder(algorithm: Algorithm): Signer & { readonly messages: Uint8Array[] } {
  const messages: Uint8Array[] = [];
  const lengths = { SHA1: 20, SHA256: 32, SHA512: 64 };
  return {
    algorithm,
    messages,
    sign(message) {
      messages.push(message);
      return new Uint8Array(lengths[algorithm]);
    },
  };
}

/** What is signed for this input. */
function signed(suite: string, input: OcraInput): string {
  const signer = recorder(parseSuite(suite).algorithm);
  ocra(suite, signer, input);
  return Buffer.from(signer.messages[0] as Uint8Array).toString("hex");
}

describe("ocra", () => {
  it("signs suite, zero byte, counter, challenge, PIN, session and time step, as the reference does (OCRA 1)", () => {
    fc.assert(
      fc.property(arbitraryOcra, ({ suite, text, input }) => {
        expect(signed(text, input)).toBe(referenceMessage(text, suite, input).toString("hex"));
      }),
    );
  });

  it.each(SIGNERS)("gives the response of the reference on the engine $name", async ({ prepare }) => {
    await fc.assert(
      fc.asyncProperty(arbitraryOcra, secret, async ({ suite, text, input }, key) => {
        expect(await ocra(text, prepare(key, suite.algorithm), input)).toBe(referenceOcra(text, suite, key, input));
      }),
      { numRuns: 50 },
    );
  });

  it("takes base32 text and bytes", () => {
    fc.assert(
      fc.property(arbitraryOcra, secret, ({ suite, text, input }, key) => {
        const expected = referenceOcra(text, suite, key, input);
        expect([ocra(text, key, input), ocra(text, encodeBase32(key), input)]).toEqual([expected, expected]);
      }),
    );
  });

  it("writes a decimal challenge in hexadecimal from the left, also with an odd number of digits (OCRA 2)", () => {
    const q = (challenge: string) => signed("OCRA-1:HOTP-SHA1-6:QN08", { challenge }).slice(2 * 24);
    expect(q("00000000")).toBe("".padEnd(256, "0"));
    expect(q("11111111")).toBe("a98ac7".padEnd(256, "0"));
    expect(q("00000001")).toBe("1".padEnd(256, "0"));
    expect(q("4095")).toBe("fff".padEnd(256, "0"));
  });

  it("reads hexadecimal in either case as the same challenge, and letters as different ones", () => {
    const hex = "OCRA-1:HOTP-SHA1-6:QH08";
    expect(ocra(hex, SECRET, { challenge: "abcdef12" })).toBe(ocra(hex, SECRET, { challenge: "ABCDEF12" }));
    const text = "OCRA-1:HOTP-SHA1-6:QA08";
    expect(ocra(text, SECRET, { challenge: "abcdef12" })).not.toBe(ocra(text, SECRET, { challenge: "ABCDEF12" }));
  });

  it("fills a short session up in front, as appendix A does, and takes text as UTF-8 (OCRA 4)", () => {
    const suite = "OCRA-1:HOTP-SHA1-6:QN08-S008";
    const s = (session: string | Uint8Array) => signed(suite, { challenge: "0", session }).slice(-16);
    expect(s("é")).toBe("000000000000c3a9");
    expect(s(Uint8Array.of(1, 2))).toBe("0000000000000102");
    expect(s("12345678")).toBe("3132333435363738");
  });

  it("hashes the PIN as UTF-8 (OCRA 3)", () => {
    const suite = "OCRA-1:HOTP-SHA1-6:QN08-PSHA1";
    // SHA-1 of "1234", as RFC 6287 appendix C has it.
    expect(signed(suite, { challenge: "0", pin: "1234" }).slice(-40)).toBe("7110eda4d09e062aa5e4a390b0a572ac0d2c0220");
  });

  it("counts the time steps of `now`, and of the clock without it", () => {
    const step = (now: number) =>
      Number(`0x${signed("OCRA-1:HOTP-SHA1-6:QN08-T48H", { challenge: "0", now }).slice(-16)}`);
    expect([0, 172_799_999, 172_800_000, 8.64e15].map(step)).toEqual([0, 0, 1, 50_000_000]);
    vi.useFakeTimers({ now: 172_800_000 * 9 });
    try {
      expect(signed("OCRA-1:HOTP-SHA1-6:QN08-T48H", { challenge: "0" }).slice(-16)).toBe("0000000000000009");
    } finally {
      vi.useRealTimers();
    }
  });

  it("prefers `step` to `now`, and ignores `now` in a suite without time", () => {
    expect(signed(EVERYTHING, { ...everything, now: 0 })).toBe(signed(EVERYTHING, everything));
    expect(ocra(SUITE, SECRET, { challenge: "00000000", now: 5 })).toBe("237653");
  });

  it("writes the whole digest for 0 digits (OCRA 6)", () => {
    const text = ocra("OCRA-1:HOTP-SHA512-0:QN08", SECRET, { challenge: "1" });
    expect(text).toMatch(/^[0-9a-f]{128}$/);
  });

  it("gives every signature a message of its own, because a signer may keep it", async () => {
    const signer = recorder("SHA1");
    ocra(SUITE, signer, { challenge: "1" });
    const [first] = signer.messages;
    const before = Buffer.from(first as Uint8Array).toString("hex");
    ocra(SUITE, signer, { challenge: "2" });
    expect(Buffer.from(first as Uint8Array).toString("hex")).toBe(before);
  });
});

describe("a wrong argument of ocra", () => {
  it.each([
    ["challenge", undefined],
    ["challenge", 12345678],
    ["challenge", ""],
    ["challenge", "1".repeat(17)],
    ["challenge", "1234abcd"],
    ["challenge", "١٢٣٤"],
    ["challenge", "12345678\n"],
    ["counter", undefined],
    ["counter", "5"],
    ["counter", -1],
    ["counter", 2 ** 53],
    ["counter", -1n],
    ["counter", 2n ** 64n],
    ["counter", 0.5],
    ["pin", undefined],
    ["pin", 1234],
    ["pin", ""],
    ["pin", "\ud800"],
    ["pin", "1".repeat(1025)],
    ["session", undefined],
    ["session", 5],
    ["session", ""],
    ["session", "\ud800"],
    ["session", new Uint8Array(0)],
    ["session", new Uint8Array(65)],
    ["session", "é".repeat(33)],
    ["step", -1],
    ["step", "7"],
    ["step", 2n ** 64n],
    ["now", -1],
    ["now", 0.5],
    ["now", 8.64e15 + 1],
    ["now", "0"],
  ])("is refused by its name: %s = %o", (argument, value) => {
    const input = { ...everything, [argument]: value };
    expect(() => ocra(EVERYTHING, SECRET, input as OcraInput)).toThrow(refusal("invalid-argument", argument));
  });

  it("may have a PIN of 1 to 1024 characters", () => {
    for (const pin of ["1", "1".repeat(1024)])
      expect(ocra(EVERYTHING, SECRET, { ...everything, pin })).toMatch(/^\d+$/);
  });

  it.each([
    ["counter", 0],
    ["pin", "1234"],
    ["session", "session"],
    ["step", 0],
  ])("is refused when the suite does not sign it: %s", (argument, value) => {
    const input = { challenge: "12345678", [argument]: value };
    expect(() => ocra(SUITE, SECRET, input)).toThrow(refusal("invalid-argument", argument));
  });

  it.each([
    ["QA08", "12-4"],
    ["QA08", "é"],
    ["QH08", "xyz"],
    ["QN08", "0x12"],
  ])("is refused when the format of the suite %s does not allow it: %s", (format, challenge) => {
    expect(() => ocra(`OCRA-1:HOTP-SHA1-6:${format}`, SECRET, { challenge })).toThrow(
      refusal("invalid-argument", "challenge"),
    );
  });

  it("is refused when it is no object, has an unknown name, or is not a suite", () => {
    for (const input of [null, undefined, "12345678"]) {
      expect(() => ocra(SUITE, SECRET, input as never)).toThrow(refusal("invalid-argument", "input"));
    }
    const misspelt = { challenge: "12345678", sesion: "x" };
    expect(() => ocra(SUITE, SECRET, misspelt)).toThrow(refusal("invalid-argument", "sesion"));
    expect(() => ocra("OCRA-1", SECRET, { challenge: "1" })).toThrow(refusal("invalid-argument", "suite"));
  });

  it("is refused when the secret is none, and when a signer has another algorithm than the suite", () => {
    const input = { challenge: "12345678" };
    expect(() => ocra(SUITE, "", input)).toThrow(refusal("invalid-secret", "secret"));
    expect(() => ocra(SUITE, "!", input)).toThrow(refusal("invalid-secret", "secret"));
    expect(() => ocra(SUITE, 5 as never, input)).toThrow(refusal("invalid-argument", "secret"));
    expect(() => ocra(SUITE, recorder("SHA256"), input)).toThrow(refusal("invalid-argument", "algorithm"));
  });
});

describe("a signer that fails", () => {
  const cause = new Error("the HSM is away");
  const input = { challenge: "12345678" };

  it("throws signer-failed with the cause", () => {
    const signer: Signer = {
      algorithm: "SHA1",
      sign() {
        throw cause;
      },
    };
    const failed = expect.objectContaining({ name: "OtpError", code: "signer-failed", cause });
    expect(() => ocra(SUITE, signer, input)).toThrow(failed);
  });

  const promised = Promise.resolve(new Uint8Array(20));
  it.each([new Uint8Array(19), new Uint8Array(32), "text", undefined, promised])(
    "throws signer-failed for a digest that is not one: %o",
    (digest) => {
      const signer = { algorithm: "SHA1", sign: () => digest } as Signer;
      expect(() => ocra(SUITE, signer, input)).toThrow(refusal("signer-failed"));
    },
  );

  it("rejects when it is asynchronous, whether it throws, rejects or resolves to something else", async () => {
    const signs: readonly (() => unknown)[] = [
      () => {
        throw cause;
      },
      () => Promise.reject(cause),
      async () => new Uint8Array(5),
      async () => undefined,
    ];
    for (const sign of signs) {
      const signer = { algorithm: "SHA1", async: true, sign } as unknown as AsyncSigner;
      await expect(ocra(SUITE, signer, input)).rejects.toThrow(refusal("signer-failed"));
    }
  });
});
