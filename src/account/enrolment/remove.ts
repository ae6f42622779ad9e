// An authenticator ends, or its secret is sealed again.

import { lastEnd } from "../../guard/position.ts";
import type { AccountDecision } from "../outcome.ts";
import type { CheckedAccountPolicy } from "../policy.ts";
import { openSecret, sealSecret } from "../sealing/seal.ts";
import type { AccountState } from "../state.ts";
import type { Authenticator, SealedKey } from "./authenticator.ts";
import { isWaiting } from "./propose.ts";

type Decision<Outcome> = AccountDecision<AccountState, Outcome>;

/** Removes an authenticator or a proposal. The last authenticator takes recovery codes and devices with it. */
export function decideRemove(
  policy: CheckedAccountPolicy,
  account: AccountState,
  authenticator: string,
  now: number,
): Decision<boolean> {
  const isOther = (each: SealedKey) => each.authenticator !== authenticator;
  // A proposal that has expired is not there any more, whether or not its record was dropped.
  const waiting = account.proposals.filter((each) => isWaiting(policy, each, now));
  const removed = [...account.authenticators, ...waiting].find((each) => !isOther(each));
  if (removed === undefined) return { account, outcome: false, events: [] };
  const authenticators = account.authenticators.filter(isOther);
  const wasLast = authenticators.length === 0 && account.authenticators.length > 0;
  const kept = wasLast ? { recovery: null, devices: [], trustableAt: null } : {};
  const ended = wasLast ? account.devices : [];
  return {
    account: {
      ...account,
      authenticators,
      proposals: account.proposals.filter(isOther),
      removedUntil: removedUntilAfter(
        account,
        account.authenticators.filter((each) => !isOther(each)),
        now,
      ),
      ...kept,
    },
    outcome: true,
    events: [
      { type: "removed", at: now, authenticator, label: removed.label },
      ...ended.map(
        ({ device, label }) => ({ type: "device-ended", at: now, device, label, reason: "revoked" }) as const,
      ),
    ],
  };
}

/** The moment before which codes are used up for a key that is adopted, after these authenticators have ended. */
export function removedUntilAfter(account: AccountState, ended: readonly Authenticator[], now: number): number | null {
  const positions = ended.map(({ position }) => position);
  return Math.max(account.removedUntil ?? 0, lastEnd(positions, now)) || null;
}

/** Seals every secret that is not sealed under the newest key. The outcome is how many were sealed again. */
export async function decideReseal(
  { seal }: CheckedAccountPolicy,
  account: AccountState,
  subject: string,
  now: number,
): Promise<Decision<number>> {
  let count = 0;
  const again = async <Sealed extends SealedKey>(key: Sealed): Promise<Sealed> => {
    const { authenticator, sealed } = key;
    if (seal.isCurrent?.(sealed) ?? true) return key;
    const secret = await openSecret(seal, sealed, { subject, authenticator });
    count++;
    return { ...key, sealed: await sealSecret(seal, secret, { subject, authenticator }) };
  };
  const authenticators = await Promise.all(account.authenticators.map(again));
  const proposals = await Promise.all(account.proposals.map(again));
  if (count === 0) return { account, outcome: 0, events: [] };
  return {
    account: { ...account, authenticators, proposals },
    outcome: count,
    events: [{ type: "resealed", at: now, count }],
  };
}
