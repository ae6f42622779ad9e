// What has to hold of accounts on every store.
import { type TotpKey, totp } from "otp-core";
import { type AccountPolicy, createAccounts, createKeyBox } from "otp-core/account";
import { createAuthenticator } from "otp-core/testing";
import { expect, it } from "vitest";
import type { AccountCall } from "../races/calls.ts";
import { CALLS, PROCESSES, type Racetrack } from "./race.ts";

/** @param track - is asked when a test runs. */
export function accountRaceLaws(track: () => Racetrack): void {
  const now = 1_800_000_000_000;
  const total = PROCESSES * CALLS;
  const pepper = Array.from({ length: 32 }, (_, i) => i);
  const key: TotpKey<string> = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" };
  const authenticator = "old-phone";
  const right = totp(key, { now });
  const near = [-1, 0, 1].map((steps) => totp(key, { now: now + steps * 30_000 }));
  const wrong = Array.from({ length: CALLS + 3 }, (_, i) => String(i).padStart(6, "0"))
    .filter((code) => !near.includes(code))
    .slice(0, CALLS);

  const accountsAt = (at: number, attempts?: AccountPolicy["attempts"]) => {
    const bytes = Uint8Array.from(pepper);
    const seal = createKeyBox([{ id: "a", bytes }]);
    return createAccounts({ store: track().store, clock: () => at, pepper: bytes, seal, attempts });
  };
  const adopt = (subject: string) => accountsAt(now - 120_000).adopt({ subject, key, authenticator });
  const race = (subject: string, calls: readonly AccountCall[], attempts?: AccountPolicy["attempts"]) =>
    track().race({ kind: "account", subject, calls, pepper, now, ...(attempts && { attempts }) });
  const repeat = (...calls: AccountCall[]) =>
    Array.from({ length: CALLS }, (_, i) => calls[i % calls.length] as AccountCall);

  it(`accepts a code of an account once in ${total} attempts at the same time`, async () => {
    const subject = "account: right";
    await adopt(subject);
    const tally = await race(subject, repeat({ act: "attempt", code: right }));
    expect(tally).toEqual({ accepted: 1, replayed: total - 1 });
    expect(await accountsAt(now).status(subject)).toMatchObject({ failures: 0, acceptedAt: now });
  });

  it(`accepts a recovery code of an account once in ${total} attempts at the same time`, async () => {
    const subject = "account: recovery";
    await adopt(subject);
    const [code = ""] = await accountsAt(now - 60_000).generateRecoveryCodes(subject);
    const tally = await race(subject, repeat({ act: "attempt", code }));
    expect(tally).toEqual({ accepted: 1, replayed: total - 1 });
    expect(await accountsAt(now).status(subject)).toMatchObject({ recoveryCodes: { remaining: 9 } });
  });

  it(`counts as many of ${total} wrong codes of an account as the policy allows, and loses none`, async () => {
    const subject = "account: wrong";
    await adopt(subject);
    const attempts = { freeFailures: 99 };
    const calls = wrong.map((code) => ({ act: "attempt", code }) as const);
    expect(await race(subject, calls, attempts)).toEqual({ mismatch: 100, disabled: total - 100 });
    const accounts = accountsAt(now, attempts);
    expect(await accounts.status(subject)).toMatchObject({ failures: 100, monthlyFailures: 100 });
    expect(await accounts.attempt({ subject, code: right })).toMatchObject({ reason: "disabled" });
  });

  it(`replaces a phone once and trusts one device in ${total} calls at the same time`, async () => {
    const subject = "account: replace";
    await adopt(subject);
    const before = accountsAt(now - 60_000);
    await before.verify({ subject, code: totp(key, { now: now - 60_000 }) });
    const proposal = await before.propose({ subject, issuer: "Example", account: "alice" });
    const phone = createAuthenticator(proposal.uri, { clock: () => now });
    const code = await phone.code();
    const confirm = { act: "confirm", authenticator: proposal.authenticator, replaces: authenticator, code } as const;
    // The code confirms the new phone, so that none of the attempts can use it for a log-in.
    const tally = await race(subject, repeat(confirm, { act: "trust" }));
    expect(tally).toEqual({ confirmed: 1, refused: total / 2 - 1, trusted: 1, untrusted: total / 2 - 1 });
    const accounts = accountsAt(now);
    expect(await accounts.status(subject)).toMatchObject({
      authenticators: [{ authenticator: proposal.authenticator }],
      devices: [{ trustedAt: now }],
      proposals: [],
    });
    expect(await accounts.attempt({ subject, code })).toMatchObject({ reason: "replayed" });
    expect(await accounts.verify({ subject, code: right })).toBe(code === right);
  });
}
