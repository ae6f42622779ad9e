// What an attempt leaves behind: an acceptance, a failure, or a refusal.

import {
  countFailure,
  countMonthly,
  countSuccess,
  forgiveFailures,
  rejectUncounted,
} from "../../attempts/decisions.ts";

import type { Finding } from "../../guard/search.ts";

import type { CountedReason } from "../../passcodes/outcome.ts";
import { endDevice, type Origin, replaceDevice } from "../devices/decisions.ts";
import { countDeviceFailure, countDeviceSuccess } from "../devices/device.ts";
import type { AccountAccepted, AccountDecision, AccountMachineEvent, AccountOutcome } from "../outcome.ts";
import type { CheckedAccountPolicy } from "../policy.ts";
import type { AccountState } from "../state.ts";
import type { TypedFinding } from "./recovery-codes.ts";

type Decision<Outcome = AccountOutcome> = AccountDecision<AccountState, Outcome>;

export function acceptKey(
  origin: Origin,
  { keyName, position, drift }: Extract<Finding, { readonly found: "accepted" }>,
  weak: readonly AccountMachineEvent[],
  now: number,
): Decision {
  const authenticators = origin.account.authenticators.map((each) =>
    each.authenticator === keyName ? { ...each, position, acceptedAt: now } : each,
  );
  const outcome = { ok: true, method: position.method, authenticator: keyName, at: now } as const;
  return accept({ ...origin, account: { ...origin.account, authenticators } }, outcome, { drift }, weak, now);
}

export function acceptRecovery(
  origin: Origin,
  { recovery, remaining, isStrong }: Extract<TypedFinding, { readonly found: "accepted" }>,
  weak: readonly AccountMachineEvent[],
  now: number,
): Decision {
  const { account } = origin;
  const outcome = { ok: true, method: "recovery", remaining, at: now } as const;
  const accepted = accept({ ...origin, account: { ...account, recovery } }, outcome, { drift: 0 }, weak, now);
  if (!isStrong) return accepted;
  // A strong recovery code proves who the user is, so it also unlocks.
  return { ...accepted, account: { ...accepted.account, attempts: forgiveFailures(accepted.account.attempts) } };
}

export function accept(
  { account, device, events }: Origin,
  outcome: AccountAccepted,
  { drift }: { readonly drift: number },
  more: readonly AccountMachineEvent[],
  now: number,
): Decision {
  const { attempts } = account;
  // A success on a device forgives nothing of the account's failures, because they may be a stranger's.
  const forgiven = device === null ? countSuccess(attempts, now) : { ...attempts, acceptedAt: now };
  const accepted = { ...account, attempts: forgiven, trustableAt: now };
  const event: AccountMachineEvent = {
    type: "accepted",
    at: now,
    method: outcome.method,
    authenticator: "authenticator" in outcome ? outcome.authenticator : null,
    device: device?.device ?? null,
    failures: attempts.failures + (device?.failures ?? 0),
    remaining: "remaining" in outcome ? outcome.remaining : null,
    drift,
  };
  return {
    account: device === null ? accepted : replaceDevice(accepted, countDeviceSuccess(device)),
    outcome,
    events: [...events, event, ...more],
  };
}

/** Counts a failure: of the account, or of the device that the attempt came from. */
export function fail(
  policy: CheckedAccountPolicy,
  origin: Origin,
  failure: { readonly reason: CountedReason; readonly candidates: number },
  now: number,
  more: readonly AccountMachineEvent[] = [],
): Decision {
  const { account, device } = origin;
  const { attempts } = policy.guard;
  if (device === null || attempts === "host") {
    return settle(origin, countFailure(attempts, account.attempts, failure, now), more);
  }
  // It fills the account's month as well, so that ten devices are not ten budgets.
  const counted = { ...account, attempts: countMonthly(attempts, account.attempts, failure.candidates, now) };
  const { outcome, events } = rejectUncounted(account.attempts, failure.reason, now);
  const kept = countDeviceFailure(device, policy.devices.maxFailures, now);
  const rejected = [...origin.events, ...events, ...more];
  if (kept !== null) return { account: replaceDevice(counted, kept), outcome, events: rejected };
  const ended = endDevice(counted, device, "failures", now);
  return { account: ended.account, outcome, events: [...rejected, ...ended.events] };
}

/** Applies what the attempts have decided. */
export function settle<Outcome extends AccountOutcome>(
  { account, events }: Origin,
  decision: {
    readonly attempts: AccountState["attempts"];
    readonly outcome: Outcome;
    readonly events: readonly AccountMachineEvent[];
  },
  more: readonly AccountMachineEvent[] = [],
): Decision<Outcome> {
  const { attempts, outcome } = decision;
  return {
    account: { ...account, attempts },
    outcome,
    events: [...events, ...decision.events, ...more],
  };
}
