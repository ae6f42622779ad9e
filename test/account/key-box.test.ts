// The key box: what it seals opens for the same user, authenticator and key, and for nothing else.
import { createCipheriv } from "node:crypto";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createKeyBox, type SealingKey } from "../../src/account/sealing/key-box.ts";
import { refusal } from "../support/refusal.ts";

const key = (id: string, fill: number): SealingKey => ({ id, bytes: new Uint8Array(32).fill(fill) });
const context = { subject: "user-1", authenticator: "phone" };
const secret = Uint8Array.from({ length: 20 }, (_, i) => i);
const unsealable = { code: "key-unsealable" };

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("a key box", () => {
  it("opens what it sealed, whatever the secret and the names are", async () => {
    const box = createKeyBox([key("a", 1)]);
    const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 64 });
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        text,
        text,
        async (bytes, subject, authenticator) => {
          const sealed = await box.seal(bytes, { subject, authenticator });
          expect(sealed).toMatch(/^1\.a\.[A-Za-z0-9_-]+$/);
          expect(await box.open(sealed, { subject, authenticator })).toEqual(bytes);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("is AES-256-GCM with the id, the subject and the authenticator as additional data, as node:crypto computes it", async () => {
    const box = createKeyBox([key("a", 1)]);
    const sealed = Buffer.from((await box.seal(secret, context)).slice(4), "base64url");
    const cipher = createCipheriv("aes-256-gcm", new Uint8Array(32).fill(1), sealed.subarray(0, 12));
    const parts = ["key-box/1", "a", context.subject, context.authenticator].map((part) => Buffer.from(part));
    const length = (part: Buffer) => Buffer.from([0, 0, 0, part.length]);
    cipher.setAAD(Buffer.concat(parts.flatMap((part) => [length(part), part])));
    const expected = Buffer.concat([cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
    expect(sealed.subarray(12)).toEqual(expected);
  });

  it("seals the same secret as another text each time", async () => {
    const box = createKeyBox([key("a", 1)]);
    expect(await box.seal(secret, context)).not.toBe(await box.seal(secret, context));
  });

  it("opens a text for its own subject and authenticator only", async () => {
    const box = createKeyBox([key("a", 1)]);
    const sealed = await box.seal(secret, context);
    await expect(box.open(sealed, { ...context, subject: "user-2" })).rejects.toMatchObject(unsealable);
    await expect(box.open(sealed, { ...context, authenticator: "token" })).rejects.toMatchObject(unsealable);
  });

  it("opens nothing of which a single character was changed", async () => {
    const box = createKeyBox([key("a", 1)]);
    const sealed = await box.seal(secret, context);
    for (let i = 0; i < sealed.length; i++) {
      const other = sealed[i] === "A" ? "B" : "A";
      const changed = sealed.slice(0, i) + other + sealed.slice(i + 1);
      await expect(box.open(changed, context)).rejects.toMatchObject(unsealable);
    }
    for (const text of ["", "1.a.", "1.a.AAAA", `${sealed}.x`, `2${sealed.slice(1)}`, sealed.slice(0, -4)])
      await expect(box.open(text, context)).rejects.toMatchObject(unsealable);
  });

  it("seals under the first key and opens under all; says which texts are current", async () => {
    const old = createKeyBox([key("2025", 1)]);
    const both = createKeyBox([key("2026", 2), key("2025", 1)]);
    const before = await old.seal(secret, context);
    const after = await both.seal(secret, context);
    expect(await both.open(before, context)).toEqual(secret);
    expect([both.isCurrent?.(before), both.isCurrent?.(after), old.isCurrent?.(before)]).toEqual([false, true, true]);
    await expect(old.open(after, context)).rejects.toMatchObject(unsealable);
    await expect(createKeyBox([key("2025", 3)]).open(before, context)).rejects.toMatchObject(unsealable);
  });

  it("says nothing of the secret, the key or the sealed text in an error, and keeps what the runtime threw as its cause", async () => {
    const box = createKeyBox([key("a", 1)]);
    const sealed = await box.seal(secret, context);
    const error = await box.open(sealed, { ...context, subject: "user-2" }).catch((each: Error) => each);
    expect((error as Error).message).not.toContain(sealed.slice(4));
    expect((error as Error).cause).toMatchObject({ name: "OperationError" });
  });

  it.each([
    ["another seal's text", "another seal's text", "not sealed by a key box"],
    ["a later version of the box", "2.a.AAAA", "not sealed by a key box"],
    ["one part more", "1.a.AAAA.AAAA", "not sealed by a key box"],
    ["what is not base64", "1.a.A!A", "not sealed by a key box"],
    ["another key's text", "1.b.AAAA", "a key that is not in the box"],
    ["a text that was cut off", "1.a.AAAA", "was changed"],
    ["nothing sealed", "1.a.", "was changed"],
    ["the start of a text", "1.a", "was changed"],
  ])("says why it does not open %s", async (_, text, why) => {
    const error = await createKeyBox([key("a", 1)])
      .open(text, context)
      .catch((each: Error) => each);
    expect(error).toEqual(refusal("key-unsealable"));
    expect((error as Error).message).toContain(why);
    expect("cause" in (error as Error)).toBe(why === "was changed");
  });

  it("hands each key to the runtime once, and never lets it out again", async () => {
    const imported = vi.spyOn(crypto.subtle, "importKey");
    const box = createKeyBox([key("b", 2), key("a", 1)]);
    const old = await createKeyBox([key("a", 1)]).seal(secret, context);
    imported.mockClear();
    for (let i = 0; i < 3; i++) {
      expect(await box.open(await box.seal(secret, context), context)).toEqual(secret);
      expect(await box.open(old, context)).toEqual(secret);
    }
    expect(imported).toHaveBeenCalledTimes(2);
    const keys = await Promise.all(
      imported.mock.results.map(({ value }) => value as Promise<{ readonly extractable: boolean }>),
    );
    expect(keys.map(({ extractable }) => extractable)).toEqual([false, false]);
  });

  it("copies its keys, so that a caller who wipes them changes nothing", async () => {
    const bytes = new Uint8Array(32).fill(1);
    const box = createKeyBox([{ id: "a", bytes }]);
    bytes.fill(0);
    const sealed = await box.seal(secret, context);
    expect(await createKeyBox([key("a", 1)]).open(sealed, context)).toEqual(secret);
  });

  it("needs crypto.subtle, and works again once it is there", async () => {
    const box = createKeyBox([key("a", 1)]);
    const sealed = await box.seal(secret, context);
    const fresh = createKeyBox([key("a", 1)]);
    vi.stubGlobal("crypto", { getRandomValues: (bytes: Uint8Array) => bytes.fill(7) });
    const unavailable = refusal("crypto-unavailable");
    await expect(fresh.seal(secret, context)).rejects.toThrow(unavailable);
    await expect(fresh.open(sealed, context)).rejects.toThrow(unavailable);
    vi.stubGlobal("crypto", undefined);
    await expect(fresh.open(sealed, context)).rejects.toThrow(unavailable);
    vi.unstubAllGlobals();
    expect(await fresh.open(sealed, context)).toEqual(secret);
  });

  it.each([
    ["keys", undefined],
    ["keys", []],
    ["keys", Array.from({ length: 21 }, (_, i) => key(`k${i}`, i))],
    ["keys[0]", [null]],
    ["keys[0].id", [{ id: "", bytes: new Uint8Array(32) }]],
    ["keys", { length: 1, 0: key("a", 1) }],
    ["keys[0].id", [{ id: "a.b", bytes: new Uint8Array(32) }]],
    ["keys[0].id", [{ id: "x".repeat(33), bytes: new Uint8Array(32) }]],
    ["keys[0].id", [{ id: 5, bytes: new Uint8Array(32) }]],
    ["keys[0].bytes", [{ id: "a", bytes: new Uint8Array(33) }]],
    ["keys[0].bytes", [{ id: "a", bytes: "x".repeat(32) }]],
    ["keys[0].bytes", [{ id: "a", bytes: new Uint16Array(32) }]],
    ["keys[1].id", [key("a", 1), key("a", 2)]],
    ["keys[0].bytes", [{ id: "a", bytes: new Uint8Array(31) }]],
    ["keys[0].bytes", [{ id: "a", bytes: "text" }]],
  ])("refuses a list with a wrong %s", (argument, keys) => {
    expect(() => createKeyBox(keys as [SealingKey])).toThrow(refusal("invalid-argument", argument));
  });

  it("takes twenty keys, with ids of 1 to 32 characters", async () => {
    const ids = Array.from({ length: 20 }, (_, i) => "x".repeat(i + 13));
    const box = createKeyBox(ids.map((id, i) => key(id, i)) as unknown as [SealingKey]);
    const oldest = createKeyBox([key("x".repeat(32), 19)]);
    expect(await box.open(await oldest.seal(secret, context), context)).toEqual(secret);
    expect(await createKeyBox([key("_", 1)]).seal(secret, context)).toMatch(/^1\._\./);
  });

  it("refuses a misspelt option of a key", () => {
    expect(() => createKeyBox([{ ...key("a", 1), byte: 5 } as SealingKey])).toThrow(
      refusal("invalid-argument", "byte"),
    );
  });
});
