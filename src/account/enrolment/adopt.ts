// A key that a user already holds.

import { refuse } from "../../check.ts";
import { positionAfter, stepTimesOf } from "../../guard/position.ts";
import type { AccountDecision } from "../outcome.ts";
import type { CheckedAccountPolicy } from "../policy.ts";
import type { CheckedAdoption } from "../request.ts";
import { sealSecret } from "../sealing/seal.ts";
import { type AccountState, MAX_AUTHENTICATORS } from "../state.ts";
import type { Authenticator } from "./authenticator.ts";
import { parametersOf } from "./parameters.ts";
import { isWaiting } from "./propose.ts";

type Decision<Outcome> = AccountDecision<AccountState, Outcome>;

/** Takes over a key that the user already holds. An id that exists changes nothing, so that a migration may run twice. */
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
  const { proposals } = account;
  const same = proposals.find((each) => each.authenticator === authenticator);
  if (same !== undefined && isWaiting(policy, same, now)) {
    refuse("authenticator", "an id of no proposal: confirm the proposal, or choose another id");
  }
  if (account.authenticators.length >= MAX_AUTHENTICATORS) {
    refuse("key", `one of at most ${MAX_AUTHENTICATORS} of the user: remove another one first`);
  }
  const sealed = await sealSecret(policy.seal, key.secret, { subject, authenticator });
  const parameters = parametersOf(key);
  const adopted: Authenticator = {
    authenticator,
    label,
    sealed,
    parameters,
    confirmedAt: now,
    acceptedAt: null,
    position: after === null || key.type === "hotp" ? null : positionAfter(stepTimesOf(key), after),
  };
  return {
    account: {
      ...account,
      authenticators: [...account.authenticators, adopted],
      proposals: proposals.filter((each) => each !== same),
    },
    outcome,
    events: [{ type: "adopted", at: now, authenticator, label }],
  };
}
