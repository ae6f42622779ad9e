// Accounts for tests: over a memory store, with a clock that tests move, and everything that they report.
import { type AccountEvent, type AccountOptions, type Accounts, createAccounts, createKeyBox } from "otp-core/account";
import { memoryStore, type Store } from "otp-core/store";
import { type Authenticator, createAuthenticator, type FakeClock, fakeClock } from "otp-core/testing";

export const START = 1_800_000_000_000;
export const SUBJECT = "user-1";
export const PEPPER = new Uint8Array(32).fill(7);
export const SEALING = new Uint8Array(32).fill(9);

export interface Setting {
  readonly accounts: Accounts;
  readonly clock: FakeClock;
  readonly store: Store;
  readonly events: AccountEvent[];
  /** All texts that were written, the newest last. */
  readonly written: string[];
  /** The types of the events since the last call. */
  readonly told: () => string[];
}

export function setUp(options: Partial<AccountOptions> = {}): Setting {
  const clock = fakeClock(START);
  const inner = memoryStore({ clock });
  const written: string[] = [];
  const store: Store = {
    get: (key, owner) => inner.get(key, owner),
    swap: (key, expected, next, expiresAt, owner) => {
      if (next !== null) written.push(next);
      return inner.swap(key, expected, next, expiresAt, owner);
    },
  };
  const events: AccountEvent[] = [];
  const accounts = createAccounts({
    store,
    clock,
    pepper: PEPPER,
    seal: createKeyBox([{ id: "a", bytes: SEALING }]),
    onEvent: (event) => events.push(event),
    ...options,
  });
  let seen = 0;
  const told = () => {
    const types = events.slice(seen).map(({ type }) => type);
    seen = events.length;
    return types;
  };
  return { accounts, clock, store, events, written, told };
}

/** A user with one confirmed authenticator, and the phone that shows its codes. The first code is used up. */
export async function enrol(
  { accounts, clock }: Pick<Setting, "accounts" | "clock">,
  { subject = SUBJECT, label, replaces }: { subject?: string; label?: string; replaces?: string } = {},
): Promise<{ readonly authenticator: string; readonly phone: Authenticator }> {
  const { authenticator, uri } = await accounts.propose({ subject, issuer: "Example", account: "alice", label });
  const phone = createAuthenticator(uri, { clock });
  const confirmed = await accounts.confirm({ subject, authenticator, code: await phone.freshCode(), replaces });
  if (confirmed === null) throw new Error("the enrolment was refused");
  return { authenticator, phone };
}
