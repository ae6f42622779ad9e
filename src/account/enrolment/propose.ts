// A proposal: a key that waits for its first code.

import { refuse } from "../../check.ts";
import { encodeBase32 } from "../../encoding/base32.ts";
import { type Bytes, equalBytes } from "../../encoding/bytes.ts";

import { formatUri } from "../../uri/format.ts";
import type { AccountDecision, Proposal } from "../outcome.ts";
import type { CheckedAccountPolicy } from "../policy.ts";
import type { CheckedProposal, Target } from "../request.ts";
import { openSecret, sealSecret } from "../sealing/seal.ts";
import { type AccountState, MAX_PROPOSALS } from "../state.ts";
import { keyOf, type Proposed, type SealedKey } from "./authenticator.ts";

type Decision<Outcome> = AccountDecision<AccountState, Outcome>;

/** Adds a proposal. Nothing changes for log-ins. One more than three ends the oldest. */
export async function decidePropose(
  policy: CheckedAccountPolicy,
  account: AccountState,
  { subject, authenticator, secret, names, label, parameters }: CheckedProposal,
  now: number,
): Promise<Decision<Proposal>> {
  const alive = account.proposals.filter((each) => isWaiting(policy, each, now));
  if ([...account.authenticators, ...alive].some((each) => each.authenticator === authenticator)) {
    refuse("authenticator", "an id that the user does not have yet");
  }
  await refuseKnownSecret(policy, subject, [...account.authenticators, ...alive], secret);
  const sealed = await sealSecret(policy.seal, secret, { subject, authenticator });
  const expiresAt = now + policy.proposalTtlMs;
  const proposed: Proposed = { authenticator, label, sealed, parameters, ...names, expiresAt, failures: 0 };
  return {
    account: { ...account, proposals: [...alive.slice(1 - MAX_PROPOSALS), proposed] },
    outcome: showProposal(proposed, secret),
    events: [{ type: "proposed", at: now, authenticator }],
  };
}

/** A secret under two ids would have every code accepted twice. A draw is always another one, so this is a mistake of the program. */
async function refuseKnownSecret(
  { seal }: CheckedAccountPolicy,
  subject: string,
  keys: readonly SealedKey[],
  secret: Bytes,
): Promise<void> {
  // A key that cannot be opened must not keep the user from a new one.
  const open = ({ authenticator, sealed }: SealedKey) =>
    openSecret(seal, sealed, { subject, authenticator }).catch(() => null);
  const known = await Promise.all(keys.map(open));
  if (known.some((bytes) => bytes !== null && equalBytes(bytes, secret))) {
    refuse("secret", "a fresh draw: the user has a key with this secret");
  }
}

/** The same proposal again. `null`: it has expired, was confirmed, or never existed. */
export async function readProposal(
  policy: CheckedAccountPolicy,
  account: AccountState,
  { subject, authenticator }: Target,
  now: number,
): Promise<Proposal | null> {
  const proposed = account.proposals.find((each) => each.authenticator === authenticator);
  if (proposed === undefined || !isWaiting(policy, proposed, now)) return null;
  return showProposal(proposed, await openSecret(policy.seal, proposed.sealed, { subject, authenticator }));
}

function showProposal(proposed: Proposed, bytes: Bytes): Proposal {
  const { authenticator, issuer, account, domain, expiresAt } = proposed;
  const secret = encodeBase32(bytes);
  const key = { ...keyOf(proposed, secret), issuer, account, ...(domain !== null && { domain }) };
  return { authenticator, uri: formatUri(key), secret, expiresAt };
}

/** A proposal from the far future was stored before the clock went back. It must not wait for longer than it was made for. */
export function isWaiting({ proposalTtlMs }: CheckedAccountPolicy, { expiresAt }: Proposed, now: number): boolean {
  return now < expiresAt && expiresAt - now <= 2 * proposalTtlMs;
}
