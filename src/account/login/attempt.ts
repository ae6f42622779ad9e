// Log-in: a code is tried as everything that its form allows, and counted once.

import { refuseUnseen, rejectReplay, rejectUncounted } from "../../attempts/decisions.ts";
import { refused } from "../../attempts/outcome.ts";
import { formatOf } from "../../otp/code-format.ts";
import { type Origin, originOf } from "../devices/decisions.ts";
import type { Authenticator } from "../enrolment/authenticator.ts";
import type { AccountDecision, AccountOutcome } from "../outcome.ts";
import type { CheckedAccountPolicy } from "../policy.ts";
import { type CheckedAttempt, isSent } from "../request.ts";
import type { AccountState } from "../state.ts";
import { trySent } from "./attempt-sent.ts";
import { findTyped, readTyped } from "./recovery-codes.ts";
import { searchKeys } from "./search-keys.ts";
import { acceptKey, acceptRecovery, fail, settle } from "./settle.ts";

type Decision<Outcome = AccountOutcome> = AccountDecision<AccountState, Outcome>;

export async function decideAttempt(
  policy: CheckedAccountPolicy,
  account: AccountState,
  attempt: CheckedAttempt,
  now: number,
): Promise<Decision> {
  const origin = originOf(policy, account, attempt, now);
  return isSent(attempt) ? trySent(policy, origin, attempt, now) : tryTyped(policy, origin, attempt, now);
}

/** A code of an authenticator, or a recovery code. */
async function tryTyped(
  policy: CheckedAccountPolicy,
  origin: Origin,
  { subject, code }: CheckedAttempt,
  now: number,
): Promise<Decision> {
  const { account, device } = origin;
  const { authenticators, recovery } = account;
  if (authenticators.length === 0 && recovery === null) {
    return { account, outcome: refused("absent", 0), events: origin.events };
  }
  const fitting = authenticators.filter(({ parameters }) => formatOf(withoutNulls(parameters)).read(code) >= 0);
  const recoveryCode = readTyped(recovery, code);
  const isStrong = recoveryCode?.isStrong === true;
  if (fitting.length === 0 && recoveryCode === null) {
    return settle(origin, rejectUncounted(account.attempts, "malformed", now));
  }
  const unseen = device === null ? refuseUnseen(policy.guard.attempts, account.attempts, now) : null;
  // A strong recovery code is looked at during a wait too. Otherwise a stranger could close the user's last way in.
  if (unseen !== null && !isStrong) return settle(origin, unseen);

  const found =
    unseen === null && fitting.length > 0 ? await searchKeys(policy, account, subject, fitting, code, now) : null;
  const recovered = findTyped(policy, subject, recoveryCode);
  const weak = found?.weak ?? [];
  if (found?.finding.found === "accepted") return acceptKey(origin, found.finding, weak, now);
  if (recovered.found === "accepted") return acceptRecovery(origin, recovered, weak, now);
  if (unseen !== null) return settle(origin, unseen);
  if (found?.finding.found === "replayed")
    return settle(origin, rejectReplay(account.attempts, found.finding.retryAfterMs, now), weak);
  if (recovered.found === "replayed") return settle(origin, rejectReplay(account.attempts, 0, now), weak);
  // A strong recovery code cannot be guessed, so a wrong one is a typing error.
  if (found === null && isStrong) return settle(origin, rejectUncounted(account.attempts, "mismatch", now));
  const candidates = (found?.finding.found === "mismatch" ? found.finding.candidates : 0) + recovered.candidates;
  return fail(policy, origin, { reason: "mismatch", candidates }, now, weak);
}

function withoutNulls({ digits, encoder }: Authenticator["parameters"]) {
  return encoder === null ? { digits } : { digits, encoder };
}
