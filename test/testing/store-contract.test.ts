// The rules are worth what they find: stores that break them are in broken-stores.ts.
import { memoryStore, type RecordOwner, type Store } from "otp-core/store";
import { storeContract } from "otp-core/testing";
import { describe, expect, it } from "vitest";
import {
  ABSENT,
  comparing,
  counting,
  LONG_VALUES,
  lookAndWrite,
  mapped,
  memory,
  mistakes,
  RACE_NEW,
  RACE_OLD,
  same,
  VALUES,
} from "../support/broken-stores.ts";

/** The names of the rules that a store breaks. */
async function broken(makeStore: () => Store | Promise<Store>): Promise<string[]> {
  const names: string[] = [];
  for (const { name, run } of storeContract(makeStore)) {
    await run().catch(() => names.push(name));
  }
  return names;
}

function makeSubjects(): () => string {
  let made = 0;
  return () => `user-${++made}`;
}

describe("the contract of a store", () => {
  it("is kept by the store in memory, as often as it is run", async () => {
    const store = memoryStore();
    for (let i = 0; i < 3; i++) expect(await broken(() => store)).toEqual([]);
  });

  it("takes a promise of a store as well", async () => {
    expect(await broken(async () => memory)).toEqual([]);
  });

  it.each(mistakes)("is broken by %s", async (_, makeStore, rules) => {
    expect(await broken(makeStore)).toEqual(rules);
  });

  it("has no rule that nothing breaks", () => {
    const rules = storeContract(() => memory).map(({ name }) => name);
    expect(rules.filter((rule) => !mistakes.some(([, , breaks]) => breaks.includes(rule)))).toEqual([]);
  });

  const answering = (found: string): Store => ({ get: async () => found, swap: async () => false });

  it.each<[rule: string, makeStore: () => Store, message: RegExp]>([
    [
      ABSENT,
      () => answering("1234567890".repeat(8)),
      /^get\("contract-\w+"\) resolved to "(1234567890){8}" instead of null$/,
    ],
    [
      ABSENT,
      () => answering(`${"1234567890".repeat(8)}x`),
      /^get\("contract-\w+"\) resolved to "(1234567890){4}\.\.\.234567890(1234567890)x" \(81 characters\) instead of null$/,
    ],
    [RACE_NEW, () => answering(""), /^0 of 50 simultaneous swaps from null were true instead of one$/],
    [RACE_NEW, () => lookAndWrite, /^50 of 50 simultaneous swaps from null were true instead of one$/],
    [RACE_OLD, () => lookAndWrite, /^50 of 50 simultaneous swaps from "start" were true instead of one$/],
    [RACE_NEW, () => counting, /^swap resolved to 1 instead of a boolean$/],
    [
      VALUES,
      comparing((text) => text.normalize("NFC")),
      /^swap\("contract-\w+", "e\\u0301", "lost", null\) resolved to true instead of false$/,
    ],
    [
      LONG_VALUES,
      mapped(same, (text) => text.slice(0, 100)),
      /resolved to ".{40,}\.\.\..*" \(100 characters\) instead of .* \(13312 characters\)$/,
    ],
  ])(
    "says of the rule that %s what the store did instead, and spells out all but ASCII",
    async (name, makeStore, message) => {
      const rule = storeContract(makeStore).find((rule) => rule.name === name);
      await expect(rule?.run()).rejects.toThrow(message);
    },
  );

  it("lets through what the store throws", async () => {
    const down = new Error("connection refused");
    const [rule] = storeContract(() => Promise.reject(down));
    await expect(rule?.run()).rejects.toBe(down);
  });

  it.each([
    ["of its own", undefined, /^subject-[A-Z2-7]{24}$/],
    ["that exists, if it is told how to make one", makeSubjects(), /^user-\d+$/],
  ])("gives each key a subject %s, and names it in every call", async (_, newSubject, pattern) => {
    const owners = new Map<string, RecordOwner[]>();
    const note = (key: string, owner: RecordOwner | undefined) => {
      owners.set(key, [...(owners.get(key) ?? []), owner as RecordOwner]);
    };
    const noting: Store = {
      get(key, owner) {
        note(key, owner);
        return memory.get(key);
      },
      swap(key, expected, next, expiresAt, owner) {
        note(key, owner);
        return memory.swap(key, expected, next, expiresAt);
      },
    };
    for (const { run } of storeContract(() => noting, { newSubject })) await run();
    const subjects = [...owners.values()].map(([first]) => first?.subject as string);
    expect(new Set(subjects).size).toBe(owners.size);
    for (const subject of subjects) expect(subject).toMatch(pattern);
    for (const named of owners.values()) {
      for (const owner of named) expect(owner).toEqual({ kind: "guard", subject: named[0]?.subject, purpose: null });
    }
  });

  it("uses keys of its own: another run is not in its way", async () => {
    const keys = new Set<string>();
    const noting: Store = {
      get: memory.get,
      swap(key, ...rest) {
        keys.add(key);
        return memory.swap(key, ...rest);
      },
    };
    await broken(() => noting);
    const first = new Set(keys);
    keys.clear();
    await broken(() => noting);
    expect([...keys].filter((key) => first.has(key))).toEqual([]);
    for (const key of keys) expect(key.length).toBeLessThanOrEqual(100);
  });
});
