// What an OCRA guard reads from a store: its own text, and nothing else.
import fc from "fast-check";
import { createOcraGuard, ocra } from "otp-core/ocra";
import { memoryStore, type Store } from "otp-core/store";
import { fakeClock } from "otp-core/testing";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.ts";

const SUITE = "OCRA-1:HOTP-SHA1-6:C-QN08-T1M";
const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const START = 60_000_000_000;
const subject = "user-1";

/** A store that holds one record, whatever is written, and shows it. */
function oneRecord() {
  const clock = fakeClock(START);
  const memory = memoryStore({ clock });
  const store: Store = {
    get: (_, owner) => memory.get("record", owner),
    swap: (_, expected, next, expiresAt, owner) => memory.swap("record", expected, next, expiresAt, owner),
  };
  const guard = createOcraGuard({
    store,
    suite: SUITE,
    pepper: new Uint8Array(32).fill(7),
    clock,
  });
  const text = async () => String(await memory.get("record", { kind: "ocra", subject, purpose: null }));
  /** Puts other fields in place of those of the state. */
  async function put(fields: readonly string[]) {
    const before = await text();
    const nonces = before.slice(0, before.indexOf("\n"));
    expect(
      await memory.swap("record", before, `${nonces}\n${fields.join(",")}`, null, {
        kind: "ocra",
        subject,
        purpose: null,
      }),
    ).toBe(true);
  }
  const fields = async () => (await text()).split("\n")[1]?.split(",") ?? [];
  return { guard, fields, put };
}

/** The fields of a state, in their order. */
const NAMES = [
  "version",
  "challenge",
  "chosen",
  "used",
  "expiresAt",
  "fingerprint",
  "digest",
  "counter",
  "usedUntil",
  "failures",
  "failedAt",
  "acceptedAt",
  "level",
  "at",
  "movedAt",
  "forgottenAt",
] as const;

async function answered() {
  const record = oneRecord();
  const { challenge } = await record.guard.challenge({ subject });
  const code = ocra(SUITE, SECRET, { challenge, counter: 0, now: START });
  expect(await record.guard.verify({ subject, secret: SECRET, code })).toBe(true);
  return record;
}

describe("the state of an OCRA guard", () => {
  it("has these fields", async () => {
    const { fields } = await answered();
    const found = await fields();
    expect(found).toHaveLength(NAMES.length);
    expect(Object.fromEntries(NAMES.map((name, i) => [name, found[i]]))).toEqual({
      version: "1",
      challenge: expect.stringMatching(/^[0-9]{8}$/),
      chosen: "0",
      used: "1",
      expiresAt: String(START + 300_000),
      fingerprint: expect.stringMatching(/^[A-Z2-7]{8}$/),
      digest: expect.stringMatching(/^[A-Z2-7]{52}$/),
      counter: "1",
      usedUntil: "-",
      failures: "0",
      failedAt: "-",
      acceptedAt: String(START),
      level: "0",
      at: "0",
      movedAt: "-",
      forgottenAt: "-",
    });
  });

  it.each([
    ["version", ["2", "", "-", "01"]],
    ["challenge", ["", "1234 678", "1".repeat(65), "é", "-"]],
    ["chosen", ["2", "-", "", "true"]],
    ["used", ["2", "-", "", "true"]],
    ["expiresAt", ["-1", "0.5", "-", "", "1e3", "NaN", String(2 ** 53)]],
    ["fingerprint", ["", "-", "A", "abcdefgh", "AAAAAAA1"]],
    ["digest", ["", "-", "A".repeat(51), "a".repeat(52), `${"A".repeat(51)}B`]],
    ["counter", ["-1", "0.5", "-", "", "01", String(2 ** 53 + 2), "NaN", "Infinity"]],
    ["usedUntil", ["-1", "0.5", "", "x"]],
    ["failures", ["-1", "1", "101", "-", ""]],
    ["failedAt", ["-1", "0.5", ""]],
    ["acceptedAt", ["-1", "0.5", ""]],
    ["level", ["-1", "0.5", "-", ""]],
    ["at", ["-1", "0.5", "-", ""]],
    ["movedAt", ["-1", "0.5", ""]],
    ["forgottenAt", ["-1", "0.5", ""]],
  ] as const)("is refused as state-invalid with another %s: %j", async (name, values) => {
    for (const value of values) {
      const { guard, fields, put } = await answered();
      const changed = await fields();
      changed[NAMES.indexOf(name)] = value;
      await put(changed);
      for (const call of [
        () => guard.status(subject),
        () => guard.challenge({ subject }),
        () => guard.verify({ subject, secret: SECRET, code: "123456" }),
        () => guard.forget(subject),
        () => guard.unlock(subject),
      ]) {
        await expect(call(), `${name} ${value}`).rejects.toThrow(refusal("state-invalid"));
      }
    }
  });

  it("is refused with a field more or less", async () => {
    const { guard, fields, put } = await answered();
    const right = await fields();
    for (const changed of [[...right, "-"], right.slice(0, -1), right.slice(1), ["1"]]) {
      await put(changed);
      await expect(guard.status(subject)).rejects.toThrow(refusal("state-invalid"));
    }
    await put(right);
    expect(await guard.status(subject)).toMatchObject({ acceptedAt: START });
  });

  it("is refused when it is any other text", async () => {
    const { guard, put } = await answered();
    const text = fc.string({ unit: "binary" }).filter((text) => text !== "" && !text.includes("\n"));
    await fc.assert(
      fc.asyncProperty(text, async (text) => {
        await put([text]);
        await expect(guard.status(subject)).rejects.toThrow(refusal("state-invalid"));
      }),
    );
  });

  it("comes to no one else: the counter that follows the last one is read", async () => {
    const { guard, fields, put } = await answered();
    const changed = await fields();
    changed[NAMES.indexOf("counter")] = String(2 ** 53);
    await put(changed);
    expect(await guard.status(subject)).toMatchObject({ state: "open" });
  });
});
