import { createInbox } from "otp-core/testing";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.ts";

describe("the inbox", () => {
  it("keeps what comes, the newest last", () => {
    const inbox = createInbox();
    for (const code of ["111111", "222222", "333333"]) inbox.deliver(code);
    expect(inbox.codes).toEqual(["111111", "222222", "333333"]);
    expect([inbox.code(), inbox.replaced()]).toEqual(["333333", "222222"]);
  });

  it("has nothing before something came", () => {
    const inbox = createInbox();
    expect(() => inbox.code()).toThrow(refusal("invalid-argument", "code"));
    inbox.deliver("111111");
    expect(() => inbox.replaced()).toThrow(refusal("invalid-argument", "code"));
    for (const code of ["", 111111, undefined]) {
      expect(() => inbox.deliver(code as string)).toThrow(refusal("invalid-argument", "code"));
    }
  });

  it("has texts that are none of the form of the newest code, each another one", () => {
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
});
