// What callers pass to an account: each mistake of the program is refused by its name, before anything is stored.
import type { Key } from "otp-core";
import type { Accounts } from "otp-core/account";
import { describe, expect, it } from "vitest";
import { START, SUBJECT, setUp } from "../support/accounts.ts";
import { refusal } from "../support/refusal.ts";

const names = { subject: SUBJECT, issuer: "Example", account: "alice" };
const target = { subject: SUBJECT, authenticator: "phone" };
const key: Key = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };
const sent = { subject: SUBJECT, purpose: "login" };
const deliver = () => {};

/** The calls that take an object. */
const CALLS = [
  "propose",
  "proposal",
  "confirm",
  "adopt",
  "remove",
  "resync",
  "diagnose",
  "verify",
  "attempt",
  "send",
  "report",
  "adoptRecoveryCodes",
  "trust",
  "recognise",
  "revoke",
] as const satisfies readonly (keyof Accounts)[];
/** The calls that take a subject only. */
const OF_SUBJECT = [
  "generateRecoveryCodes",
  "revokeAll",
  "status",
  "unlock",
  "forget",
  "reseal",
] as const satisfies readonly (keyof Accounts)[];

const callOf = (accounts: Accounts, method: keyof Accounts) =>
  accounts[method] as unknown as (request: unknown) => Promise<unknown>;

describe("a request", () => {
  it.each([...CALLS, ...OF_SUBJECT])(
    "of %s that was left out or is null is refused, and nothing is written",
    async (method) => {
      const { accounts, written } = setUp();
      for (const request of [undefined, null])
        await expect(callOf(accounts, method)(request)).rejects.toThrow(refusal("invalid-argument"));
      expect(written).toEqual([]);
    },
  );

  it.each([
    ["proposal", "target"],
    ["confirm", "request"],
    ["verify", "attempt"],
    ["attempt", "attempt"],
    ["send", "request"],
    ["adoptRecoveryCodes", "set"],
    ["revoke", "target"],
  ] as const)("of %s that is no object is called the %s", async (method, argument) => {
    const { accounts } = setUp();
    for (const request of [undefined, "user-1"])
      await expect(callOf(accounts, method)(request)).rejects.toThrow(refusal("invalid-argument", argument));
  });

  it.each(CALLS)("of %s with a misspelt option is refused by the name of that option", async (method) => {
    const { accounts, written } = setUp();
    const valid = {
      propose: names,
      proposal: target,
      confirm: { ...target, code: "123456" },
      adopt: { ...target, key },
      remove: target,
      resync: { ...target, codes: ["123456", "234567"] },
      diagnose: { ...target, code: "123456" },
      verify: { subject: SUBJECT, code: "123456" },
      attempt: { subject: SUBJECT, code: "123456" },
      send: { ...sent, deliver },
      report: sent,
      adoptRecoveryCodes: { subject: SUBJECT, codes: ["abcd1234"] },
      trust: { subject: SUBJECT },
      recognise: { subject: SUBJECT, deviceToken: "x" },
      revoke: { subject: SUBJECT, device: "x" },
    };
    await expect(callOf(accounts, method)({ ...valid[method], lable: "x" })).rejects.toThrow(
      refusal("invalid-argument", "lable"),
    );
    expect(written).toEqual([]);
  });
});

describe("an argument", () => {
  const { accounts } = setUp();
  it.each([
    ["issuer", "null", () => accounts.propose({ ...names, issuer: null as never })],
    ["account", "a number", () => accounts.propose({ ...names, account: 5 as never })],
    ["account", "129 characters", () => accounts.propose({ ...names, account: "x".repeat(129) })],
    ["after", "negative", () => accounts.adopt({ ...target, key, after: -1 })],
    ["after", "text", () => accounts.adopt({ ...target, key, after: "5" as never })],
    ["key", "left out", () => accounts.adopt({ ...target } as never)],
    ["authenticator", "of spaces", () => accounts.adopt({ ...target, authenticator: " ", key })],
    ["authenticator", "null", () => accounts.confirm({ ...target, authenticator: null as never, code: "123456" })],
    ["authenticator", "of spaces", () => accounts.resync({ ...target, authenticator: " ", codes: ["123456", "1"] })],
    ["authenticator", "of spaces", () => accounts.diagnose({ ...target, authenticator: " ", code: "123456" })],
    ["purpose", "null", () => accounts.verify({ subject: SUBJECT, code: "1", purpose: null as never })],
    ["purpose", "empty", () => accounts.verify({ subject: SUBJECT, code: "1", purpose: "" })],
    ["purpose", "65 characters", () => accounts.send({ ...sent, purpose: "x".repeat(65), deliver })],
    ["purpose", "null", () => accounts.send({ ...sent, purpose: null as never, deliver })],
    ["purpose", "left out", () => accounts.report({ subject: SUBJECT } as never)],
    ["context", "empty", () => accounts.verify({ ...sent, code: "1", context: "" })],
    ["context", "empty", () => accounts.send({ ...sent, context: "", deliver })],
    ["transaction.amount", "left out", () => accounts.verify({ ...sent, code: "1", transaction: {} as never })],
    ["deliver", "left out", () => accounts.send(sent as never)],
    ["codes", "not codes", () => accounts.adoptRecoveryCodes({ subject: SUBJECT, codes: ["short"] })],
    ["label", "null", () => accounts.trust({ subject: SUBJECT, label: null as never })],
    ["ttlMs", "more than a year", () => accounts.trust({ subject: SUBJECT, ttlMs: 366 * 86_400_000 })],
    ["subject", "empty", () => accounts.recognise({ subject: "", deviceToken: "x" })],
    ["subject", "empty", () => accounts.status("")],
  ])("%s that is %s is refused by its name", async (argument, _, call) => {
    await expect(call()).rejects.toThrow(refusal("invalid-argument", argument));
  });

  it("of each limit is accepted: an issuer and an account of 128 characters, a label and a purpose of 64", async () => {
    const { accounts } = setUp();
    const [name, label] = ["x".repeat(128), "y".repeat(64)];
    const { authenticator } = await accounts.propose({ subject: SUBJECT, issuer: name, account: name, label });
    await accounts.send({ subject: SUBJECT, purpose: label, deliver });
    expect(await accounts.status(SUBJECT)).toMatchObject({
      proposals: [{ authenticator, label }],
      sent: [{ purpose: label }],
    });
  });

  it("of step 0 is a step that was accepted", async () => {
    const { accounts } = setUp();
    expect(await accounts.adopt({ ...target, key, after: 0 })).toEqual({ authenticator: "phone" });
  });
});

describe("a secret that is drawn", () => {
  it.each([
    ["SHA1", 32],
    ["SHA256", 52],
    ["SHA512", 103],
  ] as const)(
    "is as long as a digest of %s: RFC 4226 section 4 and RFC 6238 section 5.1",
    async (algorithm, length) => {
      const { accounts } = setUp();
      expect((await accounts.propose({ ...names, algorithm })).secret).toHaveLength(length);
    },
  );

  it("has an id of 80 bits, as an adopted key has", async () => {
    const { accounts } = setUp();
    const { authenticator } = await accounts.adopt({ subject: SUBJECT, key });
    const proposed = await accounts.propose(names);
    for (const id of [authenticator, proposed.authenticator]) expect(id).toMatch(/^[a-z2-7]{16}$/);
    expect(proposed.expiresAt).toBe(START + 900_000);
  });
});
