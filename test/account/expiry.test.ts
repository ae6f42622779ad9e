// Until when the record of an account is kept. A used code or a guess would be forgotten if it was dropped too early.
import { memoryStore, type Store } from "otp-core/store";
import { fakeClock } from "otp-core/testing";
import { describe, expect, it } from "vitest";
import { enrol, START, SUBJECT, setUp } from "../support/accounts.ts";

const DAY = 86_400_000;
const MONTH = 30 * DAY;

/** An account whose store also says until when each record must be kept. */
function watched() {
  const clock = fakeClock(START);
  const inner = memoryStore({ clock });
  const expiries: (number | null)[] = [];
  const store: Store = {
    get: (key, owner) => inner.get(key, owner),
    swap(key, expected, next, expiresAt, owner) {
      expiries.push(expiresAt);
      return inner.swap(key, expected, next, expiresAt, owner);
    },
  };
  const setting = setUp({ store, clock });
  let delivered = "";
  const deliver = (code: string) => {
    delivered = code;
  };
  return {
    ...setting,
    clock,
    expiry: () => expiries.at(-1),
    send: () => setting.accounts.send({ subject: SUBJECT, purpose: "login", deliver }),
    /** Types the code that was sent, or another one. */
    type: (right: boolean) => {
      const code = right ? delivered : delivered === "000000" ? "000001" : "000000";
      return setting.accounts.verify({ subject: SUBJECT, purpose: "login", code });
    },
  };
}

describe("a record is kept for ever", () => {
  it("while the user has an authenticator", async () => {
    const { accounts, clock, expiry } = watched();
    await accounts.adopt({ subject: SUBJECT, key: { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" } });
    expect(expiry()).toBeNull();
    clock.advance(400 * DAY);
    await accounts.unlock(SUBJECT);
    expect(expiry()).toBeNull();
  });

  it("while the user has recovery codes", async () => {
    const { accounts, expiry } = watched();
    await accounts.generateRecoveryCodes(SUBJECT);
    expect(expiry()).toBeNull();
  });

  it("once a code was accepted, with nothing left to log in with", async () => {
    const { send, type, expiry } = watched();
    await send();
    expect(expiry()).toBe(START + MONTH);
    expect(await type(true)).toBe(true);
    expect(expiry()).toBeNull();
  });
});

describe("another record may be dropped", () => {
  it("30 days after a proposal, a sent code or a failure", async () => {
    const { accounts, clock, expiry, send, type } = watched();
    await accounts.propose({ subject: SUBJECT, issuer: "Example", account: "alice" });
    expect(expiry()).toBe(START + MONTH);
    clock.advance(1000);
    await send();
    expect(expiry()).toBe(START + 1000 + MONTH);
    clock.advance(1000);
    expect(await type(false)).toBe(false);
    expect(expiry()).toBe(START + 2000 + MONTH);
  });

  it("30 days after the last used step has ended, once the user was forgotten", async () => {
    const setting = watched();
    const { phone } = await enrol(setting);
    await setting.accounts.verify({ subject: SUBJECT, code: await phone.freshCode() });
    await setting.accounts.forget(SUBJECT);
    const now = setting.clock();
    const stepEnd = (Math.floor(now / 30_000) + 1) * 30_000;
    expect(setting.expiry()).toBe(stepEnd + MONTH);
  });
});

describe("failures", () => {
  it("lapse after 30 days where the record may be dropped, so that it does not matter whether it was", async () => {
    const { accounts, clock, send, type } = watched();
    await send();
    await type(false);
    clock.advance(MONTH - 1);
    expect((await accounts.status(SUBJECT)).failures).toBe(1);
    clock.advance(1);
    expect((await accounts.status(SUBJECT)).failures).toBe(0);
  });

  it.each([
    ["an authenticator", (setting: ReturnType<typeof watched>) => enrol(setting)],
    ["recovery codes", ({ accounts }: ReturnType<typeof watched>) => accounts.generateRecoveryCodes(SUBJECT)],
  ])("stay where the user has %s", async (_, give) => {
    const setting = watched();
    await give(setting);
    await setting.send();
    await setting.type(false);
    setting.clock.advance(2 * MONTH);
    expect((await setting.accounts.status(SUBJECT)).failures).toBe(1);
  });
});
