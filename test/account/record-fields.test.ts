// The fields of a record: each may have every value that an account writes, and no other. A field that no account writes could be worth
// guesses or used codes, so the whole record is refused.
import { createTotpKey } from "otp-core";
import { createAccountMachine, drawDeviceToken, type Seal } from "otp-core/account";
import { describe, expect, it } from "vitest";
import { PEPPER, START, SUBJECT } from "../support/accounts.ts";
import { refusal } from "../support/refusal.ts";

const plain: Seal = {
  seal: async (secret) => [...secret].join("."),
  open: async (text) => Uint8Array.from(text.split("."), Number),
};
const machine = createAccountMachine({ pepper: PEPPER, seal: plain });
const MINUTE = 60_000;

const ATTEMPTS = ["failures", "failedAt", "acceptedAt", "level", "at", "movedAt", "forgottenAt"];
const KEY = [
  "authenticator",
  "label",
  "sealed",
  "type",
  "algorithm",
  "digits",
  "period",
  "epoch",
  "encoder",
  "counter",
];
const ROTATION = ["current", "currentAt", "previous", "previousUntil", "successor", "successorAt"];
/** The fields of each line, in the order of the record, after the letter of the line or the version of the head. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  head: ["usedUntil", "trustableAt", ...ATTEMPTS],
  authenticator: [...KEY, "confirmedAt", "acceptedAt", "position"],
  proposal: [...KEY, "issuer", "account", "domain", "expiresAt", "failures"],
  device: ["device", "label", "trustedAt", "seenAt", "expiresAt", ...ROTATION, "failures", "level", "at", "movedAt"],
  sent: ["purpose"],
  x: ["removedUntil"],
};

const NONCE = "A".repeat(20);

/** A record with one line of each kind. */
async function record(): Promise<string> {
  const names = { subject: SUBJECT, issuer: "Example", account: "alice" };
  const key = createTotpKey({ issuer: "Example", account: "alice" });
  const after = START / 30_000;
  const other = createTotpKey({ issuer: "Example", account: "other" });
  const phone = { subject: SUBJECT, authenticator: "phone" };
  let { state } = await machine.adopt(null, { ...phone, key, after, now: START });
  ({ state } = machine.remove(state, { ...phone, now: START }));
  ({ state } = await machine.adopt(state, { ...phone, key: other, after: after + 1, now: START }));
  ({ state } = await machine.propose(state, { ...names, authenticator: "tablet", secret: key.secret, now: START }));
  ({ state } = machine.send(state, { subject: SUBJECT, purpose: "login", code: "123456", nonce: NONCE, now: START }));
  const codes = ["0".repeat(24)];
  ({ state } = machine.generateRecoveryCodes(state, { subject: SUBJECT, codes, nonce: NONCE, now: START }));
  ({ state } = await machine.attempt(state, { subject: SUBJECT, code: codes[0], now: START }));
  ({ state } = machine.trust(state, { subject: SUBJECT, deviceToken: drawDeviceToken(), now: START }));
  if (state === null) throw new Error("nothing was written");
  return state;
}

const TEXT = await record();

type Changes = Readonly<Record<string, string | number>>;

/** The record with other values in the line of this kind. */
function withFields(kind: string, changes: Changes): string {
  const lines = TEXT.split("\n");
  const at = kind === "head" ? 0 : lines.findIndex((line) => line.startsWith(`${kind[0]},`));
  const fields = (lines[at] as string).split(",");
  for (const [name, value] of Object.entries(changes)) {
    const index = (FIELDS[kind] as readonly string[]).indexOf(name) + 1;
    if (index < 1 || fields[index] === undefined) throw new Error(`a line of this kind has no ${name}`);
    fields[index] = String(value);
  }
  lines[at] = fields.join(",");
  return lines.join("\n");
}

const text = (length: number) => "x".repeat(length);
const TOKEN = { type: "hotp", period: "-", epoch: "-", counter: 5, position: "-" };
const LAST_MOMENT = 8.64e15;
/** The first step of a key of 30 seconds, accepted. */
const STEP = "totp 0 30000 30 0 0";

const POSSIBLE: readonly (readonly [kind: string, changes: Changes])[] = [
  ["authenticator", { authenticator: text(64), label: text(64), sealed: text(512) }],
  ["authenticator", { label: "-", sealed: "xy", acceptedAt: "-", position: "-" }],
  ["authenticator", { label: "%2D" }],
  ["authenticator", { label: "100%25%2C or more" }],
  ["authenticator", { algorithm: "SHA256", digits: 10 }],
  ["authenticator", { algorithm: "SHA512", digits: 6 }],
  ["authenticator", { encoder: "steam", digits: 5 }],
  ["authenticator", { period: 1, epoch: 0, position: STEP }],
  ["authenticator", { period: 86_400, epoch: LAST_MOMENT / 1000 }],
  ["authenticator", { confirmedAt: LAST_MOMENT }],
  ["authenticator", { confirmedAt: 0, acceptedAt: 0 }],
  ["authenticator", TOKEN],
  ["authenticator", { ...TOKEN, counter: 0, position: "hotp 1" }],
  ["authenticator", { ...TOKEN, counter: Number.MAX_SAFE_INTEGER }],
  ["proposal", { issuer: text(128), account: text(128), domain: text(64), failures: 9 }],
  ["proposal", { domain: "example.com", failures: 0 }],
  ["device", { label: text(64), seenAt: START, failures: 9 }],
  ["device", { current: 5, previous: 4, previousUntil: START + MINUTE }],
  ["device", { current: 5, previous: 0, previousUntil: START + MINUTE, successor: 6, successorAt: START }],
  ["device", { current: 999_999, successor: 1_000_000, successorAt: START }],
  ["device", { level: 0, at: START, movedAt: START }],
  ["sent", { purpose: text(64) }],
  ["head", { usedUntil: START, trustableAt: START }],
  ["x", { removedUntil: 0 }],
];

const IMPOSSIBLE: readonly (readonly [kind: string, changes: Changes])[] = [
  ["authenticator", { authenticator: text(65) }],
  ["authenticator", { authenticator: "a b" }],
  ["authenticator", { label: text(65) }],
  ["authenticator", { label: "" }],
  ["authenticator", { label: "a\u202eb" }],
  ["authenticator", { label: "50%" }],
  ["authenticator", { sealed: "x" }],
  ["authenticator", { sealed: text(513) }],
  ["authenticator", { sealed: "x y" }],
  ["authenticator", { type: "ocra" }],
  ["authenticator", { algorithm: "SHA384" }],
  ["authenticator", { digits: 5 }],
  ["authenticator", { digits: 11 }],
  ["authenticator", { encoder: "steam" }],
  ["authenticator", { encoder: "steam", digits: 10 }],
  ["authenticator", { encoder: "other", digits: 5 }],
  ["authenticator", { period: 0 }],
  ["authenticator", { period: 86_401 }],
  ["authenticator", { period: "-" }],
  ["authenticator", { epoch: -1 }],
  ["authenticator", { epoch: "-" }],
  ["authenticator", { epoch: LAST_MOMENT / 1000 + 1 }],
  ["authenticator", { counter: 0 }],
  ["authenticator", { confirmedAt: "-" }],
  ["authenticator", { confirmedAt: LAST_MOMENT + 1 }],
  ["authenticator", { acceptedAt: -1 }],
  ["authenticator", { position: "hotp 5" }],
  ["authenticator", { position: "" }],
  ["authenticator", { position: `${STEP} 0` }],
  ["authenticator", { ...TOKEN, position: STEP }],
  ["authenticator", { ...TOKEN, period: 30 }],
  ["authenticator", { ...TOKEN, epoch: 0 }],
  ["authenticator", { ...TOKEN, encoder: "steam", digits: 5 }],
  ["authenticator", { ...TOKEN, counter: "-" }],
  ["authenticator", { ...TOKEN, counter: -1 }],
  ["authenticator", { ...TOKEN, counter: 2 ** 53 }],
  ["proposal", { issuer: text(129) }],
  ["proposal", { issuer: "-" }],
  ["proposal", { issuer: "" }],
  ["proposal", { account: text(129) }],
  ["proposal", { account: "-" }],
  ["proposal", { account: "a\nb" }],
  ["proposal", { domain: text(65) }],
  ["proposal", { expiresAt: -1 }],
  ["proposal", { expiresAt: "-" }],
  ["proposal", { failures: 10 }],
  ["proposal", { failures: "-" }],
  ["proposal", { digits: 5 }],
  ["device", { device: text(15) }],
  ["device", { device: text(17) }],
  ["device", { label: text(65) }],
  ["device", { trustedAt: "-" }],
  ["device", { seenAt: -1 }],
  ["device", { previousUntil: START }],
  ["device", { current: 5, previous: 4 }],
  ["device", { current: 5, previous: 5, previousUntil: START }],
  ["device", { current: 5, previous: -1, previousUntil: START }],
  ["device", { successorAt: START }],
  ["device", { current: 5, successor: 6 }],
  ["device", { current: 5, successor: 5, successorAt: START }],
  ["device", { current: 999_999, successor: 1_000_001, successorAt: START }],
  ["device", { current: 1_000_001 }],
  ["device", { failures: 10 }],
  ["device", { failures: "-" }],
  ["device", { level: "-" }],
  ["device", { movedAt: -1 }],
  ["sent", { purpose: text(65) }],
  ["sent", { purpose: "-" }],
  ["sent", { purpose: "a\u2028b" }],
  ["head", { usedUntil: -1 }],
  ["head", { trustableAt: -1 }],
  ["head", { failures: 5, failedAt: "-" }],
  ["x", { removedUntil: -1 }],
  ["x", { removedUntil: "-" }],
  ["x", { removedUntil: "" }],
];

describe("a record is read", () => {
  it("as its account wrote it, with a line of each kind", () => {
    expect(machine.status(TEXT, START)).toMatchObject({
      authenticators: [{ authenticator: "phone" }],
      proposals: [{ authenticator: "tablet" }],
      sent: [{ purpose: "login" }],
      recoveryCodes: { remaining: 0 },
      devices: [{ label: null }],
    });
    expect(TEXT).toMatch(/\nx,\d+$/);
  });

  it.each(POSSIBLE)("with other values of the %s that an account may write: %j", (kind, changes) => {
    const state = withFields(kind, changes);
    expect(state).not.toBe(TEXT);
    expect(() => machine.status(state, START)).not.toThrow();
  });
});

describe("a record is refused", () => {
  it.each(IMPOSSIBLE)("with a value of the %s that no account writes: %j", (kind, changes) => {
    expect(() => machine.status(withFields(kind, changes), START)).toThrow(refusal("state-invalid"));
  });
});
