// Enrolment: proposals, the first code, a change of phone, keys from elsewhere.
import { createHotpKey, createTotpKey, hotp, parseUri, type TotpKey, totp } from "otp-core";
import { createAccountMachine, createKeyBox } from "otp-core/account";
import { createAuthenticator } from "otp-core/testing";
import { describe, expect, it } from "vitest";
import { enrol, PEPPER, SEALING, START, SUBJECT, setUp } from "../support/accounts.ts";
import { refusal } from "../support/refusal.ts";

type Key = TotpKey<string>;
const names = { subject: SUBJECT, issuer: "Example", account: "alice" };
const refusals = (events: readonly { readonly type: string }[]) =>
  events.flatMap((event) => (event.type === "confirm-refused" ? [(event as { reason?: string }).reason] : []));

describe("a proposal", () => {
  it("has a key URI and a secret, and counts for nothing until it is confirmed", async () => {
    const { accounts, clock, told } = setUp();
    const proposal = await accounts.propose({ ...names, label: "Phone", domain: "example.com", digits: 8, period: 60 });
    const key = parseUri(proposal.uri);
    expect(key).toMatchObject({ type: "totp", secret: proposal.secret, account: "alice", digits: 8, period: 60 });
    expect(key).toMatchObject({ issuer: "Example", domain: "example.com" });
    expect(proposal.expiresAt).toBe(clock() + 900_000);
    if (key.type !== "totp") throw new Error("not a TOTP key");
    expect(await accounts.attempt({ subject: SUBJECT, code: totp(key, { now: clock() }) })).toMatchObject({
      reason: "absent",
    });
    expect((await accounts.status(SUBJECT)).methods).toEqual([]);
    expect(told()).toEqual(["proposed"]);
  });

  it("is the same after a reload, and only under its own id", async () => {
    const { accounts } = setUp();
    const proposal = await accounts.propose(names);
    const target = { subject: SUBJECT, authenticator: proposal.authenticator };
    expect(await accounts.proposal(target)).toEqual(proposal);
    expect(await accounts.proposal({ ...target, authenticator: "another" })).toBeNull();
    expect(await accounts.proposal({ ...target, subject: "user-2" })).toBeNull();
  });

  it("expires after 15 minutes, and not before", async () => {
    const { accounts, clock, events } = setUp();
    const { authenticator, uri } = await accounts.propose(names);
    const target = { subject: SUBJECT, authenticator };
    clock.advance(899_999);
    expect(await accounts.proposal(target)).not.toBeNull();
    clock.advance(1);
    expect(await accounts.proposal(target)).toBeNull();
    expect(await accounts.confirm({ ...target, code: createAuthenticator(uri, { clock }).code() })).toBeNull();
    expect(refusals(events)).toEqual(["expired"]);
    expect((await accounts.status(SUBJECT)).proposals).toEqual([]);
  });

  it("leaves the record with the refusal that says it has expired", async () => {
    const { accounts, clock, written } = setUp();
    const { authenticator } = await accounts.propose(names);
    clock.advance(600_000);
    const later = await accounts.propose(names);
    clock.advance(300_000);
    expect(await accounts.confirm({ subject: SUBJECT, authenticator, code: "123456" })).toBeNull();
    expect(written.at(-1)).not.toContain(authenticator);
    expect(await accounts.proposal({ subject: SUBJECT, authenticator: later.authenticator })).toEqual(later);
  });

  it("waits on after the clock went back, for at most twice as long as it was made for", async () => {
    const { accounts, clock } = setUp();
    const { authenticator } = await accounts.propose(names);
    const target = { subject: SUBJECT, authenticator };
    clock.advance(-900_000);
    expect(await accounts.proposal(target)).not.toBeNull();
    clock.advance(-1);
    expect(await accounts.proposal(target)).toBeNull();
    expect((await accounts.status(SUBJECT)).proposals).toEqual([]);
  });

  it("has its own count of wrong codes, and leaves the others as they are", async () => {
    const { accounts, clock, events } = setUp();
    const proposals = [await accounts.propose(names), await accounts.propose(names), await accounts.propose(names)];
    const second = proposals[1] as (typeof proposals)[0];
    const phone = createAuthenticator(second.uri, { clock });
    const target = { subject: SUBJECT, authenticator: second.authenticator };
    const show = () =>
      Promise.all(proposals.map(({ authenticator }) => accounts.proposal({ subject: SUBJECT, authenticator })));
    for (let i = 0; i < 9; i++) expect(await accounts.confirm({ ...target, code: phone.wrong() })).toBeNull();
    expect(await show()).toEqual(proposals);
    events.length = 0;
    const { authenticator } = second;
    expect(await accounts.confirm({ ...target, code: phone.code() })).toEqual({ authenticator, differs: [] });
    expect(events).toEqual([{ type: "confirmed", ...target, at: clock(), label: null, replaced: null, differs: [] }]);
    expect(await show()).toEqual([proposals[0], null, proposals[2]]);
  });

  it("waits with at most two others: a fourth one ends the oldest", async () => {
    const { accounts } = setUp();
    const proposals = [];
    for (let i = 0; i < 4; i++) proposals.push(await accounts.propose(names));
    const waiting = (await accounts.status(SUBJECT)).proposals.map(({ authenticator }) => authenticator);
    expect(waiting).toEqual(proposals.slice(1).map(({ authenticator }) => authenticator));
  });

  it("takes its first code and burns it, even while the account has to wait", async () => {
    const { accounts, clock } = setUp();
    await enrol({ accounts, clock });
    for (let i = 0; i < 5; i++) await accounts.verify({ subject: SUBJECT, code: `00000${i}` });
    expect((await accounts.status(SUBJECT)).state).toBe("waiting");
    const { authenticator, uri } = await accounts.propose(names);
    const phone = createAuthenticator(uri, { clock });
    const code = phone.code();
    expect(await accounts.confirm({ subject: SUBJECT, authenticator, code })).toEqual({ authenticator, differs: [] });
    clock.advance(30_000);
    expect(await accounts.attempt({ subject: SUBJECT, code })).toMatchObject({ reason: "replayed" });
    expect(await accounts.verify({ subject: SUBJECT, code: phone.next() })).toBe(true);
  });

  it("is no guess: wrong codes are not counted, and ten of them end it", async () => {
    const { accounts, clock, events } = setUp();
    const { authenticator, uri } = await accounts.propose(names);
    const phone = createAuthenticator(uri, { clock });
    const target = { subject: SUBJECT, authenticator };
    for (const code of phone.malformed()) expect(await accounts.confirm({ ...target, code })).toBeNull();
    for (let i = 0; i < 9; i++) expect(await accounts.confirm({ ...target, code: phone.wrong() })).toBeNull();
    expect(await accounts.proposal(target)).not.toBeNull();
    expect(await accounts.confirm({ ...target, code: phone.wrong() })).toBeNull();
    expect(await accounts.confirm({ ...target, code: phone.code() })).toBeNull();
    const reasons = refusals(events);
    expect(reasons.filter((reason) => reason === "malformed")).toHaveLength(phone.malformed().length);
    expect(reasons.slice(-11)).toEqual([...Array(9).fill("mismatch"), "exhausted", "absent"]);
    expect((await accounts.status(SUBJECT)).failures).toBe(0);
  });

  it("is confirmed once: of two simultaneous calls with its code, one succeeds", async () => {
    const { accounts, clock } = setUp();
    const { authenticator, uri } = await accounts.propose(names);
    const request = { subject: SUBJECT, authenticator, code: createAuthenticator(uri, { clock }).code() };
    const answers = await Promise.all([accounts.confirm(request), accounts.confirm(request)]);
    expect(answers.filter((answer) => answer !== null)).toHaveLength(1);
  });
});

describe("an app that ignores parameters", () => {
  it("confirms by a code of a step that began when the user was forgotten, and not before", async () => {
    for (const [passed, differs] of [
      [0, ["algorithm"]],
      [1, undefined],
    ] as const) {
      const { accounts, clock } = setUp();
      await accounts.adopt({ subject: SUBJECT, key: { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" } });
      clock.advance(passed);
      await accounts.forget(SUBJECT);
      const { authenticator, secret } = await accounts.propose({ ...names, algorithm: "SHA256" });
      const code = totp({ secret }, { now: clock() });
      const confirmed = await accounts.confirm({ subject: SUBJECT, authenticator, code, detect: true });
      expect(confirmed?.differs).toEqual(differs);
    }
  });

  it("is refused by default, and taken as it is with `detect`", async () => {
    const { accounts, clock } = setUp();
    const { authenticator, uri } = await accounts.propose({ ...names, algorithm: "SHA256" });
    const key = parseUri(uri);
    if (key.type !== "totp") throw new Error("not a TOTP key");
    const app = createAuthenticator({ ...key, algorithm: "SHA1" }, { clock });
    const request = { subject: SUBJECT, authenticator, code: app.code() };
    expect(await accounts.confirm(request)).toBeNull();
    expect(await accounts.confirm({ ...request, detect: true })).toEqual({ authenticator, differs: ["algorithm"] });
    expect(await accounts.attempt({ subject: SUBJECT, code: app.code() })).toMatchObject({ reason: "replayed" });
    expect(await accounts.verify({ subject: SUBJECT, code: await app.freshCode() })).toBe(true);
  });
});

describe("a change of phone", () => {
  it("is one write: the old phone works until the new one is proved, and never after that (O27)", async () => {
    const setting = setUp();
    const { accounts, clock, events } = setting;
    const old = await enrol(setting);
    const { authenticator, uri } = await accounts.propose(names);
    const phone = createAuthenticator(uri, { clock });
    expect(await accounts.verify({ subject: SUBJECT, code: await old.phone.freshCode() })).toBe(true);
    const confirm = { subject: SUBJECT, authenticator, replaces: old.authenticator };
    expect(await accounts.confirm({ ...confirm, code: phone.wrong() })).toBeNull();
    expect(await accounts.verify({ subject: SUBJECT, code: await old.phone.freshCode() })).toBe(true);
    expect(await accounts.confirm({ ...confirm, code: await phone.freshCode() })).not.toBeNull();
    expect(await accounts.verify({ subject: SUBJECT, code: await old.phone.freshCode() })).toBe(false);
    expect(await accounts.verify({ subject: SUBJECT, code: await phone.freshCode() })).toBe(true);
    expect(events.filter(({ type }) => type === "confirmed").at(-1)).toMatchObject({ replaced: old.authenticator });
    expect((await accounts.status(SUBJECT)).authenticators.map((each) => each.authenticator)).toEqual([authenticator]);
  });

  it("works when the old phone is gone already", async () => {
    const setting = setUp();
    const { authenticator } = await enrol(setting, { replaces: "lost" });
    expect((await setting.accounts.status(SUBJECT)).authenticators[0]?.authenticator).toBe(authenticator);
  });

  it("adds the second of two new phones, and says that it replaced nothing", async () => {
    const setting = setUp();
    const { accounts, clock, events } = setting;
    const old = await enrol(setting);
    const phones = [];
    for (const label of ["first", "second"]) {
      const { authenticator, uri } = await accounts.propose({ ...names, label });
      phones.push({ authenticator, phone: createAuthenticator(uri, { clock }) });
    }
    for (const { authenticator, phone } of phones) {
      const request = { subject: SUBJECT, authenticator, code: await phone.freshCode(), replaces: old.authenticator };
      expect(await accounts.confirm(request)).not.toBeNull();
    }
    const replaced = events.flatMap((event) => (event.type === "confirmed" ? [event.replaced] : []));
    expect(replaced).toEqual([null, old.authenticator, null]);
    expect((await accounts.status(SUBJECT)).authenticators.map(({ label }) => label)).toEqual(["first", "second"]);
  });

  it("leaves recovery codes and devices as they are", async () => {
    const setting = setUp();
    const old = await enrol(setting);
    await setting.accounts.generateRecoveryCodes(SUBJECT);
    await enrol(setting, { replaces: old.authenticator });
    expect((await setting.accounts.status(SUBJECT)).recoveryCodes.remaining).toBe(10);
  });
});

describe("a key from elsewhere", () => {
  it("is taken over once, with what is known of its last step", async () => {
    const { accounts, clock, told } = setUp();
    const key = createTotpKey({ issuer: "Example", account: "alice" });
    const now = clock();
    const after = Math.floor(now / 30_000);
    const adoption = { subject: SUBJECT, authenticator: "otplib", key, label: "App", after };
    expect(await accounts.adopt(adoption)).toEqual({ authenticator: "otplib" });
    const before = await accounts.status(SUBJECT);
    expect(await accounts.adopt({ ...adoption, key: createTotpKey({ issuer: "X", account: "y" }) })).toEqual({
      authenticator: "otplib",
    });
    expect(await accounts.status(SUBJECT)).toEqual(before);
    expect(told()).toEqual(["adopted"]);
    expect(await accounts.verify({ subject: SUBJECT, code: totp(key, { now }) })).toBe(false);
    clock.advance(30_000);
    expect(await accounts.verify({ subject: SUBJECT, code: totp(key, { now: clock() }) })).toBe(true);
  });

  it.each([
    ["milliseconds", START],
    ["seconds", START / 1000],
    ["the largest integer", Number.MAX_SAFE_INTEGER],
    ["a step too far ahead", START / 30_000 + 3001],
  ])("refuses %s as the last accepted step, which would lock the user out", async (_, after) => {
    const { accounts, clock } = setUp();
    const key = createTotpKey({ issuer: "Example", account: "alice" });
    const adopting = accounts.adopt({ subject: SUBJECT, key, after });
    await expect(adopting).rejects.toThrow(refusal("invalid-argument", "after"));
    await accounts.adopt({ subject: SUBJECT, key, after: START / 30_000 - 1 });
    expect(await accounts.verify({ subject: SUBJECT, code: totp(key, { now: clock() }) })).toBe(true);
  });

  it("takes a step that is as far ahead as clocks may differ, whatever the period", async () => {
    for (const period of [30, 60]) {
      const { accounts, clock } = setUp();
      const key = { ...createTotpKey({ issuer: "Example", account: "alice" }), period };
      const after = START / (period * 1000) + 3000;
      const adopting = accounts.adopt({ subject: SUBJECT, key, after: after + 1 });
      await expect(adopting).rejects.toThrow(refusal("invalid-argument", "after"));
      await accounts.adopt({ subject: SUBJECT, key, after });
      expect(await accounts.verify({ subject: SUBJECT, code: totp(key, { now: clock() }) })).toBe(false);
    }
  });

  it("has no second use of the code of step 0", async () => {
    const { accounts, clock } = setUp();
    const key = { ...createTotpKey({ issuer: "Example", account: "alice" }), epoch: START / 1000 };
    await accounts.adopt({ subject: SUBJECT, key, after: 0 });
    expect(await accounts.attempt({ subject: SUBJECT, code: totp(key, { now: clock() }) })).toMatchObject({
      reason: "replayed",
    });
    clock.advance(30_000);
    expect(await accounts.verify({ subject: SUBJECT, code: totp(key, { now: clock() }) })).toBe(true);
  });

  it("refuses an epoch in the future, with which every attempt of the user would reject", async () => {
    const { accounts, clock } = setUp();
    const key = createTotpKey({ issuer: "Example", account: "alice" });
    for (const epoch of [START, START / 1000 + 1]) {
      const adopting = accounts.adopt({ subject: SUBJECT, key: { ...key, epoch } });
      await expect(adopting).rejects.toThrow(refusal("invalid-argument", "epoch"));
    }
    const now = { ...key, epoch: START / 1000 };
    await accounts.adopt({ subject: SUBJECT, key: now });
    expect(await accounts.verify({ subject: SUBJECT, code: totp(now, { now: clock() }) })).toBe(true);
  });

  it("may be a token that counts, and may have its secret as bytes", async () => {
    const { accounts } = setUp();
    const key = createHotpKey({ issuer: "Example", account: "alice", counter: 5 });
    const { authenticator } = await accounts.adopt({ subject: SUBJECT, key });
    expect(authenticator).toMatch(/^[a-z2-7]{16}$/);
    expect(await accounts.attempt({ subject: SUBJECT, code: hotp(key, 6) })).toMatchObject({
      ok: true,
      method: "hotp",
    });
    expect(await accounts.verify({ subject: SUBJECT, code: hotp(key, 5) })).toBe(false);
    // The codes before the counter of the key were used elsewhere.
    await accounts.adopt({ subject: "user-3", key });
    expect(await accounts.verify({ subject: "user-3", code: hotp(key, 4) })).toBe(false);
    expect(await accounts.verify({ subject: "user-3", code: hotp(key, 5) })).toBe(true);
    const secret = Uint8Array.from({ length: 20 }, (_, i) => i);
    await accounts.adopt({ subject: "user-2", key: { type: "hotp", secret } });
    expect(await accounts.verify({ subject: "user-2", code: hotp({ secret }, 0) })).toBe(true);
  });

  it("is not added again under another id, because it would accept every code twice", async () => {
    const { accounts, clock, told } = setUp();
    const key = createTotpKey({ issuer: "Example", account: "alice" });
    await accounts.adopt({ subject: SUBJECT, authenticator: "first", key });
    told();
    for (const again of [{ ...key, issuer: "Other" }, { ...key, algorithm: "SHA1", digits: 6 } as const])
      expect(await accounts.adopt({ subject: SUBJECT, key: again })).toEqual({ authenticator: "first" });
    expect(told()).toEqual([]);
    const code = totp(key, { now: clock() });
    expect([
      await accounts.verify({ subject: SUBJECT, code }),
      await accounts.verify({ subject: SUBJECT, code }),
    ]).toEqual([true, false]);
  });

  it.each([
    ["digits", { digits: 8 }],
    ["algorithm", { algorithm: "SHA512" }],
    ["period", { period: 60 }],
    ["epoch", { epoch: 15 }],
    ["encoder", { encoder: "steam" }],
    ["type", { type: "hotp" }],
  ] as const)("is another one if its %s differs, because its codes are others", async (_, change) => {
    const { accounts } = setUp();
    const key = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" } as const;
    await accounts.adopt({ subject: SUBJECT, authenticator: "first", key });
    const other = { ...key, ...change };
    const { authenticator } = await accounts.adopt({ subject: SUBJECT, key: other });
    expect(authenticator).not.toBe("first");
    expect(await accounts.adopt({ subject: SUBJECT, key: other })).toEqual({ authenticator });
    expect((await accounts.status(SUBJECT)).authenticators).toHaveLength(2);
  });

  it("is a token that counts from its counter on, also after another authenticator was removed", async () => {
    const { accounts, clock } = setUp();
    const phone = createTotpKey({ issuer: "Example", account: "alice" });
    const { authenticator } = await accounts.adopt({ subject: SUBJECT, key: phone });
    expect(await accounts.verify({ subject: SUBJECT, code: totp(phone, { now: clock() }) })).toBe(true);
    await accounts.remove({ subject: SUBJECT, authenticator });
    const token = createHotpKey({ issuer: "Example", account: "alice", counter: 1000 });
    await accounts.adopt({ subject: SUBJECT, key: token });
    expect(await accounts.verify({ subject: SUBJECT, code: hotp(token, 999) })).toBe(false);
    expect(await accounts.verify({ subject: SUBJECT, code: hotp(token, 1000) })).toBe(true);
  });

  it("keeps used codes used if a step of the key is longer than clocks differ, also a step that was accepted early", async () => {
    for (const early of [0, 1]) {
      const { accounts, clock } = setUp();
      const key = { ...createTotpKey({ issuer: "Example", account: "alice" }), period: 3600 };
      const { authenticator } = await accounts.adopt({ subject: SUBJECT, key });
      const code = totp(key, { now: clock() + early * 3_600_000 });
      expect(await accounts.verify({ subject: SUBJECT, code })).toBe(true);
      await accounts.remove({ subject: SUBJECT, authenticator });
      await accounts.adopt({ subject: SUBJECT, key });
      expect(await accounts.attempt({ subject: SUBJECT, code })).toMatchObject({ reason: "replayed" });
      clock.advance(2 * 3_600_000);
      expect(await accounts.verify({ subject: SUBJECT, code: totp(key, { now: clock() }) })).toBe(true);
    }
  });

  it("is refused while its proposal waits for the first code", async () => {
    const { accounts, clock } = setUp();
    const { secret } = await accounts.propose(names);
    const adopt = () => accounts.adopt({ subject: SUBJECT, key: { type: "totp", secret } });
    await expect(adopt()).rejects.toThrow(refusal("invalid-argument", "key"));
    clock.advance(900_000);
    expect(await adopt()).not.toBeNull();
  });

  it.each(["remove", "confirm"] as const)("accepts no code again after %s has ended it", async (way) => {
    const setting = setUp();
    const { accounts, clock } = setting;
    const key = createTotpKey({ issuer: "Example", account: "alice" });
    const adoption = { subject: SUBJECT, authenticator: "phone", key };
    await accounts.adopt(adoption);
    const code = totp(key, { now: clock() + 30_000 });
    expect(await accounts.verify({ subject: SUBJECT, code })).toBe(true);
    if (way === "remove") await accounts.remove({ subject: SUBJECT, authenticator: "phone" });
    else await enrol(setting, { replaces: "phone" });
    await accounts.adopt({ ...adoption, authenticator: "phone-again" });
    const typed = (steps: number) => accounts.attempt({ subject: SUBJECT, code: totp(key, { now: clock() + steps }) });
    expect(await accounts.attempt({ subject: SUBJECT, code })).toMatchObject({ ok: false, reason: "replayed" });
    clock.advance(30_000);
    expect(await typed(0)).toMatchObject({ reason: "replayed" });
    expect(await typed(30_000)).toMatchObject({ ok: true });
  });

  it("leaves other authenticators as they are when one is removed", async () => {
    const setting = setUp();
    const { accounts, clock } = setting;
    const keys = ["a", "b"].map((account) => createTotpKey({ issuer: "Example", account }));
    for (const [i, key] of keys.entries()) await accounts.adopt({ subject: SUBJECT, authenticator: `key-${i}`, key });
    const verify = (i: number) =>
      accounts.verify({ subject: SUBJECT, code: totp(keys[i] as (typeof keys)[0], { now: clock() }) });
    expect(await verify(0)).toBe(true);
    await accounts.remove({ subject: SUBJECT, authenticator: "key-0" });
    expect(await verify(1)).toBe(true);
  });

  it("is one of at most five", async () => {
    const { accounts, clock, events } = setUp();
    const adopt = () =>
      accounts.adopt({ subject: SUBJECT, key: createTotpKey({ issuer: "Example", account: "alice" }) });
    for (let i = 0; i < 4; i++) await adopt();
    const { authenticator: last } = await adopt();
    await expect(adopt()).rejects.toThrow(refusal("invalid-argument", "key"));
    const { authenticator, uri } = await accounts.propose(names);
    const confirm = { subject: SUBJECT, authenticator, code: createAuthenticator(uri, { clock }).code() };
    expect(await accounts.confirm(confirm)).toBeNull();
    expect(refusals(events)).toEqual(["full"]);
    // The code was not used up, and a new phone may take the place of an old one.
    expect(await accounts.confirm({ ...confirm, replaces: last })).not.toBeNull();
    expect((await accounts.status(SUBJECT)).authenticators).toHaveLength(5);
  });
});

describe("an id that is in use", () => {
  const machine = createAccountMachine({ pepper: PEPPER, seal: createKeyBox([{ id: "a", bytes: SEALING }]) });
  const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
  const proposed = { ...names, authenticator: "phone", secret, now: START };
  const adopted = { subject: SUBJECT, authenticator: "phone", key: { type: "totp", secret }, now: START } as const;
  const refused = refusal("invalid-argument", "authenticator");

  it("is refused by `propose` and `adopt`, because two things of one name would make the record unreadable", async () => {
    const { state } = await machine.propose(null, proposed);
    await expect(machine.propose(state, proposed)).rejects.toEqual(refused);
    await expect(machine.adopt(state, adopted)).rejects.toEqual(refused);
    const { state: other } = await machine.adopt(null, adopted);
    await expect(machine.propose(other, proposed)).rejects.toEqual(refused);
  });

  it("has a secret of its own: `propose` refuses the secret of an authenticator and of a proposal, whatever its parameters", async () => {
    const known = refusal("invalid-argument", "secret");
    const again = { ...proposed, authenticator: "tablet" };
    const { state } = await machine.propose(null, proposed);
    await expect(machine.propose(state, again)).rejects.toEqual(known);
    await expect(machine.propose(state, { ...again, digits: 8 })).rejects.toEqual(known);
    const { state: other } = await machine.adopt(null, adopted);
    await expect(machine.propose(other, { ...again, secret: secret.toLowerCase() })).rejects.toEqual(known);
    expect(
      (await machine.propose(other, { ...again, secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" })).state,
    ).not.toBeNull();
  });

  it("does not keep the user from a new phone if its own secret cannot be opened", async () => {
    const { state } = await machine.adopt(null, adopted);
    const seal = createKeyBox([{ id: "b", bytes: SEALING }]);
    const moved = createAccountMachine({ pepper: PEPPER, seal });
    expect((await moved.propose(state, { ...proposed, authenticator: "tablet" })).outcome.authenticator).toBe("tablet");
  });

  it("is free again once its proposal has expired", async () => {
    const { state } = await machine.propose(null, proposed);
    const now = START + 900_000;
    for (const next of [
      await machine.propose(state, { ...proposed, now }),
      await machine.adopt(state, { ...adopted, now }),
    ])
      expect(await machine.attempt(next.state, { subject: SUBJECT, code: "000000", now })).toBeDefined();
  });
});

describe("removing", () => {
  it("is reported with the label, and with the end of each device", async () => {
    const setting = setUp();
    const { accounts, clock, events } = setting;
    const { authenticator, phone } = await enrol(setting, { label: "Phone" });
    await accounts.verify({ subject: SUBJECT, code: await phone.freshCode() });
    const device = await accounts.trust({ subject: SUBJECT, label: "Firefox" });
    await accounts.verify({ subject: SUBJECT, code: await phone.freshCode() });
    events.length = 0;
    await accounts.remove({ subject: SUBJECT, authenticator });
    const event = { subject: SUBJECT, at: clock() };
    expect(events).toEqual([
      { ...event, type: "removed", authenticator, label: "Phone" },
      { ...event, type: "device-ended", device: device?.device, label: "Firefox", reason: "revoked" },
    ]);
    // The code that was accepted before trusts no device any more.
    expect(await accounts.trust({ subject: SUBJECT })).toBeNull();
  });

  it("of a proposal leaves a user who has only recovery codes as they are", async () => {
    const { accounts } = setUp();
    const [code] = await accounts.generateRecoveryCodes(SUBJECT);
    await accounts.verify({ subject: SUBJECT, code });
    await accounts.trust({ subject: SUBJECT });
    const { authenticator } = await accounts.propose(names);
    const kept = await accounts.propose(names);
    expect(await accounts.remove({ subject: SUBJECT, authenticator })).toBe(true);
    expect(await accounts.status(SUBJECT)).toMatchObject({ methods: ["recovery"], devices: [{}], proposals: [{}] });
    expect(await accounts.proposal({ subject: SUBJECT, authenticator: kept.authenticator })).toEqual(kept);
  });

  it("of a proposal that has expired is false, and is not reported", async () => {
    const { accounts, clock, told } = setUp();
    const { authenticator } = await accounts.propose(names);
    clock.advance(900_000);
    told();
    expect(await accounts.remove({ subject: SUBJECT, authenticator })).toBe(false);
    expect(told()).toEqual([]);
  });

  it("uses up no codes but those of what was removed, and does so for good", async () => {
    const { accounts, clock } = setUp();
    const keys = ["used", "unused", "other", "new"].map((account) => createTotpKey({ issuer: "Example", account }));
    const [used, unused, other, fresh] = keys as [Key, Key, Key, Key];
    const adopt = (authenticator: string, key: Key) => accounts.adopt({ subject: SUBJECT, authenticator, key });
    const remove = (authenticator: string) => accounts.remove({ subject: SUBJECT, authenticator });
    const typed = (key: Key) => accounts.attempt({ subject: SUBJECT, code: totp(key, { now: clock() }) });
    await adopt("used", used);
    await adopt("unused", unused);
    await adopt("other", other);
    expect(await typed(used)).toMatchObject({ ok: true });
    await remove("unused");
    await adopt("new", fresh);
    expect(await typed(fresh)).toMatchObject({ ok: true });
    await remove("used");
    await remove("other");
    await adopt("used-again", used);
    expect(await typed(used)).toMatchObject({ ok: false, reason: "replayed" });
  });

  it("uses codes up as far ahead as clocks may differ, and no further: a clock that was ahead locks no user out", async () => {
    for (const ahead of [600_000, 86_400_000]) {
      const { accounts, clock } = setUp();
      const key = createTotpKey({ issuer: "Example", account: "alice" });
      await accounts.adopt({ subject: SUBJECT, authenticator: "old", key });
      clock.advance(ahead);
      const code = totp(key, { now: clock() });
      expect(await accounts.verify({ subject: SUBJECT, code })).toBe(true);
      clock.advance(-ahead);
      await accounts.remove({ subject: SUBJECT, authenticator: "old" });
      await accounts.adopt({ subject: SUBJECT, authenticator: "new", key });
      if (ahead > 600_000) {
        expect(await accounts.verify({ subject: SUBJECT, code: totp(key, { now: clock() }) })).toBe(true);
      } else {
        clock.advance(ahead);
        expect(await accounts.attempt({ subject: SUBJECT, code })).toMatchObject({ reason: "replayed" });
      }
    }
  });

  it("ends a proposal or an authenticator, and the last one takes recovery codes and devices with it (O17, O27)", async () => {
    const setting = setUp();
    const { accounts, told } = setting;
    const first = await enrol(setting);
    const second = await enrol(setting);
    await accounts.generateRecoveryCodes(SUBJECT);
    await accounts.verify({ subject: SUBJECT, code: await first.phone.freshCode() });
    await accounts.trust({ subject: SUBJECT });
    const waiting = await accounts.propose(names);
    told();
    const remove = (authenticator: string) => accounts.remove({ subject: SUBJECT, authenticator });
    expect([await remove(waiting.authenticator), await remove(waiting.authenticator)]).toEqual([true, false]);
    expect(await remove(first.authenticator)).toBe(true);
    expect(await accounts.verify({ subject: SUBJECT, code: await first.phone.freshCode() })).toBe(false);
    expect(await accounts.status(SUBJECT)).toMatchObject({ methods: ["totp", "recovery"], devices: [{}] });
    expect(await remove(second.authenticator)).toBe(true);
    expect(await accounts.status(SUBJECT)).toMatchObject({ methods: [], devices: [] });
    expect(told()).toEqual(["removed", "removed", "rejected", "removed", "device-ended"]);
  });
});

describe("sealing keys", () => {
  it("can be changed: old secrets open, `needsReseal` says so, and `reseal` seals them again", async () => {
    const first = setUp();
    const { authenticator, phone } = await enrol(first);
    const newer = { id: "b", bytes: new Uint8Array(32).fill(3) };
    const { store, clock } = first;
    const both = setUp({ store, clock, seal: createKeyBox([newer, { id: "a", bytes: SEALING }]) });
    expect(await both.accounts.verify({ subject: SUBJECT, code: await phone.freshCode() })).toBe(true);
    expect((await both.accounts.status(SUBJECT)).needsReseal).toBe(true);
    const proposal = await first.accounts.propose(names);
    both.events.length = 0;
    expect(await both.accounts.reseal(SUBJECT)).toBe(2);
    expect(await both.accounts.reseal(SUBJECT)).toBe(0);
    expect(both.events).toEqual([{ type: "resealed", subject: SUBJECT, at: clock(), count: 2 }]);
    const after = setUp({ store, clock, seal: createKeyBox([newer]) });
    expect(await after.accounts.proposal({ subject: SUBJECT, authenticator: proposal.authenticator })).toEqual(
      proposal,
    );
    expect((await after.accounts.status(SUBJECT)).needsReseal).toBe(false);
    expect(await after.accounts.attempt({ subject: SUBJECT, code: await phone.freshCode() })).toMatchObject({
      authenticator,
    });
  });

  it("that are missing are a fault of the server: nothing is accepted, counted or lost", async () => {
    const first = setUp();
    const { phone } = await enrol(first);
    const { store, clock } = first;
    const without = setUp({ store, clock, seal: createKeyBox([{ id: "b", bytes: new Uint8Array(32).fill(3) }]) });
    const code = await phone.freshCode();
    for (const typed of [code, "000000"]) {
      await expect(without.accounts.attempt({ subject: SUBJECT, code: typed })).rejects.toMatchObject({
        code: "key-unsealable",
      });
    }
    expect((await first.accounts.status(SUBJECT)).failures).toBe(0);
    expect(await first.accounts.verify({ subject: SUBJECT, code })).toBe(true);
  });

  it.each([
    ["throws", () => Promise.reject(new Error("KMS is down"))],
    ["returns what is not bytes", async () => "text" as never],
    ["returns nothing", async () => new Uint8Array(0)],
  ])("of a KMS whose `open` %s reject the call", async (_, open) => {
    const sealed = setUp();
    await enrol(sealed);
    const { store, clock } = sealed;
    const broken = setUp({ store, clock, seal: { seal: async () => "x1", open } });
    await expect(broken.accounts.verify({ subject: SUBJECT, code: "123456" })).rejects.toThrow(
      refusal("key-unsealable"),
    );
  });

  it.each(["", "a,b", "-", "x".repeat(513), "a b", "é", 12, ["xy"], null])(
    "refuse what `seal` of a KMS resolved to: %j",
    async (text) => {
      const seal = { seal: async () => text as string, open: async () => new Uint8Array(20) };
      const { accounts } = setUp({ seal });
      await expect(accounts.propose(names)).rejects.toThrow(refusal("key-unsealable"));
    },
  );
});

describe("bad input", () => {
  const { accounts } = setUp();
  it.each([
    ["issuer", () => accounts.propose({ ...names, issuer: "a:b" })],
    ["account", () => accounts.propose({ ...names, account: "" })],
    ["issuer", () => accounts.propose({ ...names, issuer: "x".repeat(129) })],
    ["label", () => accounts.propose({ ...names, label: "x".repeat(65) })],
    ["label", () => accounts.propose({ ...names, label: "a\u202eb" })],
    ["label", () => accounts.propose({ ...names, label: "" })],
    ["label", () => accounts.propose({ ...names, label: "\ud800" })],
    ["label", () => accounts.propose({ ...names, label: null as never })],
    ["label", () => accounts.propose({ ...names, label: 5 as never })],
    ["label", () => accounts.propose({ ...names, label: ["Phone"] as never })],
    ["domain", () => accounts.propose({ ...names, domain: 5 as never })],
    ["digits", () => accounts.propose({ ...names, digits: 5 })],
    ["algorithm", () => accounts.propose({ ...names, algorithm: "sha256" as never })],
    ["subject", () => accounts.propose({ ...names, subject: "" })],
    ["authenticator", () => accounts.proposal({ subject: SUBJECT, authenticator: "a b" })],
    ["authenticator", () => accounts.confirm({ subject: SUBJECT, authenticator: "", code: "123456" })],
    ["replaces", () => accounts.confirm({ subject: SUBJECT, authenticator: "a", code: "123456", replaces: "" })],
    ["detect", () => accounts.confirm({ subject: SUBJECT, authenticator: "a", code: "123456", detect: 1 as never })],
    ["type", () => accounts.adopt({ subject: SUBJECT, key: { secret: "A" } as never })],
    ["after", () => accounts.adopt({ subject: SUBJECT, key: createHotpKey({ issuer: "a", account: "b" }), after: 1 })],
    ["authenticator", () => accounts.remove({ subject: SUBJECT, authenticator: "a:b" })],
    ["purpose", () => accounts.verify({ subject: SUBJECT, code: "1", purpose: "x".repeat(65) })],
    ["context", () => accounts.verify({ subject: SUBJECT, code: "1", context: "a" })],
    ["transaction", () => accounts.verify({ subject: SUBJECT, code: "1", transaction: {} as never })],
    ["ttlMs", () => accounts.trust({ subject: SUBJECT, ttlMs: 1 })],
  ])("names the argument %s", async (argument, call) => {
    await expect(call()).rejects.toThrow(refusal("invalid-argument", argument));
  });

  it.each([
    ["devices.max", { devices: { max: 11 } }],
    ["devices.ttlMs", { devices: { ttlMs: 1 } }],
    ["devices.maxFailures", { devices: { maxFailures: 51 } }],
    ["proposalTtlMs", { proposalTtlMs: 1 }],
    ["devices.max", { devices: { max: 0 } }],
    ["devices.max", { devices: { max: "1" as never } }],
    ["devices.ttlMs", { devices: { ttlMs: 365 * 86_400_000 + 1 } }],
    ["devices.maxFailures", { devices: { maxFailures: 0 } }],
    ["proposalTtlMs", { proposalTtlMs: 86_400_001 }],
    ["devices", { devices: 5 as never }],
    ["days", { devices: { days: 5 } as never }],
    ["sent", { sent: null as never }],
    ["sent", { sent: "sms" as never }],
    ["recovery", { recovery: 10 as never }],
    ["words", { recovery: { words: 5 } as never }],
    ["seal", { seal: {} as never }],
    ["seal", { seal: undefined as never }],
    ["seal", { seal: { seal: async () => "sealed" } as never }],
    ["seal", { seal: { open: async () => new Uint8Array(20) } as never }],
    ["pepper", { pepper: "text" as never }],
  ])("an option %s out of range is refused", (argument, options) => {
    expect(() => setUp(options)).toThrow(refusal("invalid-argument", argument));
  });

  it.each([
    [{ devices: { max: 1, ttlMs: 60_000, maxFailures: 1 }, proposalTtlMs: 60_000 }],
    [{ devices: { max: 10, ttlMs: 365 * 86_400_000, maxFailures: 50 }, proposalTtlMs: 86_400_000 }],
  ])("options at their limits are accepted: %j", async (options) => {
    const setting = setUp(options);
    const { accounts, clock } = setting;
    expect((await accounts.propose(names)).expiresAt).toBe(clock() + options.proposalTtlMs);
    const { phone } = await enrol(setting);
    await accounts.verify({ subject: SUBJECT, code: await phone.freshCode() });
    expect((await accounts.trust({ subject: SUBJECT }))?.expiresAt).toBe(clock() + options.devices.ttlMs);
  });
});
