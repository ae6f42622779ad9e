// Log-in with a code that the server sent.

import { refuseUnseen, rejectReplay, rejectUncounted } from "../../attempts/decisions.ts";
import { refused } from "../../attempts/outcome.ts";
import type { UncountedReason } from "../../passcodes/outcome.ts";
import type { Origin } from "../devices/decisions.ts";
import type { AccountDecision, AccountMachineEvent, AccountOutcome } from "../outcome.ts";
import type { CheckedAccountPolicy } from "../policy.ts";
import type { CheckedSentAttempt } from "../request.ts";
import type { AccountState } from "../state.ts";
import { findSent } from "./sent.ts";
import { accept, fail, settle } from "./settle.ts";

type Decision<Outcome = AccountOutcome> = AccountDecision<AccountState, Outcome>;

/** A code that the server sent for this purpose. */
export async function trySent(
  policy: CheckedAccountPolicy,
  origin: Origin,
  attempt: CheckedSentAttempt,
  now: number,
): Promise<Decision> {
  const { account, device } = origin;
  const found = findSent(policy, account, attempt, now);
  if (found.found === "malformed") return settle(origin, rejectUncounted(account.attempts, "malformed", now));
  const unseen = device === null ? refuseUnseen(policy.guard.attempts, account.attempts, now) : null;
  if (unseen !== null) return settle(origin, unseen);
  const { purpose } = found;
  switch (found.found) {
    case "accepted": {
      const more: AccountMachineEvent[] = found.isTest ? [{ type: "test-code", at: now, purpose }] : [];
      const outcome = { ok: true, method: "sent", purpose, at: now } as const;
      return accept({ ...origin, account: { ...account, sent: found.sent } }, outcome, { drift: 0 }, more, now);
    }
    case "replayed":
      return settle(origin, rejectReplay(account.attempts, 0, now));
    case "superseded":
    case "other-context":
    case "other-transaction":
      return refuseSent(origin, purpose, found.found, now);
    default: {
      const tried = { ...origin, account: { ...account, sent: found.sent } };
      return fail(policy, tried, { reason: found.found, candidates: policy.sent.keep }, now);
    }
  }
}

/** Only its owner can know such a code, so it is not counted. */
function refuseSent({ account, events }: Origin, purpose: string, reason: UncountedReason, now: number): Decision {
  return { account, outcome: refused(reason, 0), events: [...events, { type: "refused", at: now, purpose, reason }] };
}
