// What a support desk does: look, find a clock that is off, forgive, start again.

import {
  countFailure,
  countSuccess,
  forget,
  refuseUnseen,
  rejectReplay,
  rejectUncounted,
  unlock,
} from "../attempts/decisions.ts";
import { attemptStatus } from "../attempts/status.ts";
import { type Diagnosis, diagnose } from "../diagnosis/diagnose.ts";
import { endPositions } from "../guard/position.ts";
import { prepareResync } from "../guard/prepared-key.ts";
import { search } from "../guard/search.ts";
import { isAlive } from "./devices/device.ts";
import { type Authenticator, keyOf } from "./enrolment/authenticator.ts";
import { isWaiting } from "./enrolment/propose.ts";
import { recoveryStatus } from "./login/recovery-codes.ts";
import { weakSecrets } from "./login/search-keys.ts";
import { sentStatus } from "./login/sent.ts";
import type { AccountDecision, AccountMachineEvent, AccountStatus } from "./outcome.ts";
import type { CheckedAccountPolicy } from "./policy.ts";
import type { CheckedDiagnosis, CheckedResync } from "./request.ts";
import { openSecret } from "./sealing/seal.ts";
import { type AccountState, NO_ACCOUNT } from "./state.ts";

type Decision<Outcome> = AccountDecision<AccountState, Outcome>;

/** Finds a clock or counter that is far off. Counts like an attempt. */
export async function decideResync(
  policy: CheckedAccountPolicy,
  account: AccountState,
  { subject, authenticator, codes }: CheckedResync,
  now: number,
): Promise<Decision<boolean>> {
  const known = account.authenticators.find((each) => each.authenticator === authenticator);
  if (known === undefined) return { account, outcome: false, events: [] };
  const unseen = refuseUnseen(policy.guard.attempts, account.attempts, now);
  if (unseen !== null) return refuse(account, unseen);
  const key = keyOf(known, await openSecret(policy.seal, known.sealed, { subject, authenticator }));
  const { keys, typed } = prepareResync({ key, keyName: authenticator, codes }, policy.guard.minSecretBytes);
  const { attempts, usedUntil } = account;
  if (typed.length === 0) return refuse(account, rejectUncounted(attempts, "malformed", now));
  const found = await search({ policy: policy.guard, keys: typed, positionOf: () => known.position, usedUntil, now });
  const weak = weakSecrets(keys, now);
  if (found.found === "replayed") return refuse(account, rejectReplay(attempts, found.retryAfterMs, now), weak);
  if (found.found === "mismatch") {
    const failure = { reason: "mismatch", candidates: found.candidates } as const;
    return refuse(account, countFailure(policy.guard.attempts, attempts, failure, now), weak);
  }
  const { position, drift } = found;
  const resynced: Authenticator = { ...known, position, acceptedAt: now };
  return {
    account: {
      ...account,
      attempts: countSuccess(attempts, now),
      authenticators: account.authenticators.map((each) => (each === known ? resynced : each)),
    },
    outcome: true,
    events: [{ type: "resynced", at: now, authenticator, drift }, ...weak],
  };
}

function refuse(
  account: AccountState,
  {
    attempts,
    events,
  }: { readonly attempts: AccountState["attempts"]; readonly events: readonly AccountMachineEvent[] },
  more: readonly AccountMachineEvent[] = [],
): Decision<false> {
  return { account: { ...account, attempts }, outcome: false, events: [...events, ...more] };
}

/** Says why a code is not accepted. It always counts as a failure, so that it does not help an attacker who guesses. */
export async function decideDiagnose(
  policy: CheckedAccountPolicy,
  account: AccountState,
  { subject, authenticator, code }: CheckedDiagnosis,
  now: number,
): Promise<Decision<Diagnosis | null>> {
  const known = account.authenticators.find((each) => each.authenticator === authenticator);
  if (known === undefined) return { account, outcome: null, events: [] };
  const unseen = refuseUnseen(policy.guard.attempts, account.attempts, now);
  if (unseen !== null) return { ...refuse(account, unseen), outcome: null };
  const key = keyOf(known, await openSecret(policy.seal, known.sealed, { subject, authenticator }));
  const outcome = key.type === "totp" ? diagnose(key, code, { now }) : null;
  const failure = { reason: "mismatch", candidates: 1 } as const;
  return { ...refuse(account, countFailure(policy.guard.attempts, account.attempts, failure, now)), outcome };
}

export function decideUnlock(account: AccountState, now: number): Decision<void> {
  const { attempts, ...answer } = unlock(account.attempts, now);
  return { account: { ...account, attempts }, ...answer };
}

/** Everything ends. What remains is the moment before which every code is used up. */
export function decideForget(account: AccountState, now: number): Decision<void> {
  const positions = account.authenticators.map(({ position }) => position);
  const { attempts, ...answer } = forget(account.attempts, now);
  return {
    account: {
      ...NO_ACCOUNT,
      attempts,
      usedUntil: Math.max(endPositions(positions, account.usedUntil, now), account.removedUntil ?? 0),
    },
    ...answer,
  };
}

export function statusOf(policy: CheckedAccountPolicy, account: AccountState, now: number): AccountStatus {
  const { authenticators, proposals, devices } = account;
  const recoveryCodes = recoveryStatus(account.recovery);
  const methods = new Set(authenticators.map(({ parameters }) => parameters.type));
  const { seal } = policy;
  return {
    ...attemptStatus(policy.guard.attempts, account.attempts, now),
    methods: [...methods, ...(recoveryCodes.remaining > 0 ? (["recovery"] as const) : [])],
    authenticators: authenticators.map(({ authenticator, label, parameters, confirmedAt, acceptedAt, position }) => {
      const drift = position?.method === "totp" ? position.drift : 0;
      return { authenticator, method: parameters.type, label, confirmedAt, acceptedAt, drift };
    }),
    recoveryCodes,
    devices: devices
      .filter((each) => isAlive(each, now))
      .map(({ device, label, trustedAt, seenAt, expiresAt }) => ({ device, label, trustedAt, seenAt, expiresAt })),
    proposals: proposals
      .filter((each) => isWaiting(policy, each, now))
      .map(({ authenticator, label, expiresAt }) => ({ authenticator, label, expiresAt })),
    sent: sentStatus(policy, account, now),
    needsReseal: [...authenticators, ...proposals].some(({ sealed }) => !(seal.isCurrent?.(sealed) ?? true)),
  };
}
