// Trusted devices: trust, recognition, theft, their own budget, and what a stranger cannot do to their owner.
import { totp } from "otp-core";
import { createAccountMachine, createKeyBox, drawDeviceToken } from "otp-core/account";
import { fakeClock } from "otp-core/testing";
import { describe, expect, it } from "vitest";
import { enrol, PEPPER, SEALING, type Setting, START, SUBJECT, setUp } from "../support/accounts.ts";
import { refusal } from "../support/refusal.ts";

const DAY = 86_400_000;

/** A user with a phone and a trusted device. */
async function withDevice(options: Parameters<typeof setUp>[0] = {}) {
  const setting = setUp(options);
  const { phone, authenticator } = await enrol(setting);
  return { ...setting, phone, authenticator, device: await trust(setting, phone) };
}

async function trust({ accounts }: Setting, phone: { freshCode(): Promise<string> }, label?: string) {
  if (!(await accounts.verify({ subject: SUBJECT, code: await phone.freshCode() }))) throw new Error("refused");
  const device = await accounts.trust({ subject: SUBJECT, label });
  if (device === null) throw new Error("not trusted");
  return device;
}

const recognise = ({ accounts }: Setting, deviceToken: unknown) =>
  accounts.recognise({ subject: SUBJECT, deviceToken });

describe("trusting a device", () => {
  it("needs a code that was accepted in the last 15 minutes, once for each", async () => {
    const setting = setUp();
    const { accounts, clock } = setting;
    expect(await accounts.trust({ subject: SUBJECT })).toBeNull();
    const { phone } = await enrol(setting);
    // The code that confirmed the enrolment is not a log-in.
    expect(await accounts.trust({ subject: SUBJECT })).toBeNull();
    await accounts.verify({ subject: SUBJECT, code: await phone.freshCode() });
    expect(await accounts.trust({ subject: SUBJECT })).not.toBeNull();
    expect(await accounts.trust({ subject: SUBJECT })).toBeNull();
    await accounts.verify({ subject: SUBJECT, code: await phone.freshCode() });
    clock.advance(900_001);
    expect(await accounts.trust({ subject: SUBJECT })).toBeNull();
  });

  it("works until exactly 15 minutes have passed, also by a clock that went back, and is reported with the label", async () => {
    for (const passed of [900_000, -900_000]) {
      const setting = setUp();
      const { accounts, clock, events } = setting;
      const { phone } = await enrol(setting);
      await accounts.verify({ subject: SUBJECT, code: await phone.freshCode() });
      clock.advance(passed);
      events.length = 0;
      const trusted = await accounts.trust({ subject: SUBJECT, label: "Firefox" });
      expect(events).toEqual([
        { type: "device-trusted", subject: SUBJECT, at: clock(), device: trusted?.device, label: "Firefox" },
      ]);
    }
    const setting = setUp();
    const { phone } = await enrol(setting);
    await setting.accounts.verify({ subject: SUBJECT, code: await phone.freshCode() });
    setting.clock.advance(-900_001);
    setting.told();
    expect(await setting.accounts.trust({ subject: SUBJECT })).toBeNull();
    expect(setting.told()).toEqual([]);
  });

  it("needs an accepted code by any clock, also by one that begins in 1970", async () => {
    const clock = fakeClock(1000);
    const setting = setUp({ clock });
    expect(await setting.accounts.trust({ subject: SUBJECT })).toBeNull();
    const code = "abcd1234";
    await setting.accounts.adoptRecoveryCodes({ subject: SUBJECT, codes: [code] });
    expect(await setting.accounts.verify({ subject: SUBJECT, code })).toBe(true);
    const device = await setting.accounts.trust({ subject: SUBJECT });
    clock.advance(1000);
    expect(await recognise(setting, device?.deviceToken)).not.toBeNull();
    expect((await setting.accounts.status(SUBJECT)).devices).toMatchObject([{ trustedAt: 1000, seenAt: 2000 }]);
  });

  it("is over once all devices are ended: a thief who has just logged in makes no new one", async () => {
    const setting = setUp();
    const { accounts } = setting;
    const { phone } = await enrol(setting);
    await accounts.verify({ subject: SUBJECT, code: await phone.freshCode() });
    await accounts.revokeAll(SUBJECT);
    expect(await accounts.trust({ subject: SUBJECT })).toBeNull();
    expect(await trust(setting, phone)).not.toBeNull();
  });

  it("needs an id of its own: a draw that was used makes no second device", async () => {
    const machine = createAccountMachine({ pepper: PEPPER, seal: createKeyBox([{ id: "a", bytes: SEALING }]) });
    const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    const deviceToken = drawDeviceToken();
    let { state } = await machine.adopt(null, {
      subject: SUBJECT,
      authenticator: "phone",
      key: { type: "totp", secret },
      now: START,
    });
    for (const steps of [0, 1]) {
      const now = START + steps * 30_000;
      ({ state } = await machine.attempt(state, { subject: SUBJECT, code: totp({ secret }, { now }), now }));
      const trust = () => machine.trust(state, { subject: SUBJECT, deviceToken, now });
      if (steps === 0) ({ state } = trust());
      else expect(trust).toThrow(refusal("invalid-argument", "deviceToken"));
    }
    expect(machine.status(state, START + 30_000).devices).toHaveLength(1);
  });

  it("is for 30 days, or as long as you say", async () => {
    const { accounts, clock, phone, device } = await withDevice();
    expect(device.expiresAt).toBe(clock() + 30 * DAY);
    await accounts.verify({ subject: SUBJECT, code: await phone.freshCode() });
    const short = await accounts.trust({ subject: SUBJECT, ttlMs: DAY });
    clock.advance(DAY - 1);
    expect(await accounts.recognise({ subject: SUBJECT, deviceToken: short?.deviceToken })).not.toBeNull();
    clock.advance(1);
    expect(await accounts.recognise({ subject: SUBJECT, deviceToken: short?.deviceToken })).toBeNull();
    expect(await accounts.recognise({ subject: SUBJECT, deviceToken: device.deviceToken })).not.toBeNull();
  });

  it("is for ten devices: an eleventh ends the one that was seen longest ago", async () => {
    const setting = setUp();
    const { accounts, clock, events } = setting;
    const { phone } = await enrol(setting);
    const devices = [];
    for (let i = 0; i < 10; i++) devices.push(await trust(setting, phone, `device ${i}`));
    clock.advance(DAY / 2);
    for (const [i, { deviceToken }] of devices.entries()) if (i !== 3) await recognise(setting, deviceToken);
    await trust(setting, phone, "one more");
    expect(events.find(({ type }) => type === "device-ended")).toMatchObject({ label: "device 3", reason: "replaced" });
    expect(await recognise(setting, devices[3]?.deviceToken)).toBeNull();
    expect((await accounts.status(SUBJECT)).devices).toHaveLength(10);
  });
});

describe("one device too many", () => {
  it("ends the one that was seen longest ago, or trusted longest ago if it was never seen", async () => {
    for (const seen of [0, 1]) {
      const setting = await withDevice({ devices: { max: 2 } });
      const { clock, phone, device, events } = setting;
      clock.advance(3_600_000);
      const devices = [device, await trust(setting, phone)];
      clock.advance(3_600_000);
      await recognise(setting, devices[seen]?.deviceToken);
      await trust(setting, phone);
      expect(events.filter(({ type }) => type === "device-ended")).toMatchObject([
        { device: devices[1 - seen]?.device, reason: "replaced" },
      ]);
    }
  });

  it("ends the one that was seen earlier, whichever was trusted earlier", async () => {
    for (const earlier of [0, 1]) {
      const setting = await withDevice({ devices: { max: 2 } });
      const { clock, phone, device, events } = setting;
      const devices = [device, await trust(setting, phone)];
      for (const seen of [earlier, 1 - earlier]) {
        clock.advance(3_600_000);
        await recognise(setting, devices[seen]?.deviceToken);
      }
      await trust(setting, phone);
      expect(events.filter(({ type }) => type === "device-ended")).toMatchObject([
        { device: devices[earlier]?.device },
      ]);
    }
  });

  it("ends none if one has expired", async () => {
    const setting = await withDevice({ devices: { max: 1, ttlMs: 60_000 } });
    setting.clock.advance(60_000);
    setting.told();
    const { device } = await trust(setting, setting.phone);
    expect(setting.told()).toEqual(["accepted", "device-trusted"]);
    expect((await setting.accounts.status(SUBJECT)).devices).toMatchObject([{ device }]);
  });
});

describe("recognising a device", () => {
  it("knows its label, and takes nothing that was not its token", async () => {
    const setting = await withDevice();
    const { accounts, device, phone } = setting;
    expect(await recognise(setting, device.deviceToken)).toEqual({
      device: device.device,
      label: null,
      deviceToken: null,
      expiresAt: device.expiresAt,
    });
    const labelled = await trust(setting, phone, "Firefox");
    expect(await recognise(setting, labelled.deviceToken)).toMatchObject({ label: "Firefox" });
    const [id, generation, secret = ""] = device.deviceToken.split(".");
    const forged = `${id}.${generation}.${"a".repeat(secret.length)}`;
    const next = `${id}.1.${secret}`;
    for (const token of [undefined, null, 5, "", "x", {}, [device.deviceToken], forged, next, `${device.deviceToken}x`])
      expect(await recognise(setting, token)).toBeNull();
    expect(await accounts.recognise({ subject: "user-2", deviceToken: device.deviceToken })).toBeNull();
    expect(await recognise(setting, device.deviceToken)).not.toBeNull();
  });

  it("is null for a token with any character changed to any other one, and never an error", async () => {
    const setting = await withDevice();
    const { deviceToken } = setting.device;
    for (let i = 0; i < deviceToken.length; i++) {
      for (const other of "abcdefghijklmnopqrstuvwxyz234567019._-=A é") {
        const changed = deviceToken.slice(0, i) + other + deviceToken.slice(i + 1);
        if (changed === deviceToken) continue;
        expect(await recognise(setting, changed), changed).toBeNull();
      }
    }
  });

  it("replaces the token after a day, with the same one for tabs that load together", async () => {
    const setting = await withDevice();
    const { clock, device } = setting;
    clock.advance(DAY);
    const tabs = await Promise.all(Array.from({ length: 5 }, () => recognise(setting, device.deviceToken)));
    const tokens = new Set(tabs.map((each) => each?.deviceToken));
    expect(tokens.size).toBe(1);
    const [token] = tokens;
    expect(token).not.toBe(device.deviceToken);
    expect(await recognise(setting, token)).toMatchObject({ deviceToken: null });
  });

  it("ends a device whose token was copied, and says so", async () => {
    const setting = await withDevice();
    const { accounts, clock, device, events } = setting;
    clock.advance(DAY);
    const next = await recognise(setting, device.deviceToken);
    clock.advance(3_600_000);
    await recognise(setting, next?.deviceToken);
    clock.advance(3_600_000);
    expect(await recognise(setting, device.deviceToken)).toBeNull();
    expect(events.at(-1)).toMatchObject({ type: "device-ended", device: device.device, reason: "stolen" });
    expect(await recognise(setting, next?.deviceToken)).toBeNull();
    expect((await accounts.status(SUBJECT)).devices).toEqual([]);
  });

  it("notices a copied token at an attempt too, and the attempt then has no budget of its own", async () => {
    const { accounts, clock, device, events, phone, ...setting } = await withDevice();
    clock.advance(DAY);
    const next = await recognise({ accounts, clock, events, ...setting }, device.deviceToken);
    await recognise({ accounts, clock, events, ...setting }, next?.deviceToken);
    clock.advance(DAY);
    expect(await accounts.verify({ subject: SUBJECT, code: phone.wrong(), deviceToken: device.deviceToken })).toBe(
      false,
    );
    expect(events.slice(-2).map(({ type }) => type)).toEqual(["device-ended", "rejected"]);
    expect((await accounts.status(SUBJECT)).failures).toBe(1);
  });

  it("reads and does not write, except once an hour", async () => {
    const setting = await withDevice();
    const { accounts, written, clock, device } = setting;
    await recognise(setting, device.deviceToken);
    const before = written.length;
    const first = clock();
    for (let i = 0; i < 10; i++) {
      clock.advance(359_999);
      await recognise(setting, device.deviceToken);
    }
    expect(written.length).toBe(before);
    expect((await accounts.status(SUBJECT)).devices).toMatchObject([{ seenAt: first }]);
    clock.advance(10);
    await recognise(setting, device.deviceToken);
    expect(written.length).toBe(before + 1);
    // A clock that went back by an hour shows that the moment is wrong.
    clock.advance(-3_600_000);
    await recognise(setting, device.deviceToken);
    expect((await accounts.status(SUBJECT)).devices).toMatchObject([{ seenAt: clock() }]);
  });

  it("reports nothing and leaves the other devices as they are, while it replaces a token", async () => {
    const setting = await withDevice();
    const { accounts, clock, device, phone, told } = setting;
    const other = await trust(setting, phone);
    clock.advance(DAY);
    told();
    const next = await recognise(setting, device.deviceToken);
    expect(await recognise(setting, next?.deviceToken)).toMatchObject({ deviceToken: null });
    expect(await recognise(setting, device.deviceToken)).toMatchObject({ deviceToken: next?.deviceToken });
    expect(told()).toEqual([]);
    expect((await accounts.status(SUBJECT)).devices).toMatchObject([
      { device: device.device, seenAt: clock() },
      { seenAt: null },
    ]);
    expect(await recognise(setting, other.deviceToken)).not.toBeNull();
  });

  it("of an attempt replaces no token, because nothing could hand out another one", async () => {
    const setting = await withDevice();
    const { accounts, clock, device, phone, written } = setting;
    clock.advance(2 * DAY);
    const before = written.at(-1)?.split("\n");
    await accounts.verify({ subject: SUBJECT, code: "no code", deviceToken: device.deviceToken });
    expect(written.at(-1)?.split("\n")).toEqual(before);
    await accounts.verify({ subject: SUBJECT, code: await phone.freshCode(), deviceToken: device.deviceToken });
    const deviceLine = (text: readonly string[] | undefined) => text?.find((line) => line.startsWith("d,"));
    expect(deviceLine(written.at(-1)?.split("\n"))).toBe(deviceLine(before));
  });

  it("ends at most ten minutes before its own beginning, where a clock has gone back", async () => {
    const setting = await withDevice();
    const { accounts, clock, device } = setting;
    clock.advance(-600_000);
    expect(await recognise(setting, device.deviceToken)).not.toBeNull();
    expect((await accounts.status(SUBJECT)).devices).toHaveLength(1);
    clock.advance(-1);
    expect(await recognise(setting, device.deviceToken)).toBeNull();
    expect((await accounts.status(SUBJECT)).devices).toEqual([]);
  });
});

describe("the budget of a device", () => {
  it("lets the owner in while a stranger has locked the account (O24)", async () => {
    const { accounts, clock, phone, device } = await withDevice();
    for (let i = 0; i < 200; i++) {
      await accounts.verify({ subject: SUBJECT, code: phone.wrong() });
      clock.advance(3_600_000);
    }
    expect((await accounts.status(SUBJECT)).state).toBe("disabled");
    expect(await accounts.attempt({ subject: SUBJECT, code: await phone.freshCode() })).toMatchObject({
      reason: "disabled",
    });
    const { deviceToken } = device;
    expect(await accounts.verify({ subject: SUBJECT, code: await phone.freshCode(), deviceToken })).toBe(true);
    // It forgives nothing of the account's.
    expect((await accounts.status(SUBJECT)).state).toBe("disabled");
  });

  it("is ten consecutive failures", async () => {
    const { accounts, phone, device, events } = await withDevice();
    const { deviceToken } = device;
    for (let i = 0; i < 10; i++) {
      expect(await accounts.attempt({ subject: SUBJECT, code: phone.wrong(), deviceToken })).toMatchObject({
        reason: "mismatch",
        retryAfterMs: 0,
      });
    }
    expect(events.at(-1)).toMatchObject({ type: "device-ended", reason: "failures" });
    const status = await accounts.status(SUBJECT);
    expect(status).toMatchObject({ failures: 0, monthlyFailures: 10, devices: [] });
  });

  it("is twenty failures in 30 days, whatever succeeded in between", async () => {
    const { accounts, phone, device } = await withDevice();
    const { deviceToken } = device;
    let wrong = 0;
    while (wrong < 30 && (await accounts.status(SUBJECT)).devices.length > 0) {
      for (let i = 0; i < 4 && (await accounts.status(SUBJECT)).devices.length > 0; i++, wrong++)
        await accounts.verify({ subject: SUBJECT, code: phone.wrong(), deviceToken });
      if ((await accounts.status(SUBJECT)).devices.length === 0) break;
      expect(await accounts.verify({ subject: SUBJECT, code: await phone.freshCode(), deviceToken })).toBe(true);
    }
    expect(wrong).toBe(20);
  });

  it("works on after the clock went back by a day, and forgets no failure", async () => {
    const { accounts, clock, phone, device } = await withDevice();
    const { deviceToken } = device;
    const fail = () => accounts.verify({ subject: SUBJECT, code: phone.wrong(), deviceToken });
    const succeed = async () => accounts.verify({ subject: SUBJECT, code: await phone.freshCode(), deviceToken });
    clock.advance(DAY);
    for (let i = 0; i < 9; i++) await fail();
    expect(await succeed()).toBe(true);
    clock.advance(-DAY);
    for (let i = 0; i < 9; i++) await fail();
    clock.advance(2 * DAY);
    expect(await succeed()).toBe(true);
    // Two days have taken one of the 18 failures, and a third of another one. So two more are allowed, and the third is one too many.
    for (let i = 0; i < 2; i++) await fail();
    expect((await accounts.status(SUBJECT)).devices).toHaveLength(1);
    await fail();
    expect((await accounts.status(SUBJECT)).devices).toEqual([]);
  });

  it('counts nothing with `attempts: "host"`', async () => {
    const { accounts, phone, device } = await withDevice({ attempts: "host" });
    for (let i = 0; i < 30; i++)
      await accounts.verify({ subject: SUBJECT, code: phone.wrong(), deviceToken: device.deviceToken });
    expect((await accounts.status(SUBJECT)).devices).toHaveLength(1);
  });
});

describe("ending devices", () => {
  it("is reported with the id, the label and the reason", async () => {
    const setting = await withDevice();
    const { accounts, clock, device, phone, events } = setting;
    const labelled = await trust(setting, phone, "Firefox");
    events.length = 0;
    await accounts.revoke({ subject: SUBJECT, device: labelled.device });
    await accounts.revoke({ subject: SUBJECT, device: labelled.device });
    await accounts.revokeAll(SUBJECT);
    await accounts.revokeAll(SUBJECT);
    const ended = { type: "device-ended", subject: SUBJECT, at: clock(), reason: "revoked" };
    expect(events).toEqual([
      { ...ended, device: labelled.device, label: "Firefox" },
      { ...ended, device: device.device, label: null },
    ]);
  });

  it("one, all, or none of that id", async () => {
    const setting = await withDevice();
    const { accounts, device, phone, told } = setting;
    const second = await trust(setting, phone);
    const third = await trust(setting, phone);
    told();
    const revoke = (id: string) => accounts.revoke({ subject: SUBJECT, device: id });
    expect([await revoke(device.device), await revoke(device.device), await revoke("unknown")]).toEqual([
      true,
      false,
      false,
    ]);
    expect(await recognise(setting, device.deviceToken)).toBeNull();
    await accounts.revokeAll(SUBJECT);
    for (const { deviceToken } of [second, third]) expect(await recognise(setting, deviceToken)).toBeNull();
    expect(told()).toEqual(["device-ended", "device-ended", "device-ended"]);
  });
});
