// The options of recovery codes, checked, with their defaults.
import { Digester, type Pepper } from "../attempts/pepper.ts";
import { type Attempts, type CheckedAttempts, checkAttempts } from "../attempts/policy.ts";
import type { Options } from "../check.ts";
import { type CheckedRecoveryFormat, checkRecoveryFormat, FORMAT_OPTIONS, type RecoveryFormat } from "./code-form.ts";

/** How recovery codes look, and how failures are answered. */
export interface RecoveryPolicy extends RecoveryFormat {
  readonly pepper: Pepper;
  /**
   * How failures are answered, or `"host"`. It applies to adopted codes of less than 80 bits. Codes that are harder to guess are
   * always looked at, and wrong ones are not counted.
   */
  readonly attempts?: Attempts | undefined;
}

export interface CheckedRecoveryPolicy {
  readonly format: CheckedRecoveryFormat;
  readonly digester: Digester;
  readonly attempts: CheckedAttempts;
}

export const RECOVERY_OPTIONS: Options<RecoveryPolicy> = { ...FORMAT_OPTIONS, pepper: true, attempts: true };

/** `policy` may have other fields, which the service has checked. */
export function checkRecoveryPolicy(policy: RecoveryPolicy): CheckedRecoveryPolicy {
  return {
    format: checkRecoveryFormat(policy),
    digester: new Digester(policy.pepper),
    attempts: checkAttempts(policy.attempts),
  };
}
