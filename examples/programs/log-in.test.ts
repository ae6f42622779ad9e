// A test of a whole second factor, as you would write it for your own application: no phone, no waiting, no mail.
import { createAccounts, createKeyBox } from "otp-core/account";
import { memoryStore } from "otp-core/store";
import { createAuthenticator, createInbox, exhaust, fakeClock } from "otp-core/testing";
import { expect, test } from "vitest";

const subject = "user-1";

function open() {
  const clock = fakeClock(1_800_000_000_000);
  const bytes = new Uint8Array(32).fill(7);
  const accounts = createAccounts({
    store: memoryStore({ clock }),
    clock,
    pepper: bytes,
    seal: createKeyBox([{ id: "test", bytes }]),
  });
  return { clock, accounts };
}

async function enrol() {
  const { clock, accounts } = open();
  const { authenticator, uri } = await accounts.propose({ subject, issuer: "Shop", account: "alice" });
  const phone = createAuthenticator(uri, { clock });
  expect(await accounts.confirm({ subject, authenticator, code: phone.code() })).toMatchObject({ differs: [] });
  return { clock, accounts, authenticator, phone };
}

test("a code logs in once", async () => {
  const { accounts, phone } = await enrol();
  expect(await accounts.verify({ subject, code: phone.replayed() })).toBe(false);
  expect(await accounts.verify({ subject, code: await phone.freshCode() })).toBe(true);
  expect(await accounts.attempt({ subject, code: phone.replayed() })).toMatchObject({ reason: "replayed" });
});

test("junk is refused and costs nothing", async () => {
  const { accounts, phone } = await enrol();
  for (const code of phone.malformed()) expect(await accounts.verify({ subject, code })).toBe(false);
  expect((await accounts.status(subject)).failures).toBe(0);
});

test("a lost phone is replaced by a recovery code", async () => {
  const { accounts } = await enrol();
  const [code] = await accounts.generateRecoveryCodes(subject);
  expect(await accounts.attempt({ subject, code })).toMatchObject({ ok: true, method: "recovery", remaining: 9 });
  expect(await accounts.verify({ subject, code })).toBe(false);
});

test("a trusted device is recognised while an attacker locks the account", async () => {
  const { accounts, phone } = await enrol();
  expect(await accounts.verify({ subject, code: await phone.freshCode() })).toBe(true);
  const device = await accounts.trust({ subject });
  await exhaust(() => accounts.attempt({ subject, code: phone.wrong() }));
  expect(await accounts.recognise({ subject, deviceToken: device?.deviceToken })).not.toBeNull();
  const { deviceToken } = device ?? {};
  expect(await accounts.verify({ subject, code: await phone.freshCode(), deviceToken })).toBe(true);
});

test("a sent code logs in for its purpose only", async () => {
  const { accounts, clock } = open();
  const inbox = createInbox({ clock });
  await accounts.send({ subject, purpose: "login", deliver: inbox.deliver });
  expect(await accounts.verify({ subject, purpose: "payment", code: inbox.code() })).toBe(false);
  expect(await accounts.verify({ subject, purpose: "login", code: inbox.wrong() })).toBe(false);
  expect(await accounts.verify({ subject, purpose: "login", code: inbox.code() })).toBe(true);
});
