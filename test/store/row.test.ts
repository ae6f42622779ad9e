// A store over a column of the host's own table. On PostgreSQL: examples/own-row.js, in sql-postgres.test.ts.
import { createGuard } from "otp-core/guard";
import { type RecordOwner, type RowStoreOptions, rowStore } from "otp-core/store";
import { storeContract } from "otp-core/testing";
import { describe, expect, it, vi } from "vitest";
import { refusal } from "../support/refusal.ts";

const owner: RecordOwner = { kind: "guard", subject: "user-1", purpose: null };

/** A table of users in memory, with a column for the state of a guard. */
function users() {
  const rows = new Map<string, { otpState: string | null }>();
  const options: RowStoreOptions = {
    read: ({ subject }): string | null | undefined => rows.get(subject)?.otpState,
    write({ subject }, expected, next): boolean {
      const row = rows.get(subject);
      if (row === undefined || row.otpState !== expected) return false;
      row.otpState = next;
      return true;
    },
  };
  const newSubject = () => {
    const subject = `user-${rows.size + 1}`;
    rows.set(subject, { otpState: null });
    return subject;
  };
  return { rows, options, newSubject };
}

describe("rowStore", () => {
  const { options, newSubject } = users();
  for (const { name, run } of storeContract(() => rowStore(options), { newSubject })) it(name, run);

  it("keeps the rules with promises as well", async () => {
    const asynchronous: RowStoreOptions = {
      read: (of) => Promise.resolve(options.read(of)),
      write: (...args) => Promise.resolve(options.write(...args)),
    };
    for (const { run } of storeContract(() => rowStore(asynchronous), { newSubject: async () => newSubject() })) {
      await run();
    }
  });

  it("hands the owner to both functions, and the texts as they are", async () => {
    const read = vi.fn<RowStoreOptions["read"]>(() => undefined);
    const write = vi.fn<RowStoreOptions["write"]>(() => true);
    const store = rowStore({ read, write });
    await store.get("a store key", owner);
    await store.swap("a store key", null, "next", 5, owner);
    expect(read.mock.calls).toEqual([[owner]]);
    expect(write.mock.calls).toEqual([[owner, null, "next"]]);
  });

  it("cannot be used without an owner", async () => {
    const store = rowStore(options);
    await expect(store.get("key")).rejects.toThrow(refusal("invalid-argument", "owner"));
    await expect(store.swap("key", null, "x", null)).rejects.toThrow(refusal("invalid-argument", "owner"));
  });

  it.each<[string, unknown]>([
    ["options", null],
    ["read", { write: () => true }],
    ["read", { read: "SELECT", write: () => true }],
    ["write", { read: () => null }],
    ["table", { read: () => null, write: () => true, table: "users" }],
  ])("refuses wrong options by name: %s", (argument, wrong) => {
    expect(() => rowStore(wrong as never)).toThrow(refusal("invalid-argument", argument));
  });

  it("takes a write that the database rolled back for one that was not applied, and no other error", async () => {
    const error = Object.assign(new Error("deadlock"), { code: "40P01" });
    const failing = (cause: unknown) => rowStore({ ...options, write: () => Promise.reject(cause) });
    expect(await failing(error).swap("key", null, "x", null, owner)).toBe(false);
    const gone = new Error("gone");
    await expect(failing(gone).swap("key", null, "x", null, owner)).rejects.toBe(gone);
  });
});

describe("a guard on a row that does not exist (field C6)", () => {
  it("rejects with store-refused, and says what is probably missing", async () => {
    vi.useFakeTimers();
    try {
      const guard = createGuard({ store: rowStore(users().options) });
      const failure = guard.unlock("unknown").catch((error: unknown) => error);
      await vi.advanceTimersByTimeAsync(10_000);
      expect(await failure).toEqual(refusal("store-refused"));
      expect(((await failure) as Error).message).toContain("the row or the table is probably missing");
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("a column that a machine wrote", () => {
  it("is read by the guard that takes over", async () => {
    const { rows, options, newSubject } = users();
    const subject = newSubject();
    const guard = createGuard({ store: rowStore(options) });
    await guard.unlock(subject);
    const row = rows.get(subject) as { otpState: string | null };
    const [, state = ""] = row.otpState?.split("\n") ?? [];
    const before = await guard.status(subject);
    row.otpState = state || null;
    expect(await guard.status(subject)).toEqual(before);
  });
});
