import { createCipheriv } from "node:crypto";
import fc from "fast-check";
import { challenge, ocra } from "otp-core/ocra";
import { afterEach, describe, expect, it, vi } from "vitest";
import { arbitrarySuite, suiteText } from "../support/arbitrary-suites.ts";
import { refusal } from "../support/refusal.ts";

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const ALPHABETS = {
  A: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  N: "0123456789",
  H: "0123456789abcdef",
} as const;

describe("challenge", () => {
  it("has the format and the length of the suite, and is accepted by it", () => {
    fc.assert(
      fc.property(arbitrarySuite, (suite) => {
        const plain = { ...suite, counter: false, pin: null, session: null, period: null };
        const text = suiteText(plain);
        const drawn = challenge(text);
        expect(drawn).toHaveLength(suite.challenge.length);
        expect([...drawn].every((symbol) => ALPHABETS[suite.challenge.format].includes(symbol))).toBe(true);
        expect(ocra(text, SECRET, { challenge: drawn })).toMatch(/^[0-9a-f]+$/);
        // Both challenges of a mutual authentication.
        expect(ocra(text, SECRET, { challenge: drawn + challenge(text) })).toMatch(/^[0-9a-f]+$/);
      }),
    );
  });

  it("is another one each time (OCRA 11)", () => {
    const drawn = Array.from({ length: 1000 }, () => challenge("OCRA-1:HOTP-SHA1-6:QH32"));
    expect(new Set(drawn).size).toBe(1000);
  });

  it("refuses text that is not a suite", () => {
    expect(() => challenge("OCRA-1:HOTP-SHA1-6")).toThrow(refusal("invalid-argument", "suite"));
  });
});

describe("the symbols of a challenge", () => {
  afterEach(() => vi.unstubAllGlobals());

  /** A generator that gives the same even bytes in every run: AES in counter mode under a fixed key. */
  function stubGenerator() {
    const stream = createCipheriv("aes-128-ctr", Buffer.alloc(16, 1), Buffer.alloc(16));
    vi.stubGlobal("crypto", {
      getRandomValues(bytes: Uint8Array) {
        bytes.set(stream.update(Buffer.alloc(bytes.length)));
        return bytes;
      },
    });
  }

  // The critical values for a probability of about 10^-6. The remainder of a byte by 36 gives about 510, by 10 about 96.
  it.each([
    { format: "A", critical: 92 },
    { format: "N", critical: 45 },
    { format: "H", critical: 57 },
  ] as const)("of the format $format are equally likely (chi-square)", ({ format, critical }) => {
    stubGenerator();
    const symbols = ALPHABETS[format];
    const counts = new Map([...symbols].map((symbol) => [symbol, 0]));
    for (let i = 0; i < 4096; i++) {
      for (const symbol of challenge(`OCRA-1:HOTP-SHA1-6:Q${format}64`)) {
        counts.set(symbol, (counts.get(symbol) as number) + 1);
      }
    }
    expect(counts.size).toBe(symbols.length);
    const expected = (4096 * 64) / symbols.length;
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquare).toBeLessThan(critical);
  });
});
