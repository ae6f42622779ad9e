import { createPasscodes } from "otp-core/passcodes";
import { memoryStore } from "otp-core/store";
import { createInbox, exhaust, fakeClock } from "otp-core/testing";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.ts";

describe("the inbox", () => {
  it("keeps what comes, the newest last", () => {
    const inbox = createInbox();
    for (const code of ["111111", "222222", "333333"]) inbox.deliver(code);
    expect(inbox.codes).toEqual(["111111", "222222", "333333"]);
    expect([inbox.code(), inbox.previous()]).toEqual(["333333", "222222"]);
  });

  it("has nothing before something came", () => {
    const inbox = createInbox();
    expect(() => inbox.code()).toThrow(refusal("invalid-argument", "code"));
    inbox.deliver("111111");
    expect(() => inbox.previous()).toThrow(refusal("invalid-argument", "code"));
    for (const code of ["", 111111, undefined]) {
      expect(() => inbox.deliver(code as string)).toThrow(refusal("invalid-argument", "code"));
    }
  });

  it("has texts that are not of the form of the newest code, each another one", () => {
    const inbox = createInbox();
    expect(() => inbox.malformed()).toThrow(refusal("invalid-argument", "code"));
    inbox.deliver("123456");
    const texts = inbox.malformed();
    expect(new Set(texts).size).toBe(7);
    // An empty field, and what a server takes for a code that looks at its length.
    expect(texts).toEqual(expect.arrayContaining(["", "+23456"]));
    for (const text of texts) expect(text.replace(/[ -]/g, "")).not.toMatch(/^[0-9]{6}$/);
  });

  it("guesses none of the codes that came, and nothing twice", () => {
    const inbox = createInbox();
    for (let i = 0; i < 100; i += 2) inbox.deliver(String(i).padStart(6, "0"));
    const guesses = Array.from({ length: 100 }, () => inbox.wrong());
    expect(new Set([...guesses, ...inbox.codes]).size).toBe(150);
    for (const guess of guesses) expect(guess).toMatch(/^[0-9]{6}$/);
  });

  it("has the code that a resend has superseded", () => {
    const inbox = createInbox();
    for (const code of ["111111", "222222"]) inbox.deliver(code);
    expect(() => inbox.superseded()).toThrow(refusal("invalid-argument", "code"));
    expect(inbox.superseded(1)).toBe("111111");
    inbox.deliver("333333");
    expect(inbox.superseded()).toBe("111111");
    expect(inbox.superseded(1)).toBe("222222");
    expect(() => inbox.superseded(3)).toThrow(refusal("invalid-argument", "code"));
    for (const keep of [0, 1.5, "2", null]) {
      expect(() => inbox.superseded(keep as number)).toThrow(refusal("invalid-argument", "keep"));
    }
  });

  it("has names for what a server says to each of its codes", async () => {
    const clock = fakeClock(1_800_000_000_000);
    const inbox = createInbox({ clock });
    const passcodes = createPasscodes({
      digits: 10,
      store: memoryStore({ clock }),
      clock,
      pepper: new Uint8Array(32).fill(7),
    });
    const login = { subject: "user-1", purpose: "login" };
    for (let i = 0; i < 3; i++) {
      await passcodes.send({ ...login, deliver: inbox.deliver });
      clock.advance(30_000);
    }
    const reasonOf = async (code: string) => {
      const outcome = await passcodes.attempt({ ...login, code });
      return outcome.ok ? "ok" : outcome.reason;
    };
    expect(await reasonOf(inbox.superseded())).toBe("superseded");
    expect(await reasonOf(inbox.wrong())).toBe("mismatch");
    for (const code of inbox.malformed()) expect(await reasonOf(code)).toBe("malformed");
    expect(await reasonOf(inbox.expired())).toBe("expired");
    expect(clock()).toBe(1_800_000_000_000 + 60_000 + 300_000);
    // Once more: the clock stays.
    clock.advance(1);
    expect(inbox.expired()).toBe(inbox.code());
    expect(clock()).toBe(1_800_000_000_000 + 60_000 + 300_001);
    await passcodes.send({ ...login, deliver: inbox.deliver });
    expect(await reasonOf(inbox.code())).toBe("ok");
  });

  it("needs a clock and the expiry to have an expired code", () => {
    const inbox = createInbox();
    inbox.deliver("111111", { channel: "default", purpose: "login", expiresAt: 1, transaction: null });
    expect(() => inbox.expired()).toThrow(refusal("invalid-argument", "clock"));
    const other = createInbox({ clock: fakeClock(0) });
    expect(() => other.expired()).toThrow(refusal("invalid-argument", "code"));
    other.deliver("111111");
    expect(() => other.expired()).toThrow(refusal("invalid-argument", "delivery"));
    const create = createInbox as (options: unknown) => unknown;
    for (const clock of [null, 1, Date.now, {}]) {
      expect(() => create({ clock })).toThrow(refusal("invalid-argument", "clock"));
    }
    expect(() => create({ clok: fakeClock(0) })).toThrow(refusal("invalid-argument", "clok"));
    expect(() => create(null)).toThrow(refusal("invalid-argument", "options"));
  });
});

describe("exhaust", () => {
  it("calls until a code is refused without being looked at", async () => {
    const reasons = ["mismatch", "mismatch", "throttled"];
    const calls: number[] = [];
    const attempt = async (call: number) => {
      calls.push(call);
      return { ok: false, reason: reasons[call] ?? "" };
    };
    expect(await exhaust(attempt)).toBe(3);
    expect(calls).toEqual([0, 1, 2]);
    expect(await exhaust(async () => ({ ok: false, reason: "disabled" }))).toBe(1);
  });

  it("ends after a thousand calls, with a code that is accepted, and with what is not an outcome", async () => {
    let calls = 0;
    const endless = exhaust(async () => ({ ok: false, reason: `mismatch ${calls++}` }));
    await expect(endless).rejects.toThrow(refusal("invalid-argument", "attempt"));
    expect(calls).toBe(1000);
    calls = 0;
    const accepted = exhaust(async () => ({ ok: calls++ >= 0 }));
    await expect(accepted).rejects.toThrow(refusal("invalid-argument", "attempt"));
    expect(calls).toBe(1);
    await expect(exhaust(async () => undefined as never)).rejects.toThrow(refusal("invalid-argument", "attempt"));
    await expect(exhaust(async () => false as never)).rejects.toThrow(refusal("invalid-argument", "attempt"));
    await expect(exhaust(undefined as never)).rejects.toThrow(refusal("invalid-argument", "attempt"));
    const broken = new Error("the store is down");
    await expect(exhaust(async () => Promise.reject(broken))).rejects.toBe(broken);
  });
});
