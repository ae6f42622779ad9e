// What a support desk does with an account, what the status says, and which calls write although nothing changes.
import { type Key, totp } from "otp-core";
import { createAccountMachine, type Seal } from "otp-core/account";
import { createAuthenticator } from "otp-core/testing";
import { describe, expect, it } from "vitest";
import { enrol, PEPPER, START, SUBJECT, setUp } from "../support/accounts.ts";

const DAY = 86_400_000;
const PAUSE = 30_000;
const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const target = { subject: SUBJECT, authenticator: "phone" };
const plain: Seal = {
  seal: async (secret) => [...secret].join("."),
  open: async (text) => Uint8Array.from(text.split("."), Number),
};

/** A user with a phone whose clock is ten minutes ahead, and the events from then on. */
async function withPhone(
  options: Parameters<typeof setUp>[0] = {},
  key: Key<string> = { type: "totp", secret: SECRET },
) {
  const setting = setUp(options);
  await setting.accounts.adopt({ ...target, key });
  setting.events.length = 0;
  const phone = createAuthenticator(key, { clock: setting.clock, skewMs: 600_000 });
  return { ...setting, key, phone };
}

const event = { subject: SUBJECT, at: START };
const wrong = { ...event, type: "rejected", reason: "mismatch" } as const;

describe("resync", () => {
  it("is reported with the authenticator and its drift, and forgives the consecutive failures", async () => {
    const { accounts, events, phone } = await withPhone();
    await accounts.verify({ subject: SUBJECT, code: phone.code() });
    expect((await accounts.status(SUBJECT)).failures).toBe(1);
    events.length = 0;
    expect(await accounts.resync({ ...target, codes: phone.consecutive() })).toBe(true);
    expect(events).toEqual([{ ...event, type: "resynced", authenticator: "phone", drift: 21 }]);
    expect(await accounts.status(SUBJECT)).toMatchObject({ failures: 0, monthlyFailures: 1, acceptedAt: START });
  });

  it("of an id that the user does not have is false, and neither counted nor reported", async () => {
    const { accounts, events, phone } = await withPhone();
    expect(await accounts.resync({ ...target, authenticator: "other", codes: phone.consecutive() })).toBe(false);
    expect(events).toEqual([]);
  });

  it("by codes that were used is reported as a replay, and not counted", async () => {
    const { accounts, events, phone } = await withPhone();
    const codes = phone.consecutive();
    await accounts.resync({ ...target, codes });
    events.length = 0;
    expect(await accounts.resync({ ...target, codes })).toBe(false);
    expect(events).toEqual([{ ...event, type: "replayed", failures: 0, retryAt: expect.any(Number) }]);
    expect((await accounts.status(SUBJECT)).failures).toBe(0);
  });

  it("by wrong codes is reported and counted, by texts that are no codes only reported, and refused during a wait", async () => {
    const { accounts, events, phone } = await withPhone();
    for (let failures = 1; failures <= 5; failures++) {
      events.length = 0;
      expect(await accounts.resync({ ...target, codes: [phone.wrong(), phone.wrong()] })).toBe(false);
      expect(events).toEqual([{ ...wrong, failures, retryAt: failures < 5 ? null : START + PAUSE }]);
      if (failures > 1) continue;
      events.length = 0;
      expect(await accounts.resync({ ...target, codes: ["12345x", "1"] })).toBe(false);
      expect(events).toEqual([{ ...wrong, reason: "malformed", failures: 1, retryAt: null }]);
    }
    events.length = 0;
    expect(await accounts.resync({ ...target, codes: phone.consecutive() })).toBe(false);
    expect(events).toEqual([{ ...event, type: "throttled", failures: 5, retryAt: START + PAUSE, by: "wait" }]);
    expect((await accounts.status(SUBJECT)).failures).toBe(5);
  });

  it("reports a weak secret after each outcome", async () => {
    const { accounts, told, phone } = await withPhone(
      { minSecretBytes: 10 },
      { type: "totp", secret: "GEZDGNBVGY3TQOJQ" },
    );
    const codes = phone.consecutive();
    told();
    await accounts.resync({ ...target, codes: [phone.wrong(), phone.wrong()] });
    for (let i = 0; i < 2; i++) await accounts.resync({ ...target, codes });
    expect(told()).toEqual(["rejected", "weak-secret", "resynced", "weak-secret", "replayed", "weak-secret"]);
  });

  it("by codes of steps before the user was forgotten is refused", async () => {
    const { accounts, clock, key } = await withPhone();
    const codes: [string, string] = [-2, -1].map((steps) =>
      totp(key as never, { now: clock() + steps * PAUSE }),
    ) as never;
    await accounts.forget(SUBJECT);
    await accounts.adopt({ ...target, key });
    expect(await accounts.resync({ ...target, codes })).toBe(false);
  });
});

describe("diagnose", () => {
  it("is reported and counted as one wrong code, whatever it finds, and refused during a wait", async () => {
    const { accounts, events, phone } = await withPhone();
    const code = phone.code();
    for (let failures = 1; failures <= 5; failures++) {
      events.length = 0;
      expect(await accounts.diagnose({ ...target, code })).toMatchObject({ cause: "clock", drift: 20 });
      expect(events).toEqual([{ ...wrong, failures, retryAt: failures < 5 ? null : START + PAUSE }]);
    }
    events.length = 0;
    expect(await accounts.diagnose({ ...target, code })).toBeNull();
    expect(events).toEqual([{ ...event, type: "throttled", failures: 5, retryAt: START + PAUSE, by: "wait" }]);
    expect(await accounts.status(SUBJECT)).toMatchObject({ failures: 5, monthlyFailures: 5 });
  });

  it("of an id that the user does not have is null, and neither counted nor reported", async () => {
    const { accounts, events, phone } = await withPhone();
    expect(await accounts.diagnose({ ...target, authenticator: "other", code: phone.code() })).toBeNull();
    expect(events).toEqual([]);
  });

  it("says nothing of a token that counts, and is counted all the same", async () => {
    const { accounts } = await withPhone({}, { type: "hotp", secret: SECRET });
    expect(await accounts.diagnose({ ...target, code: "123456" })).toBeNull();
    expect((await accounts.status(SUBJECT)).failures).toBe(1);
  });
});

describe("unlock", () => {
  it("forgives all failures and is reported with their number", async () => {
    const { accounts, events, phone } = await withPhone();
    for (let i = 0; i < 5; i++) await accounts.verify({ subject: SUBJECT, code: phone.wrong() });
    events.length = 0;
    await accounts.unlock(SUBJECT);
    expect(events).toEqual([{ ...event, type: "unlocked", failures: 5 }]);
    expect(await accounts.status(SUBJECT)).toMatchObject({ state: "open", failures: 0, monthlyFailures: 0 });
  });
});

describe("forget", () => {
  it("is reported, and keeps a code used that was accepted early, before its authenticator was removed", async () => {
    const { accounts, clock, events, key } = await withPhone();
    const code = totp(key as never, { now: clock() + PAUSE });
    expect(await accounts.verify({ subject: SUBJECT, code })).toBe(true);
    await accounts.remove(target);
    events.length = 0;
    await accounts.forget(SUBJECT);
    expect(events).toEqual([{ ...event, type: "forgotten" }]);
    await accounts.adopt({ ...target, key });
    expect(await accounts.attempt({ subject: SUBJECT, code })).toMatchObject({ reason: "replayed" });
    clock.advance(2 * PAUSE);
    expect(await accounts.verify({ subject: SUBJECT, code: totp(key as never, { now: clock() }) })).toBe(true);
  });
});

describe("the status", () => {
  it("of a user who is not known has nothing in it", async () => {
    const { accounts } = setUp();
    expect(await accounts.status(SUBJECT)).toEqual({
      state: "open",
      failures: 0,
      monthlyFailures: 0,
      retryAt: null,
      acceptedAt: null,
      failedAt: null,
      forgottenAt: null,
      methods: [],
      authenticators: [],
      recoveryCodes: { remaining: 0, generatedAt: null },
      devices: [],
      proposals: [],
      sent: [],
      needsReseal: false,
    });
  });

  it("names each kind of authenticator once, and each authenticator with what is known of it", async () => {
    const { accounts, clock, key } = await withPhone();
    await accounts.adopt({ subject: SUBJECT, authenticator: "tablet", key: { ...key, digits: 8 }, label: "Tablet" });
    await accounts.adopt({ subject: SUBJECT, authenticator: "token", key: { type: "hotp", secret: SECRET } });
    await accounts.generateRecoveryCodes(SUBJECT);
    await accounts.verify({ subject: SUBJECT, code: totp(key as never, { now: clock() }) });
    const { methods, authenticators } = await accounts.status(SUBJECT);
    expect(methods).toEqual(["totp", "hotp", "recovery"]);
    const common = { method: "totp", label: null, confirmedAt: START, acceptedAt: null, drift: 0 };
    expect(authenticators).toEqual([
      { ...common, authenticator: "phone", acceptedAt: START },
      { ...common, authenticator: "tablet", label: "Tablet" },
      { ...common, authenticator: "token", method: "hotp" },
    ]);
  });

  it("names the devices and proposals that have not ended", async () => {
    const setting = setUp();
    const { accounts, clock } = setting;
    const { phone } = await enrol(setting);
    const proposal = await accounts.propose({ subject: SUBJECT, issuer: "Example", account: "alice", label: "Tablet" });
    await accounts.verify({ subject: SUBJECT, code: await phone.freshCode() });
    const trustedAt = clock();
    const device = await accounts.trust({ subject: SUBJECT, label: "Firefox", ttlMs: DAY });
    const [{ authenticator, expiresAt }, label] = [proposal, "Tablet"];
    expect(await accounts.status(SUBJECT)).toMatchObject({
      devices: [{ device: device?.device, label: "Firefox", trustedAt, seenAt: null, expiresAt: trustedAt + DAY }],
      proposals: [{ authenticator, label, expiresAt }],
    });
    await accounts.recognise({ subject: SUBJECT, deviceToken: device?.deviceToken });
    const { devices, proposals } = await accounts.status(SUBJECT);
    expect(devices).toEqual([expect.objectContaining({ seenAt: clock() })]);
    expect(Object.keys({ ...devices[0] }).sort()).toEqual(["device", "expiresAt", "label", "seenAt", "trustedAt"]);
    expect(Object.keys({ ...proposals[0] }).sort()).toEqual(["authenticator", "expiresAt", "label"]);
    clock.advance(DAY);
    expect(await accounts.status(SUBJECT)).toMatchObject({ devices: [], proposals: [] });
  });

  it("asks the seal whether a secret needs another key, also that of a proposal, and not a seal that cannot say", async () => {
    const propose = ({ accounts }: ReturnType<typeof setUp>) =>
      accounts.propose({ subject: SUBJECT, issuer: "Example", account: "alice" });
    for (const isCurrent of [false, true]) {
      const setting = setUp({ seal: { ...plain, isCurrent: () => isCurrent } });
      expect((await setting.accounts.status(SUBJECT)).needsReseal).toBe(false);
      await propose(setting);
      expect((await setting.accounts.status(SUBJECT)).needsReseal).toBe(!isCurrent);
    }
    const silent = setUp({ seal: plain });
    await propose(silent);
    await enrol(silent);
    expect((await silent.accounts.status(SUBJECT)).needsReseal).toBe(false);
  });
});

describe("what is written", () => {
  it("is also what an administrator asks for and what changes nothing: the record may be one that a failover drops", async () => {
    const { accounts, written } = await withPhone();
    await accounts.forget(SUBJECT);
    for (const write of [
      () => accounts.unlock(SUBJECT),
      () => accounts.forget(SUBJECT),
      () => accounts.revokeAll(SUBJECT),
      () => accounts.remove(target),
      () => accounts.revoke({ subject: SUBJECT, device: "none" }),
      () => accounts.report({ subject: SUBJECT, purpose: "login" }),
    ]) {
      const before = written.length;
      await write();
      expect(written.length, write.toString()).toBe(before + 1);
    }
  });

  it("is nothing for any other call that changes nothing", async () => {
    const { accounts, phone, written } = await withPhone();
    const before = written.length;
    await accounts.resync({ ...target, authenticator: "none", codes: phone.consecutive() });
    await accounts.diagnose({ ...target, authenticator: "none", code: phone.code() });
    await accounts.confirm({ ...target, code: phone.code() });
    await accounts.adopt({ ...target, key: { type: "totp", secret: SECRET } });
    await accounts.verify({ subject: SUBJECT, code: "1" });
    await accounts.trust({ subject: SUBJECT });
    await accounts.recognise({ subject: SUBJECT, deviceToken: "x" });
    await accounts.reseal(SUBJECT);
    await accounts.proposal(target);
    await accounts.status(SUBJECT);
    expect(written.length).toBe(before);
  });

  it("is nothing for a user who is not known and stays so", async () => {
    const machine = createAccountMachine({ pepper: PEPPER, seal: plain });
    const now = START;
    for (const { state } of [
      machine.unlock(null, now),
      machine.revokeAll(null, now),
      machine.remove(null, { ...target, now }),
      machine.report(null, { subject: SUBJECT, purpose: "login", now }),
      await machine.attempt(null, { subject: SUBJECT, code: "123456", now }),
      await machine.reseal(null, { subject: SUBJECT, now }),
    ])
      expect(state).toBeNull();
    expect(machine.forget(null, now).state).not.toBeNull();
  });
});
