// A key that a user already holds.

import { refuse } from "../../check.ts";
import { type Bytes, equalBytes } from "../../encoding/bytes.ts";
import { firstUnusedStep, type Position, positionAfter, startOfStep, stepTimesOf } from "../../guard/position.ts";
import type { TotpKey } from "../../key/key.ts";
import { MAX_DRIFT } from "../../otp/options.ts";
import type { AccountDecision } from "../outcome.ts";
import type { CheckedAccountPolicy } from "../policy.ts";
import type { CheckedAdoption } from "../request.ts";
import { openSecret, sealSecret } from "../sealing/seal.ts";
import { type AccountState, MAX_AUTHENTICATORS } from "../state.ts";
import type { Authenticator, KeyParameters } from "./authenticator.ts";
import { parametersOf } from "./parameters.ts";
import { isWaiting } from "./propose.ts";

type Decision<Outcome> = AccountDecision<AccountState, Outcome>;

/**
 * Takes over a key that the user already holds. An id or a key that exists changes nothing, so that a migration may run twice. A key under
 * two ids would accept every code twice.
 */
export async function decideAdopt(
  policy: CheckedAccountPolicy,
  account: AccountState,
  { subject, authenticator, label, key, after }: CheckedAdoption,
  now: number,
): Promise<Decision<{ readonly authenticator: string }>> {
  const outcome = { authenticator };
  if (account.authenticators.some((each) => each.authenticator === authenticator)) {
    return { account, outcome, events: [] };
  }
  const waiting = account.proposals.filter((each) => isWaiting(policy, each, now));
  if (waiting.some((each) => each.authenticator === authenticator)) {
    refuse("authenticator", "an id of no proposal: confirm the proposal, or choose another id");
  }
  const parameters = parametersOf(key);
  for (const each of [...account.authenticators, ...waiting]) {
    const { authenticator } = each;
    if (!haveSameCodes(each.parameters, parameters)) continue;
    // Nothing is adopted while a key cannot be opened: it may be the same one.
    if (!equalBytes(await openSecret(policy.seal, each.sealed, { subject, authenticator }), key.secret)) continue;
    if ("failures" in each) refuse("key", "one that does not wait for its first code: confirm its proposal");
    return { account, outcome: { authenticator }, events: [] };
  }
  if (account.authenticators.length >= MAX_AUTHENTICATORS) {
    refuse("key", `one of at most ${MAX_AUTHENTICATORS} of the user: remove another one first`);
  }
  const sealed = await sealSecret(policy.seal, key.secret, { subject, authenticator });
  const adopted: Authenticator = {
    authenticator,
    label,
    sealed,
    parameters,
    confirmedAt: now,
    acceptedAt: null,
    position: key.type === "hotp" ? null : firstPosition(key, after, account.removedUntil, now),
  };
  return {
    account: {
      ...account,
      authenticators: [...account.authenticators, adopted],
      proposals: waiting,
    },
    outcome,
    events: [{ type: "adopted", at: now, authenticator, label }],
  };
}

/** @param removedUntil - codes of steps that began before are used up: an authenticator that was removed may have had the key. */
function firstPosition(
  key: TotpKey<Bytes>,
  after: number | null,
  removedUntil: number | null,
  now: number,
): Position | null {
  const times = stepTimesOf(key);
  // Milliseconds instead of seconds, for example. Every attempt of the user would reject.
  if (startOfStep(times, 0) > now) refuse("epoch", "a moment that is not in the future, in seconds since 1970");
  // A moment instead of a step would refuse all codes, or make the record unreadable.
  const last = after ?? -1;
  if (startOfStep(times, last) > now + MAX_DRIFT * times.period * 1000) {
    refuse("after", `a time step that begins at most ${MAX_DRIFT} steps from now`);
  }
  const step = Math.max(last, firstUnusedStep(times, null, removedUntil, 0) - 1);
  return step < 0 ? null : positionAfter(times, step);
}

/**
 * Whether keys of one secret show the same codes. Only a TOTP key has a period, and only a key of Steam Guard has five digits. The first
 * counter of a HOTP key does not matter.
 */
function haveSameCodes(a: KeyParameters, b: KeyParameters): boolean {
  return (["algorithm", "digits", "period", "epoch"] as const).every((name) => a[name] === b[name]);
}
