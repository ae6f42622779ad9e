// Trusted devices: trust, recognition, theft, their own budget, and what a stranger cannot do to their owner.
import { totp } from "otp-core";
import { createAccountMachine, createKeyBox, drawDeviceToken } from "otp-core/account";
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
    const { written, clock, device } = setting;
    await recognise(setting, device.deviceToken);
    const before = written.length;
    for (let i = 0; i < 10; i++) await recognise(setting, device.deviceToken);
    expect(written.length).toBe(before);
    clock.advance(3_600_000);
    await recognise(setting, device.deviceToken);
    expect(written.length).toBe(before + 1);
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
    while ((await accounts.status(SUBJECT)).devices.length > 0) {
      for (let i = 0; i < 4 && (await accounts.status(SUBJECT)).devices.length > 0; i++, wrong++)
        await accounts.verify({ subject: SUBJECT, code: phone.wrong(), deviceToken });
      if ((await accounts.status(SUBJECT)).devices.length === 0) break;
      expect(await accounts.verify({ subject: SUBJECT, code: await phone.freshCode(), deviceToken })).toBe(true);
    }
    expect(wrong).toBe(20);
  });

  it('counts nothing with `attempts: "host"`', async () => {
    const { accounts, phone, device } = await withDevice({ attempts: "host" });
    for (let i = 0; i < 30; i++)
      await accounts.verify({ subject: SUBJECT, code: phone.wrong(), deviceToken: device.deviceToken });
    expect((await accounts.status(SUBJECT)).devices).toHaveLength(1);
  });
});

describe("ending devices", () => {
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
