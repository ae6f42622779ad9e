import fc from "fast-check";
import { createGuard, createGuardMachine } from "otp-core/guard";
import { memoryStore } from "otp-core/store";
import { describe, expect, it, vi } from "vitest";
import { refusal } from "../support/refusal.ts";

const key = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" } as const;

describe("a policy", () => {
  const NUMBERS = [Number.NaN, -1, 1.5, Number.POSITIVE_INFINITY, "1", null, {}, 2 ** 53, 1e308];
  it.each([
    ["window", "window", [...NUMBERS.filter((value) => typeof value !== "object"), 11, null]],
    ["lookAhead", "lookAhead", [...NUMBERS, 101]],
    ["resyncWindow", "resyncWindow", [...NUMBERS, 3001]],
    ["minSecretBytes", "minSecretBytes", [...NUMBERS, 0]],
    ["attempts.freeFailures", "attempts.freeFailures", [...NUMBERS, 100]],
    ["attempts.firstWaitMs", "attempts.firstWaitMs", [...NUMBERS, 999, 3_600_001]],
    ["attempts.maxWaitMs", "attempts.maxWaitMs", [...NUMBERS, 29_999, 86_400_001]],
    ["attempts.disableAfter", "attempts.disableAfter", [...NUMBERS, 0, 101]],
    ["learnDrift.max", "learnDrift.max", [...NUMBERS, 0, 3001, undefined]],
  ])("out of range is refused by name: %s (trap 48, N7)", (path, argument, values) => {
    const [outer = "", inner] = path.split(".");
    for (const value of values) {
      const policy = { [outer]: inner === undefined ? value : { [inner]: value } };
      const what = `${path}: ${String(value)}`;
      const name = argument === "window" && value === null ? "window" : argument;
      expect(() => createGuardMachine(policy as never), what).toThrow(refusal("invalid-argument", name));
      expect(() => createGuard({ store: memoryStore(), ...policy } as never), what).toThrow(
        refusal("invalid-argument", name),
      );
    }
  });

  it("knows no other name", () => {
    expect(() => createGuardMachine({ windows: 1 } as never)).toThrow(refusal("invalid-argument", "windows"));
    expect(() => createGuardMachine({ attempts: { wait: 1 } } as never)).toThrow(refusal("invalid-argument", "wait"));
    expect(() => createGuardMachine({ learnDrift: { maximum: 1 } } as never)).toThrow(
      refusal("invalid-argument", "maximum"),
    );
    expect(() => createGuard({ store: memoryStore(), ttlMs: 1 } as never)).toThrow(
      refusal("invalid-argument", "ttlMs"),
    );
  });
});

describe("a guard's options", () => {
  it.each([
    ["store", [undefined, null, {}, { get() {} }]],
    ["prefix", ["", "a b", "a:b", "é", "x".repeat(25), 1, null]],
    ["clock", [1, null, "now"]],
    ["onEvent", [1, null, {}]],
    ["timeoutMs", [0, 1.5, "1", null, 600_001]],
  ])("are refused by name: %s", (name, values) => {
    for (const value of values) {
      expect(() => createGuard({ store: memoryStore(), [name]: value } as never)).toThrow(
        refusal("invalid-argument", name),
      );
    }
  });
});

describe("a subject", () => {
  const store = () => ({ get: vi.fn(async () => null), swap: vi.fn(async () => true) });

  it.each([[""], ["x".repeat(1025)], ["\ud800"], ["a\udc00b"], [1], [null], [undefined], [{}], [["a"]]])(
    "%j is refused before the store is asked",
    async (id) => {
      const asked = store();
      const guard = createGuard({ store: asked });
      const attempts = [
        guard.attempt({ subject: id as never, key, code: "123456" }),
        guard.attempt({ subject: id as never, key, code: "no code" }),
        guard.resync({ subject: id as never, key, codes: ["123456", "123456"] }),
        guard.unlock(id as never),
        guard.forget(id as never),
        guard.status(id as never),
      ];
      for (const attempt of attempts) await expect(attempt).rejects.toThrow(refusal("invalid-argument", "subject"));
      expect(asked.get).not.toHaveBeenCalled();
      expect(asked.swap).not.toHaveBeenCalled();
    },
  );

  it("of 1024 characters will do", async () => {
    expect(
      (await createGuard({ store: memoryStore() }).attempt({ subject: "x".repeat(1024), key, code: "123456" })).ok,
    ).toBe(false);
  });

  it("never collides with another one, whatever the two hold, and the store never sees it (trap 14)", async () => {
    const seen = new Map<string, string>();
    const keys = async (prefix: string, id: string) => {
      let storeKey = "";
      const spy = {
        get: async (name: string) => {
          storeKey = name;
          return null;
        },
        swap: async () => true,
      };
      await createGuard({ store: spy, prefix }).status(id);
      return storeKey;
    };
    const ids = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }).filter((id) => id.length > 0);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom("otp1", "OTP1", "o"), ids, async (prefix, id) => {
        const storeKey = await keys(prefix, id);
        expect(storeKey).toMatch(/^[A-Za-z0-9_-]{1,24}\.guard\.[0-9a-f]{64}$/);
        const owner = `${prefix}\n${id}`;
        expect(seen.get(storeKey) ?? owner).toBe(owner);
        seen.set(storeKey, owner);
      }),
      { numRuns: 300 },
    );
    const near = ["a", "A", "a ", " a", "a:b", "a:b:", "é", "e\u0301", "👍", "👍🏽", "a\0", "\0a", "ａ", "a\u200b"];
    expect(new Set(await Promise.all(near.map((id) => keys("otp1", id)))).size).toBe(near.length);
  });
});

describe("a key", () => {
  it.each([
    [null, "key"],
    ["secret", "key"],
    [{ secret: key.secret }, "type"],
    [{ ...key, type: "motp" }, "type"],
    [{ ...key, digits: 12 }, "digits"],
    [{ ...key, period: 0 }, "period"],
    [{ ...key, epoch: -1 }, "epoch"],
    [{ ...key, algorithm: "MD5" }, "algorithm"],
    [{ type: "hotp", secret: key.secret, counter: -1 }, "counter"],
    [{ type: "hotp", secret: key.secret, encoder: "steam" }, "encoder"],
  ])("that is wrong is refused before the store is asked: %j", async (wrong, argument) => {
    const get = vi.fn(async () => null);
    const guard = createGuard({ store: { get, swap: async () => true } });
    await expect(guard.attempt({ subject: "a", key: wrong as never, code: "123456" })).rejects.toThrow(
      refusal("invalid-argument", argument),
    );
    expect(get).not.toHaveBeenCalled();
  });

  it("that is weak is refused, or told where the policy lets it pass (H4, trap 39)", async () => {
    const events: string[] = [];
    const attempt = (secret: string, minSecretBytes?: number) =>
      createGuard({
        store: memoryStore(),
        minSecretBytes,
        onEvent: (event) => events.push(event.type === "weak-secret" ? `weak ${event.bytes}` : event.type),
      }).verify({ subject: "a", key: { type: "totp", secret }, code: "123456" });
    await expect(attempt("GEZDGNBVGY3TQOI")).rejects.toThrow(refusal("weak-secret", "secret"));
    await attempt("GEZDGNBVGY3TQOJQ");
    await attempt("GEZDGNBVGY3TQOI", 9);
    await attempt("GEZDGNBVGY3TQOJQGEZDGNBVGY");
    expect(events).toEqual(["rejected", "weak 10", "rejected", "weak 9", "rejected"]);
  });
});
