// Whatever ids an application has: in the store they are ASCII of one length, and no two of them are ever one.
import { createHash } from "node:crypto";
import fc from "fast-check";
import { createGuard } from "otp-core/guard";
import { createLimiter } from "otp-core/limiter";
import { createPasscodes } from "otp-core/passcodes";
import { createRecoveryCodes } from "otp-core/recovery";
import type { Store } from "otp-core/store";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.ts";

const NOW = 1_800_000_000_000;

/** What the store is asked for. */
async function keyOf(ask: (store: Store) => Promise<unknown>): Promise<string> {
  let asked = "";
  const store: Store = {
    get: async (key) => {
      asked = key;
      return null;
    },
    swap: async () => true,
  };
  await ask(store);
  return asked;
}

const guardKey = (id: string, prefix?: string) => keyOf((store) => createGuard({ store, prefix }).status(id));
const limiterKey = (name: string, subject: string, prefix?: string) =>
  keyOf((store) => createLimiter({ store, name, limit: 1, perMs: 1, prefix, clock: () => NOW }).take(subject));
const pepper = new Uint8Array(32).fill(7);
const passcodeKey = (subject: string, purpose: string, prefix?: string) =>
  keyOf((store) => createPasscodes({ store, prefix, pepper }).status({ subject, purpose }));
const recoveryKey = (subject: string, prefix?: string) =>
  keyOf((store) => createRecoveryCodes({ store, prefix, pepper }).status(subject));

/** DESIGN's words: the hex SHA-256 of the length-prefixed UTF-8 parts. */
function expected(prefix: string, kind: string, parts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    const bytes = Buffer.from(part, "utf8");
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  }
  return `${prefix}.${kind}.${hash.digest("hex")}`;
}

const LOOKALIKES = [
  ..."aAeE0 :-\0\n\t\u00e9\u00c9\u03a3\u03c3\u03c2\u00df\u0131\u0130\u212a\ufb01\u200b\u00a0",
  "e\u0301",
  "ss",
  "fi",
  "\u{1f600}",
  "\u{1f601}",
  "a ",
  " a",
];

/** Ids that some store or some filter takes for one another. */
const ids = fc.oneof(
  fc.array(fc.constantFrom(...LOOKALIKES), { minLength: 1, maxLength: 4 }).map((parts) => parts.join("")),
  fc.string({ unit: "grapheme-composite", minLength: 1, maxLength: 30 }),
  fc.string({ unit: "binary", minLength: 1, maxLength: 30 }),
  fc.integer({ min: 1, max: 1024 }).map((length) => "x".repeat(length)),
);
const prefixes = fc.constantFrom(undefined, "otp1", "otp", "OTP1", "a-b_c", "x".repeat(24));

describe("the key of a record", () => {
  it("is made as it is said, for whatever id, name and prefix", async () => {
    const law = fc.asyncProperty(ids, ids, prefixes, async (id, name, prefix) => {
      expect(await guardKey(id, prefix)).toBe(expected(prefix ?? "otp1", "guard", [id]));
      expect(await limiterKey(name, id, prefix)).toBe(expected(prefix ?? "otp1", "limiter", [name, "1", "1", id]));
      expect(await passcodeKey(id, name, prefix)).toBe(expected(prefix ?? "otp1", "passcodes", [id, name]));
      expect(await recoveryKey(id, prefix)).toBe(expected(prefix ?? "otp1", "recovery", [id]));
    });
    await fc.assert(law, { numRuns: 300 });
  });

  it("is plain ASCII of at most 100 characters, the same length for every id", async () => {
    for (const id of ["x", "\u{1f511}".repeat(512), "\0", "a:b"]) {
      expect(await guardKey(id)).toMatch(/^otp1\.guard\.[0-9a-f]{64}$/);
      expect(await limiterKey(id, id, "x".repeat(24))).toMatch(/^x{24}\.limiter\.[0-9a-f]{64}$/);
    }
    expect((await limiterKey("x", "y", "x".repeat(24))).length).toBeLessThanOrEqual(100);
  });

  it("is another one for every other id, name, kind and prefix", async () => {
    const law = fc.asyncProperty(
      fc.array(fc.tuple(fc.boolean(), ids, ids, prefixes), { minLength: 2, maxLength: 12 }),
      async (wanted) => {
        const known = new Map<string, string>();
        for (const [limiting, name, id, prefix = "otp1"] of wanted) {
          const what = JSON.stringify(limiting ? ["limiter", prefix, name, id] : ["guard", prefix, id]);
          const key = limiting ? await limiterKey(name, id, prefix) : await guardKey(id, prefix);
          expect(known.get(key) ?? what).toBe(what);
          known.set(key, what);
        }
      },
    );
    await fc.assert(law, { numRuns: 200 });
  });

  it("does not depend on where a name ends and a subject begins", async () => {
    const keys = [
      await limiterKey("ab", "c"),
      await limiterKey("a", "bc"),
      await limiterKey("a:b", "c"),
      await limiterKey("a", "b:c"),
      await limiterKey("abc", "\0"),
      await guardKey("abc"),
      await guardKey("limiter:abc"),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("tells the store nothing of the id", async () => {
    expect(await guardKey("alice@example.com")).not.toMatch(/alice|example/);
  });
});

describe("the first and last characters of each length in UTF-8 (RFC 3629 section 3)", () => {
  it.each([0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff])("U+%i", async (point) => {
    const id = `${String.fromCodePoint(point)}x`;
    expect(await guardKey(id)).toBe(expected("otp1", "guard", [id]));
    expect(await limiterKey(id, "y")).toBe(expected("otp1", "limiter", [id, "1", "1", "y"]));
  });

  it.each(["\ud800", "\udbffx", "\udc00", "\udfff", "x\udfff"])("half of a pair has none: it is no id", async (id) => {
    await expect(guardKey(id)).rejects.toThrow(refusal("invalid-argument", "subject"));
  });
});
