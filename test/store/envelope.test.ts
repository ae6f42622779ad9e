// A row that changes hands: a store writes records, a host with a transaction of its own writes states, and each reads the other's.
// Every service that has a machine is asked in both ways in turn, and decides as its machine does on bare states.
import fc from "fast-check";
import { hotp, OtpError, type TotpKey, totp } from "otp-core";
import { type AccountMachine, type Accounts, createAccountMachine, createAccounts, type Seal } from "otp-core/account";
import { createGuard, createGuardMachine, type Guard, type GuardMachine } from "otp-core/guard";
import { createPasscodeMachine, createPasscodes, type PasscodeMachine, type Passcodes } from "otp-core/passcodes";
import {
  createRecoveryCodes,
  createRecoveryMachine,
  type RecoveryCodes,
  type RecoveryMachine,
} from "otp-core/recovery";
import { rowStore, type Store, type Transition } from "otp-core/store";
import { fakeClock } from "otp-core/testing";
import { describe, expect, it } from "vitest";
import { isNonce, stateOfRow } from "../../src/store/step/envelope.ts";

const START = 1_800_000_000_000;
const pepper = new Uint8Array(32).fill(7);
const subject = "user-1";

interface Act<Service, Machine> {
  readonly decide: (
    machine: Machine,
    state: string | null,
    now: number,
  ) => Transition<unknown, unknown> | Promise<Transition<unknown, unknown>>;
  /** The same, asked of the service. Left out for what a service draws itself. */
  readonly ask?: (service: Service, now: number) => Promise<unknown>;
}

interface Hands<Service, Machine> {
  readonly machine: Machine & { readonly status: (state: string | null, now: number) => unknown };
  readonly serviceOver: (options: { readonly store: Store; readonly clock: () => number }) => Service;
  readonly acts: Readonly<Record<string, Act<Service, Machine>>>;
}

// ---- guard

const KEY: TotpKey<string> = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };
const TOKEN = { type: "hotp", secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" } as const;
const keys = { phone: KEY, token: TOKEN };
const codeAt = (now: number, steps = 0) => totp(KEY, { now: now + steps * 30_000 });

const typed = (codeOf: (now: number) => string): Act<Guard, GuardMachine> => ({
  decide: (machine, state, now) => machine.attempt(state, { keys, code: codeOf(now), now }),
  ask: (guard, now) => guard.attempt({ subject, keys, code: codeOf(now) }),
});
const guards: Hands<Guard, GuardMachine> = {
  machine: createGuardMachine(),
  serviceOver: (options) => createGuard(options),
  acts: {
    right: typed((now) => codeAt(now)),
    next: typed((now) => codeAt(now, 1)),
    pressed: typed(() => hotp(TOKEN, 3)),
    wrong: typed(() => "000000"),
    resync: {
      decide: (machine, state, now) => {
        const codes = [codeAt(now, 40), codeAt(now, 41)] as const;
        const transition = machine.resync(state, { key: KEY, keyName: "phone", codes, now });
        return { ...transition, outcome: transition.outcome.ok };
      },
      ask: (guard, now) =>
        guard.resync({ subject, key: KEY, keyName: "phone", codes: [codeAt(now, 40), codeAt(now, 41)] }),
    },
    remove: {
      decide: (machine, state, now) => machine.remove(state, { keyName: "phone", now }),
      ask: (guard) => guard.remove({ subject, keyName: "phone" }),
    },
    unlock: { decide: (machine, state, now) => machine.unlock(state, now), ask: (guard) => guard.unlock(subject) },
    forget: { decide: (machine, state, now) => machine.forget(state, now), ask: (guard) => guard.forget(subject) },
  },
};

// ---- sent codes

const login = { subject, purpose: "login" };
const DRAWS = [
  { code: "482913", nonce: "A".repeat(20) },
  { code: "771020", nonce: "B".repeat(20) },
] as const;

const sendOf = (which: 0 | 1): Act<Passcodes, PasscodeMachine> => ({
  decide: (machine, state, now) => machine.send(state, { ...login, ...DRAWS[which], now }),
});
const tried = (code: string): Act<Passcodes, PasscodeMachine> => ({
  decide: (machine, state, now) => machine.attempt(state, { ...login, code, now }),
  ask: (passcodes) => passcodes.attempt({ ...login, code }),
});
const passcodes: Hands<Passcodes, PasscodeMachine> = {
  machine: createPasscodeMachine({ pepper }),
  serviceOver: (options) => createPasscodes({ ...options, pepper }),
  acts: {
    send: sendOf(0),
    sendAnother: sendOf(1),
    giveBack: { decide: (machine, state, now) => machine.giveBack(state, { ...login, nonce: DRAWS[0].nonce, now }) },
    right: tried(DRAWS[0].code),
    other: tried(DRAWS[1].code),
    wrong: tried("000001"),
    report: { decide: (machine, state, now) => machine.report(state, now), ask: (service) => service.report(login) },
    unlock: { decide: (machine, state, now) => machine.unlock(state, now), ask: (service) => service.unlock(login) },
    forget: { decide: (machine, state, now) => machine.forget(state, now), ask: (service) => service.forget(login) },
  },
};

// ---- recovery codes

const CODES = ["alpha-1234-bravo", "charlie-5678-delta", "echo-9012-foxtrot"];
const adoption = { subject, codes: CODES, nonce: "C".repeat(20) };

const used = (code = ""): Act<RecoveryCodes, RecoveryMachine> => ({
  decide: (machine, state, now) => machine.attempt(state, { subject, code, now }),
  ask: (recovery) => recovery.attempt({ subject, code }),
});
const recovery: Hands<RecoveryCodes, RecoveryMachine> = {
  machine: createRecoveryMachine({ pepper }),
  serviceOver: (options) => createRecoveryCodes({ ...options, pepper }),
  acts: {
    adopt: { decide: (machine, state, now) => machine.adopt(state, { ...adoption, now }) },
    first: used(CODES[0]),
    second: used(CODES[1]),
    wrong: used("golf-3456-hotel"),
    unlock: { decide: (machine, state, now) => machine.unlock(state, now), ask: (codes) => codes.unlock(subject) },
    forget: { decide: (machine, state, now) => machine.forget(state, now), ask: (codes) => codes.forget(subject) },
  },
};

// ---- account

/** It hides nothing, so that the same secret is the same text. test/account/key-box.test.ts proves the key box. */
const seal: Seal = {
  seal: async (secret) => [...secret].join("."),
  open: async (sealed) => Uint8Array.from(sealed.split("."), Number),
};
const phone = { subject, authenticator: "phone" };
const tablet = { subject, authenticator: "tablet" };
const TABLET = { type: "totp", secret: TOKEN.secret } as const;
const device = "a".repeat(16);

const attempted = (codeOf: (now: number) => string, purpose?: string): Act<Accounts, AccountMachine> => ({
  decide: (machine, state, now) => machine.attempt(state, { subject, code: codeOf(now), purpose, now }),
  ask: (accounts, now) => accounts.attempt({ subject, code: codeOf(now), purpose }),
});
const account: Hands<Accounts, AccountMachine> = {
  machine: createAccountMachine({ pepper, seal }),
  serviceOver: (options) => createAccounts({ ...options, pepper, seal }),
  acts: {
    adopt: {
      decide: (machine, state, now) => machine.adopt(state, { ...phone, key: KEY, now }),
      ask: (accounts) => accounts.adopt({ ...phone, key: KEY }),
    },
    propose: {
      decide: (machine, state, now) =>
        machine.propose(state, { ...tablet, secret: TABLET.secret, issuer: "Example", account: "alice", now }),
    },
    confirm: {
      decide: (machine, state, now) => machine.confirm(state, { ...tablet, code: totp(TABLET, { now }), now }),
      ask: (accounts, now) => accounts.confirm({ ...tablet, code: totp(TABLET, { now }) }),
    },
    right: attempted((now) => codeAt(now)),
    wrong: attempted(() => "000000"),
    codes: { decide: (machine, state, now) => machine.adoptRecoveryCodes(state, { ...adoption, now }) },
    recover: attempted(() => CODES[0] ?? ""),
    send: { decide: (machine, state, now) => machine.send(state, { ...login, ...DRAWS[0], now }) },
    giveBack: {
      decide: (machine, state, now) => machine.giveBack(state, { ...login, nonce: DRAWS[0].nonce, now }),
    },
    sent: attempted(() => DRAWS[0].code, "login"),
    report: {
      decide: (machine, state, now) => machine.report(state, { ...login, now }),
      ask: (accounts) => accounts.report(login),
    },
    trust: {
      decide: (machine, state, now) => machine.trust(state, { subject, deviceToken: device, now }),
    },
    revokeAll: {
      decide: (machine, state, now) => machine.revokeAll(state, now),
      ask: (accounts) => accounts.revokeAll(subject),
    },
    resync: {
      decide: (machine, state, now) =>
        machine.resync(state, { ...phone, codes: [codeAt(now, 40), codeAt(now, 41)], now }),
      ask: (accounts, now) => accounts.resync({ ...phone, codes: [codeAt(now, 40), codeAt(now, 41)] }),
    },
    diagnose: {
      decide: (machine, state, now) => machine.diagnose(state, { ...phone, code: codeAt(now, 9), now }),
      ask: (accounts, now) => accounts.diagnose({ ...phone, code: codeAt(now, 9) }),
    },
    reseal: {
      decide: (machine, state, now) => machine.reseal(state, { subject, now }),
      ask: (accounts) => accounts.reseal(subject),
    },
    remove: {
      decide: (machine, state, now) => machine.remove(state, { ...phone, now }),
      ask: (accounts) => accounts.remove(phone),
    },
    unlock: {
      decide: (machine, state, now) => machine.unlock(state, now),
      ask: (accounts) => accounts.unlock(subject),
    },
    forget: {
      decide: (machine, state, now) => machine.forget(state, now),
      ask: (accounts) => accounts.forget(subject),
    },
  },
};

const NONCES = /^(?:[A-Z2-7]{20} ?){1,4}\n/;
const isRecord = (row: string | null) => row !== null && NONCES.test(row);

/** What a store adds to a state is the line in front of it. */
const bareState = (row: string | null) => row?.replace(NONCES, "") || null;

/** Returns how often a machine has decided on a record, and a service on a bare state. */
async function live<Service, Machine>(
  { machine, serviceOver, acts }: Hands<Service, Machine>,
  history: readonly { readonly act: string; readonly byStore: boolean; readonly ms: number }[],
) {
  const clock = fakeClock(START);
  let row: string | null = null;
  let bare: string | null = null;
  const seen = { records: 0, states: 0 };
  const store = rowStore({
    read: () => row,
    write(_, expected, next) {
      const matches = row === expected;
      if (matches) row = next;
      return matches;
    },
  });
  const service = serviceOver({ store, clock });
  for (const { act, byStore, ms } of history) {
    clock.advance(ms);
    const now = clock();
    const { decide, ask } = acts[act] as Act<Service, Machine>;
    const before: string | null = row;
    const expected = await Promise.resolve()
      .then(() => decide(machine, bare, now))
      .catch((error: OtpError) => error);
    if (expected instanceof OtpError) {
      await expect((async () => decide(machine, before, now))()).rejects.toEqual(expected);
      continue;
    }
    if (byStore && ask !== undefined) {
      if (before !== null && !isRecord(before)) seen.states++;
      expect(await ask(service, now)).toEqual(expected.outcome);
    } else {
      if (isRecord(before)) seen.records++;
      const decided = await decide(machine, before, now);
      expect(decided).toEqual({ ...expected, state: decided.state });
      if (expected.state === bare) expect(decided.state).toBe(before);
      // What names the writes of the store stays.
      if (isRecord(before)) expect(decided.state?.split("\n")[0]).toBe(before?.split("\n")[0]);
      row = decided.state;
    }
    bare = expected.state;
    expect(bareState(row)).toBe(bare);
    expect(machine.status(row, now)).toEqual(machine.status(bare, now));
  }
  return seen;
}

describe.each([
  ["a guard", guards as Hands<unknown, unknown>],
  ["sent codes", passcodes as Hands<unknown, unknown>],
  ["recovery codes", recovery as Hands<unknown, unknown>],
  ["an account", account as Hands<unknown, unknown>],
])("a row of %s", (_, hands) => {
  it("is decided on alike, whether a store or a machine wrote it", async () => {
    const step = fc.record({
      act: fc.constantFrom(...Object.keys(hands.acts)),
      byStore: fc.boolean(),
      ms: fc.constantFrom(0, 1, 30_000, 60_000, 600_000),
    });
    const seen = { records: 0, states: 0 };
    const law = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40, size: "max" }), async (history) => {
      const { records, states } = await live(hands, history);
      seen.records += records;
      seen.states += states;
    });
    await fc.assert(law, { numRuns: 100 });
    expect(seen.records).toBeGreaterThan(100);
    expect(seen.states).toBeGreaterThan(10);
  });

  it("is refused if neither has written it", () => {
    const { status } = hands.machine;
    const state = "0".repeat(20);
    for (const row of [`${state}\n`, "\n", "A\n1,2", `${"A".repeat(20)}\nno state`, "A".repeat(20)])
      expect(() => status(row, START), JSON.stringify(row)).toThrow(expect.objectContaining({ code: "state-invalid" }));
  });
});

it("a proposal is read from the record of a store", async () => {
  const { machine } = account;
  const request = { ...tablet, secret: TABLET.secret, issuer: "Example", account: "alice", now: START };
  const { state, outcome } = await machine.propose(null, request);
  const proposal = await machine.proposal(`${"A".repeat(20)}\n${state}`, { ...tablet, now: START });
  expect(proposal).toEqual(outcome);
});

describe("the nonces of a record", () => {
  const [first, second] = ["A".repeat(20), "Z2".repeat(10)];

  it("end with the first line: a text of one line is a state, even if it begins like a nonce", () => {
    expect(stateOfRow(`${first}\n1,2`)).toBe("1,2");
    expect(stateOfRow(`${first} ${second}\n`)).toBe(null);
    for (const text of [first, `${first}B`, `${first} `, "", "\n1,2"]) expect(stateOfRow(text)).toBe(text);
  });

  it("are 20 characters of base32 each", () => {
    expect([first, second].map(isNonce)).toEqual([true, true]);
    for (const value of [`${first} ${second}`, `${first}A`, "A".repeat(19), "a".repeat(20), "1".repeat(20), null]) {
      expect(isNonce(value)).toBe(false);
    }
  });
});
