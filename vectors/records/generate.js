// Writes a golden record of every kind: what a store holds, and what the service answers from then on. A later build must read them and
// answer the same. Run it after `npm run build`, once for each format: `node vectors/records/generate.js FORMAT`, for example
// `node vectors/records/generate.js 1`. A file that exists is never written again.
import { existsSync, writeFileSync } from "node:fs";
import * as core from "otp-core";
import * as account from "otp-core/account";
import * as guard from "otp-core/guard";
import * as limiter from "otp-core/limiter";
import * as ocra from "otp-core/ocra";
import * as passcodes from "otp-core/passcodes";
import * as recovery from "otp-core/recovery";
import { memoryStore } from "otp-core/store";
import { createAuthenticator, createInbox, fakeClock } from "otp-core/testing";
import { answerOf, makeService } from "./services.js";

const [format] = process.argv.slice(2);
if (!/^\d+$/.test(format ?? "")) throw new Error("usage: generate.js FORMAT");
const file = new URL(`format-${format}.json`, import.meta.url);
if (existsSync(file)) throw new Error(`${file.pathname} is frozen`);

const library = { ...core, ...account, ...guard, ...limiter, ...ocra, ...passcodes, ...recovery };
const NOW = 1_800_000_000_000;
const STEP = 30_000;
const DAY = 86_400_000;
const subject = "user-1";
const hex = (byte, length = 32) => ({ hex: byte.toString(16).padStart(2, "0").repeat(length) });
const pepper = [hex(7)];
const seal = [{ id: "2026", bytes: hex(9) }];
const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const totpKey = { type: "totp", secret };
const hotpKey = { type: "hotp", secret, counter: 0 };
const at = (ms, steps = 0) => core.totp(totpKey, { now: ms + steps * STEP });
const wrong = "000000";
const golden = [];

/**
 * @param past - what was done before the record was taken.
 * @param calls - what is asked of the record: `[milliseconds since then, method, ...arguments]`.
 */
async function record(name, service, options, past, calls) {
  const clock = fakeClock(NOW);
  const records = {};
  const inner = memoryStore({ clock });
  const store = {
    get: (key, owner) => inner.get(key, owner),
    async swap(key, expected, next, expiresAt, owner) {
      const swapped = await inner.swap(key, expected, next, expiresAt, owner);
      if (swapped) records[key] = next;
      return swapped;
    },
  };
  const made = makeService(library, service, options, store, clock);
  const known = (await past(made, clock)) ?? {};
  const taken = { now: clock(), records: { ...records } };
  const answers = [];
  for (const [after, method, ...args] of calls(clock(), known)) {
    clock.set(taken.now + after);
    answers.push({ after, method, args, ...(await answerOf(made, method, args)) });
  }
  golden.push({ name, service, options, ...taken, calls: answers });
}

await record(
  "a TOTP key whose clock is ahead, after a log-in",
  "guard",
  { learnDrift: { max: 3 }, window: 2 },
  async (made, clock) => {
    await made.verify({ subject, key: totpKey, code: at(clock(), 2) });
    clock.advance(10 * STEP);
    await made.verify({ subject, key: totpKey, code: at(clock(), 2) });
  },
  (now) => [
    [0, "attempt", { subject, key: totpKey, code: at(now, 2) }],
    [0, "attempt", { subject, key: totpKey, code: at(now, 1) }],
    [0, "status", subject],
    [STEP, "attempt", { subject, key: totpKey, code: at(now, 3) }],
  ],
);
await record(
  "two keys by name, one of them HOTP, and two failures",
  "guard",
  {},
  async (made, clock) => {
    const keys = { phone: totpKey, token: hotpKey };
    await made.verify({ subject, keys, code: at(clock()) });
    await made.verify({ subject, keys, code: core.hotp(hotpKey, 4) });
    await made.verify({ subject, keys, code: wrong });
    await made.verify({ subject, keys, code: wrong });
  },
  (now) => [
    [0, "status", subject],
    [0, "attempt", { subject, keys: { phone: totpKey, token: hotpKey }, code: core.hotp(hotpKey, 4) }],
    [0, "attempt", { subject, keys: { phone: totpKey, token: hotpKey }, code: core.hotp(hotpKey, 5) }],
    [STEP, "attempt", { subject, keys: { phone: totpKey, token: hotpKey }, code: at(now, 1) }],
  ],
);
await record(
  "a wait after five failures",
  "guard",
  {},
  async (made) => {
    for (let i = 0; i < 5; i++) await made.verify({ subject, key: totpKey, code: wrong });
  },
  (now) => [
    [0, "attempt", { subject, key: totpKey, code: at(now) }],
    [STEP, "attempt", { subject, key: totpKey, code: at(now, 1) }],
  ],
);
await record(
  "disabled after a hundred failures",
  "guard",
  {},
  async (made, clock) => {
    for (let i = 0; i < 100; i++) {
      await made.verify({ subject, key: totpKey, code: wrong });
      clock.advance(2 * 3_600_000);
    }
  },
  (now) => [
    [0, "attempt", { subject, key: totpKey, code: at(now) }],
    [0, "unlock", subject],
    [0, "attempt", { subject, key: totpKey, code: at(now) }],
  ],
);
await record(
  "a subject that was forgotten",
  "guard",
  {},
  async (made, clock) => {
    await made.verify({ subject, key: totpKey, code: at(clock(), 1) });
    await made.forget(subject);
  },
  (now) => [
    [0, "attempt", { subject, key: totpKey, code: at(now, 1) }],
    [2 * STEP, "attempt", { subject, key: totpKey, code: at(now, 2) }],
  ],
);
await record(
  "a clock that was found by a resync",
  "guard",
  {},
  (made, clock) => made.resync({ subject, key: totpKey, codes: [at(clock(), 40), at(clock(), 41)] }),
  (now) => [
    [2 * STEP, "attempt", { subject, key: totpKey, code: at(now, 42) }],
    [3 * STEP, "attempt", { subject, key: totpKey, code: at(now, 2) }],
  ],
);

const binding = { subject, purpose: "login", context: "session-1" };
await record(
  "two sent codes, the older one superseded",
  "passcodes",
  { pepper },
  async (made, clock) => {
    const inbox = createInbox({ clock });
    await made.send({ ...binding, deliver: inbox.deliver });
    const first = inbox.code();
    clock.advance(60_000);
    await made.send({ ...binding, deliver: inbox.deliver });
    clock.advance(60_000);
    await made.send({ ...binding, deliver: inbox.deliver });
    return { first, code: inbox.code() };
  },
  (_, { first, code }) => [
    [0, "status", { subject, purpose: "login" }],
    [0, "attempt", { ...binding, code: wrong }],
    [0, "attempt", { ...binding, context: "session-2", code }],
    [0, "attempt", { ...binding, code: first }],
    [0, "attempt", { ...binding, code }],
    [0, "attempt", { ...binding, code }],
  ],
);
const transaction = { amount: "12.50", currency: "EUR", payee: "DE02 1203 0000 0000 2020 51" };
await record(
  "a code for a payment",
  "passcodes",
  { pepper, digits: 8, keep: 1 },
  async (made, clock) => {
    const inbox = createInbox({ clock });
    await made.send({ subject, purpose: "pay", transaction, deliver: inbox.deliver });
    return { code: inbox.code() };
  },
  (_, { code }) => [
    [0, "attempt", { subject, purpose: "pay", transaction: { ...transaction, amount: "12.51" }, code }],
    [0, "attempt", { subject, purpose: "pay", transaction, code }],
  ],
);
await record(
  "ten recovery codes of 120 bits, one used",
  "recovery",
  { pepper },
  async (made) => {
    const codes = await made.generate(subject);
    await made.verify({ subject, code: codes[2] });
    return { codes };
  },
  (_, { codes }) => [
    [0, "status", subject],
    [0, "attempt", { subject, code: codes[2] }],
    [0, "attempt", { subject, code: codes[9].toLowerCase().replaceAll("-", " ") }],
    [DAY, "attempt", { subject, code: codes[0] }],
  ],
);
await record(
  "adopted recovery codes, one failure",
  "recovery",
  { pepper },
  async (made) => {
    await made.adopt({ subject, codes: ["abcd1234", "efgh5678"] });
    await made.verify({ subject, code: "abcd9999" });
  },
  () => [
    [0, "status", subject],
    [0, "attempt", { subject, code: "ABCD1234" }],
    [0, "attempt", { subject, code: "abcd1234" }],
  ],
);
await record(
  "a limiter with two of five turns left",
  "limiter",
  { name: "login", limit: 5, perMs: 60_000 },
  async (made) => {
    for (let i = 0; i < 3; i++) await made.take("192.0.2.1");
  },
  () => [
    [0, "status", "192.0.2.1"],
    [0, "attempt", "192.0.2.1"],
    [0, "attempt", "192.0.2.1"],
    [0, "attempt", "192.0.2.1"],
    [12_000, "attempt", "192.0.2.1"],
  ],
);
await record(
  "a prefix that converts badly, and an address with two destinations",
  "send guard",
  { minObservations: 10, destinationsPerAddress: 2 },
  async (made) => {
    for (let i = 0; i < 10; i++) await made.take({ destination: `+99890110000${i}`, address: `198.51.100.${i}` });
    await made.take({ destination: "+4930123456", address: "192.0.2.1" });
    await made.take({ destination: "+4930123457", address: "192.0.2.1" });
    await made.verified({ destination: "+4930123456" });
  },
  () => [
    [0, "attempt", { destination: "+998901100099", address: "198.51.100.99" }],
    [0, "attempt", { destination: "+4930123458", address: "192.0.2.1" }],
    [0, "attempt", { destination: "+4930123457", address: "192.0.2.1" }],
    [6 * 3_600_000, "attempt", { destination: "+998901100099", address: "198.51.100.99" }],
  ],
);
const suite = "OCRA-1:HOTP-SHA256-8:C-QN08";
await record(
  "an open challenge for a payment, with a counter",
  "ocra",
  { suite, pepper },
  async (made) => {
    const first = await made.challenge({ subject });
    await made.verify({ subject, secret, code: ocra.ocra(suite, secret, { challenge: first.challenge, counter: 0 }) });
    return made.challenge({ subject, transaction });
  },
  (_, { challenge }) => {
    const code = ocra.ocra(suite, secret, { challenge, counter: 3 });
    return [
      [0, "attempt", { subject, secret, code }],
      [0, "attempt", { subject, secret, code, transaction }],
      [0, "attempt", { subject, secret, code, transaction }],
      [0, "status", subject],
    ];
  },
);
await record(
  "an account with everything in it",
  "account",
  { pepper, seal },
  async (made, clock) => {
    await made.adopt({ subject, authenticator: "token", key: hotpKey, label: "Token, blue" });
    const { authenticator, uri } = await made.propose({
      subject,
      issuer: "Example",
      account: "alice",
      label: "100 % phone",
    });
    const phone = createAuthenticator(uri, { clock });
    await made.confirm({ subject, authenticator, code: phone.code() });
    const proposal = await made.propose({ subject, issuer: "Example", account: "alice", domain: "example.com" });
    const codes = await made.generateRecoveryCodes(subject);
    await made.verify({ subject, code: codes[1] });
    const { deviceToken, device } = await made.trust({ subject, label: "Firefox" });
    const inbox = createInbox({ clock });
    await made.send({ ...binding, deliver: inbox.deliver });
    await made.verify({ subject, code: wrong });
    const next = createAuthenticator(proposal.uri, { clock }).code();
    return { codes, deviceToken, device, authenticator, sent: inbox.code(), proposal, next, phone: await phone.next() };
  },
  (_, { codes, deviceToken, device, authenticator, sent, proposal, next, phone }) => [
    [0, "status", subject],
    [0, "proposal", { subject, authenticator: proposal.authenticator }],
    [0, "recognise", { subject, deviceToken }],
    [0, "attempt", { ...binding, code: sent }],
    [0, "attempt", { subject, code: codes[1] }],
    [0, "attempt", { subject, code: codes[5] }],
    [STEP, "attempt", { subject, code: phone, deviceToken }],
    [STEP, "attempt", { subject, code: core.hotp(hotpKey, 2) }],
    [STEP, "confirm", { subject, authenticator: proposal.authenticator, code: next, replaces: authenticator }],
    [STEP, "revoke", { subject, device }],
    [STEP, "status", subject],
  ],
);

await record(
  "an account from which a phone was removed",
  "account",
  { pepper, seal },
  async (made, clock) => {
    await made.adopt({ subject, authenticator: "phone", key: totpKey });
    await made.adopt({ subject, authenticator: "token", key: hotpKey });
    await made.verify({ subject, code: at(clock()) });
    await made.remove({ subject, authenticator: "phone" });
  },
  (now) => [
    [0, "status", subject],
    [0, "adopt", { subject, authenticator: "again", key: totpKey }],
    [0, "attempt", { subject, code: at(now) }],
    [STEP, "attempt", { subject, code: at(now, 1) }],
  ],
);

const source = `otp-core, record format ${format}, written by vectors/records/generate.js`;
writeFileSync(file, `${JSON.stringify({ source, golden }, null, 2)}\n`);
console.log(`${golden.length} records in ${file.pathname}`);
