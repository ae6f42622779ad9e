// Replaces the key under which secrets are encrypted, user by user, while the application runs.
import { isOtpError } from "otp-core";
import type { Accounts } from "otp-core/account";

export interface Rotation {
  /** Secrets that are now under the new key. */
  sealed: number;
  /** Users whose record no key opens. Restore the key that is missing. */
  readonly unreadable: string[];
}

/** @param accounts - their `seal` is `createKeyBox([newKey, oldKey])`. Remove the old key once this has reached every user. */
export async function rotate(
  accounts: Accounts,
  subjects: AsyncIterable<string> | Iterable<string>,
): Promise<Rotation> {
  const rotation: Rotation = { sealed: 0, unreadable: [] };
  for await (const subject of subjects) {
    try {
      if ((await accounts.status(subject)).needsReseal) rotation.sealed += await accounts.reseal(subject);
    } catch (error) {
      if (!isOtpError(error) || error.code !== "key-unsealable") throw error;
      rotation.unreadable.push(subject);
    }
  }
  return rotation;
}
