// The first code of a proposal makes it an authenticator.

import { type DetectedKey, detectKey } from "../../diagnosis/detect-key.ts";
import type { KeyDifference } from "../../diagnosis/variants.ts";
import type { Bytes } from "../../encoding/bytes.ts";
import { positionAfter, startOfStep, stepTimesOf } from "../../guard/position.ts";
import { prepareAttempt } from "../../guard/prepared-key.ts";
import { search } from "../../guard/search.ts";
import type { Key } from "../../key/key.ts";
import type { AccountDecision, AccountMachineEvent, Confirmed } from "../outcome.ts";
import type { CheckedAccountPolicy } from "../policy.ts";
import type { CheckedConfirmation } from "../request.ts";
import { openSecret } from "../sealing/seal.ts";
import { type AccountState, MAX_AUTHENTICATORS } from "../state.ts";
import { type Authenticator, type KeyParameters, keyOf, MAX_PROPOSAL_FAILURES } from "./authenticator.ts";
import { parametersOf } from "./parameters.ts";
import { isWaiting } from "./propose.ts";
import { removedUntilAfter } from "./remove.ts";

type Decision<Outcome> = AccountDecision<AccountState, Outcome>;

/** Confirms a proposal by its first code. A wrong code is not a guess, because the user has just seen the secret. */
export async function decideConfirm(
  policy: CheckedAccountPolicy,
  account: AccountState,
  { subject, authenticator, code, replaces, detect }: CheckedConfirmation,
  now: number,
): Promise<Decision<Confirmed | null>> {
  const proposed = account.proposals.find((each) => each.authenticator === authenticator);
  const without = account.proposals.filter((each) => each !== proposed);
  const refuseCode = (reason: RefusedConfirmation, changed = account): Decision<null> => ({
    account: changed,
    outcome: null,
    events: [{ type: "confirm-refused", at: now, authenticator, reason }],
  });
  if (proposed === undefined) return refuseCode("absent");
  if (!isWaiting(policy, proposed, now)) return refuseCode("expired", { ...account, proposals: without });
  const old = account.authenticators.find((each) => each.authenticator === replaces);
  const others = account.authenticators.filter((each) => each !== old);
  if (others.length >= MAX_AUTHENTICATORS) return refuseCode("full");

  const secret = await openSecret(policy.seal, proposed.sealed, { subject, authenticator });
  const first = await findFirstCode(policy, account, keyOf(proposed, secret), code, detect, now);
  if (first === "malformed") return refuseCode("malformed");
  if (first === "mismatch") {
    const failures = proposed.failures + 1;
    if (failures >= MAX_PROPOSAL_FAILURES) return refuseCode("exhausted", { ...account, proposals: without });
    const proposals = account.proposals.map((each) => (each === proposed ? { ...proposed, failures } : each));
    return refuseCode("mismatch", { ...account, proposals });
  }
  const { label, sealed, parameters } = proposed;
  const confirmed: Authenticator = {
    authenticator,
    label,
    sealed,
    parameters: { ...parameters, ...first.parameters },
    confirmedAt: now,
    acceptedAt: now,
    position: first.position,
  };
  const { differs } = first;
  return {
    account: {
      ...account,
      authenticators: [...others, confirmed],
      proposals: without,
      removedUntil: old === undefined ? account.removedUntil : removedUntilAfter(account, [old], now),
    },
    outcome: { authenticator, differs },
    events: [{ type: "confirmed", at: now, authenticator, label, replaced: old?.authenticator ?? null, differs }],
  };
}

type RefusedConfirmation = Extract<AccountMachineEvent, { readonly type: "confirm-refused" }>["reason"];

interface FirstCode {
  readonly position: Authenticator["position"];
  readonly parameters: Partial<KeyParameters>;
  readonly differs: readonly KeyDifference[];
}

/** Looks for the first code. With `detect` also as an app shows it that ignores parameters of the key. */
async function findFirstCode(
  policy: CheckedAccountPolicy,
  { usedUntil }: AccountState,
  key: Key<Bytes>,
  code: unknown,
  detect: boolean,
  now: number,
): Promise<FirstCode | "malformed" | "mismatch"> {
  const { typed } = prepareAttempt({ key, code }, policy.guard.minSecretBytes);
  const found = await search({ policy: policy.guard, keys: typed, positionOf: () => null, usedUntil, now });
  if (found.found === "accepted") return { position: found.position, parameters: {}, differs: [] };
  const detected = detect && key.type === "totp" ? detectKey(key, code, { now }) : null;
  if (detected === null) return typed.length === 0 ? "malformed" : "mismatch";
  return firstOfDetected(detected, usedUntil);
}

function firstOfDetected({ key, step, differs }: DetectedKey, usedUntil: number | null): FirstCode | "mismatch" {
  const times = stepTimesOf(key);
  if (startOfStep(times, step) < (usedUntil ?? 0)) return "mismatch";
  return { position: positionAfter(times, step), parameters: parametersOf(key), differs };
}
