// The authenticators of a user that can have a code.

import { type PreparedKey, prepareAttempt } from "../../guard/prepared-key.ts";
import { type Finding, search } from "../../guard/search.ts";

import { type Authenticator, keyOf } from "../enrolment/authenticator.ts";

import type { AccountMachineEvent } from "../outcome.ts";
import type { CheckedAccountPolicy } from "../policy.ts";

import { openSecret } from "../sealing/seal.ts";

import type { AccountState } from "../state.ts";

interface KeySearch {
  readonly finding: Finding;
  readonly weak: readonly AccountMachineEvent[];
}

export async function searchKeys(
  policy: CheckedAccountPolicy,
  { usedUntil }: AccountState,
  subject: string,
  authenticators: readonly Authenticator[],
  code: unknown,
  now: number,
): Promise<KeySearch> {
  // All are opened before a code is compared: a key that cannot be opened rejects the attempt, whatever the others would say.
  const opened = await Promise.all(
    authenticators.map(async (each) => {
      const { authenticator, sealed } = each;
      return [authenticator, keyOf(each, await openSecret(policy.seal, sealed, { subject, authenticator }))] as const;
    }),
  );
  const { keys, typed } = prepareAttempt({ keys: Object.fromEntries(opened), code }, policy.guard.minSecretBytes);
  const positions = new Map(authenticators.map(({ authenticator, position }) => [authenticator, position]));
  const positionOf = (keyName: string) => positions.get(keyName) ?? null;
  const finding = await search({ policy: policy.guard, keys: typed, positionOf, usedUntil, now });
  return { finding, weak: weakSecrets(keys, now) };
}

export function weakSecrets(keys: readonly PreparedKey[], now: number): readonly AccountMachineEvent[] {
  return keys.flatMap(({ keyName, weakBytes }): AccountMachineEvent[] =>
    weakBytes === null ? [] : [{ type: "weak-secret", at: now, authenticator: keyName, bytes: weakBytes }],
  );
}
