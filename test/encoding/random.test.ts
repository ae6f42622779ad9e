import { createHotpKey, createTotpKey, decodeBase32, encodeBase32, generateSecret, randomBytes } from "otp-core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { refusal } from "../support/refusal.ts";

/** Pearson's statistic against equal frequencies. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

function frequencies<T>(values: Iterable<T>, alphabet: Iterable<T>): number[] {
  const counts = new Map(Array.from(alphabet, (symbol) => [symbol, 0]));
  for (const value of values) {
    const count = counts.get(value);
    if (count === undefined) throw new RangeError("a value outside of the alphabet");
    counts.set(value, count + 1);
  }
  return [...counts.values()];
}

// An unbiased source exceeds these with a probability below 1e-10 (31 and 255 degrees of freedom).
const LIMIT_32 = 110;
const LIMIT_256 = 426;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

describe("randomness", () => {
  it("every symbol of a secret is as frequent as every other (T5, trap 40)", () => {
    // 1000 bytes are 1600 whole symbols: none with padding bits.
    const text = Array.from({ length: 64 }, () => generateSecret(1000)).join("");
    expect(text).toHaveLength(64 * 1600);
    expect(chiSquare(frequencies(text, ALPHABET))).toBeLessThan(LIMIT_32);
  });

  it("the test sees the biases that were seen in the wild (trap 40, trap 71)", () => {
    const draws = 64 * 1600;
    const bytes = () => Array.from({ length: draws }, (_, i) => (i * 97) % 256);
    expect(
      chiSquare(
        frequencies(
          bytes().map((byte) => byte % 32),
          Array(32).keys(),
        ),
      ),
    ).toBeLessThan(LIMIT_32);
    const modulo59 = bytes().map((byte) => byte % 59);
    expect(chiSquare(frequencies(modulo59, Array(59).keys()))).toBeGreaterThan(LIMIT_256);
    const seven = Uint8Array.from(bytes(), (byte) => byte & 0x7f);
    expect(chiSquare(frequencies(encodeBase32(seven), ALPHABET))).toBeGreaterThan(LIMIT_32);
  });

  it("every byte is as frequent as every other", () => {
    expect(chiSquare(frequencies(randomBytes(65536), Array(256).keys()))).toBeLessThan(LIMIT_256);
  });

  it.each([16, 20, 32, 64])("every bit of a secret of %d bytes is drawn, to the last one (trap 71)", (length) => {
    const ones = new Uint8Array(length);
    const zeros = new Uint8Array(length);
    // A bit that is drawn stays the same in 128 secrets once in 2^127.
    for (let i = 0; i < 128; i++) {
      const secret = decodeBase32(generateSecret(length));
      expect(secret).toHaveLength(length);
      for (const [j, byte] of secret.entries()) {
        ones[j] = (ones[j] as number) | byte;
        zeros[j] = (zeros[j] as number) | ~byte;
      }
    }
    expect(ones).toEqual(new Uint8Array(length).fill(255));
    expect(zeros).toEqual(new Uint8Array(length).fill(255));
  });

  it("no two secrets are the same (H6)", () => {
    expect(new Set(Array.from({ length: 1000 }, () => generateSecret())).size).toBe(1000);
  });
});

describe("randomBytes", () => {
  it("returns as many bytes as asked for, fresh ones", () => {
    for (const length of [1, 2, 15, 16, 17, 65535, 65536]) {
      const bytes = randomBytes(length);
      expect(bytes.constructor).toBe(Uint8Array);
      expect(bytes).toHaveLength(length);
      expect(bytes.buffer.byteLength).toBe(length);
    }
    expect(randomBytes(32)).not.toEqual(randomBytes(32));
  });

  it("takes no single zero for a broken generator", () => {
    // Without a zero among them once in 2^46.
    const draws = Array.from({ length: 8192 }, () => randomBytes(1)[0]);
    expect(draws).toContain(0);
  });

  it("notices a generator that fills nothing however few bytes are asked for (trap 41)", () => {
    const dead = { getRandomValues: (bytes: Uint8Array) => bytes };
    for (const length of [1, 8, 12, 15, 16, 65536]) {
      expect(() => withCrypto(dead, () => randomBytes(length))).toThrow(refusal("random-unavailable"));
    }
  });

  it("refuses every other length", () => {
    for (const length of [
      0,
      -1,
      65537,
      1.5,
      Number.NaN,
      Infinity,
      2 ** 53,
      "16",
      null,
      undefined,
      {},
      [16],
      16n,
      true,
    ]) {
      expect(() => randomBytes(length as number)).toThrow(refusal("invalid-argument", "length"));
    }
  });
});

describe("generateSecret", () => {
  it("is 160 bits in base32 by default (H4, trap 39, trap 71)", () => {
    expect(generateSecret()).toMatch(/^[A-Z2-7]{32}$/);
    expect(decodeBase32(generateSecret())).toHaveLength(20);
    expect(decodeBase32(generateSecret(undefined))).toHaveLength(20);
  });

  it("counts in bytes, not in characters: 16 to 1024 (trap 39)", () => {
    for (const bytes of [16, 20, 32, 64, 1024]) expect(decodeBase32(generateSecret(bytes))).toHaveLength(bytes);
  });

  it("makes no short secret: under 128 bits is refused (H4, trap 39)", () => {
    for (const bytes of [0, 1, 10, 15, 1025, -20, 20.5, Number.NaN, Infinity, "20", null, {}]) {
      expect(() => generateSecret(bytes as number)).toThrow(refusal("invalid-argument", "bytes"));
    }
  });

  it("is the base32 text of what one call of getRandomValues gave, all of it", () => {
    const asked: number[] = [];
    const secret = withCrypto(
      {
        getRandomValues(bytes: Uint8Array) {
          asked.push(bytes.length);
          return bytes.fill(0xa5);
        },
      },
      () => generateSecret(),
    );
    expect(asked).toEqual([20]);
    expect(secret).toBe(encodeBase32(new Uint8Array(20).fill(0xa5)));
  });
});

function withCrypto<T>(crypto: unknown, run: () => T): T {
  vi.stubGlobal("crypto", crypto);
  try {
    return run();
  } finally {
    vi.unstubAllGlobals();
  }
}

// Everything that draws.
const DRAWS: readonly (readonly [name: string, draw: () => unknown])[] = [
  ["randomBytes", () => randomBytes(20)],
  ["generateSecret", () => generateSecret()],
  ["createTotpKey", () => createTotpKey({ issuer: "Example", account: "alice" })],
  ["createHotpKey", () => createHotpKey({ issuer: "Example", account: "alice" })],
];

describe.each(DRAWS)("without a generator that works %s fails loudly (H20, trap 41)", (_, draw) => {
  afterEach(() => {
    // The next draw finds the real generator again.
    expect(draw()).toBeDefined();
    expect(draw()).not.toEqual(draw());
  });

  const failed = new Error("no entropy");

  it.each([
    ["no crypto", undefined],
    ["crypto is null", null],
    ["no getRandomValues", {}],
    ["getRandomValues is no function", { getRandomValues: 1 }],
    ["getRandomValues is null", { getRandomValues: null }],
    ["it fills nothing", { getRandomValues: (bytes: Uint8Array) => bytes }],
    [
      "it returns other bytes than it was given",
      { getRandomValues: (bytes: Uint8Array) => new Uint8Array(bytes.length).fill(7) },
    ],
    ["it returns a promise", { getRandomValues: async (bytes: Uint8Array) => bytes }],
    ["a mock returns undefined", { getRandomValues: vi.fn() }],
  ])("%s", (_, crypto) => {
    const mathRandom = vi.spyOn(Math, "random");
    expect(() => withCrypto(crypto, draw)).toThrow(refusal("random-unavailable"));
    expect(mathRandom).not.toHaveBeenCalled();
    mathRandom.mockRestore();
  });

  it("it throws: the reason is the cause", () => {
    const getRandomValues = () => {
      throw failed;
    };
    expect(() => withCrypto({ getRandomValues }, draw)).toThrow(
      expect.objectContaining({ code: "random-unavailable", cause: failed }),
    );
  });
});

describe("the cause of a draw that failed", () => {
  it.each([
    ["getRandomValues is missing", undefined],
    ["getRandomValues is missing", {}],
    ["only zeros", { getRandomValues: (bytes: Uint8Array) => bytes }],
  ])("says what was the matter: %s", (reason, crypto) => {
    const cause = expect.objectContaining({ name: "TypeError", message: expect.stringContaining(reason) });
    expect(() => withCrypto(crypto, () => randomBytes(16))).toThrow(expect.objectContaining({ cause }));
  });
});
