// The options of an account, checked once.

import { Digester, type Pepper } from "../attempts/pepper.ts";
import { checkInteger, checkOptions, type Options } from "../check.ts";
import { type CheckedPolicy, checkPolicy, type GuardPolicy, POLICY_OPTIONS } from "../guard/policy.ts";
import {
  type CheckedSentCodePolicy,
  checkKeep,
  checkSentCodePolicy,
  SENT_CODE_OPTIONS,
  type SentCodePolicy,
} from "../passcodes/policy.ts";
import {
  type CheckedRecoveryFormat,
  checkRecoveryFormat,
  FORMAT_OPTIONS as RECOVERY_FORMAT_OPTIONS,
  type RecoveryFormat,
} from "../recovery/code-form.ts";
import { DAY_MS } from "../time.ts";
import { checkSeal, type Seal } from "./sealing/seal.ts";

/** How devices are trusted. */
export interface DevicePolicy {
  /** How long a device is trusted: 60,000 to 31,536,000,000 ms (a year). Default: 30 days. */
  readonly ttlMs?: number | undefined;
  /** Devices per subject: 1 to 10. One more ends the one that was seen longest ago. Default: 10. */
  readonly max?: number | undefined;
  /**
   * Failures on a device within 30 days that end it, whatever succeeded in between: 1 to 50. Default: 20. Ten consecutive failures
   * end it too.
   */
  readonly maxFailures?: number | undefined;
}

/** Everything of a guard's policy, and the policies of the other parts. */
export interface AccountPolicy extends GuardPolicy {
  readonly sent?: SentCodePolicy | undefined;
  readonly recovery?: RecoveryFormat | undefined;
  readonly devices?: DevicePolicy | undefined;
  /** How long a proposal waits for its first code: 60,000 to 86,400,000 ms. Default: 900,000 (15 minutes). */
  readonly proposalTtlMs?: number | undefined;
}

/** An account's policy with the keys that it needs. */
export interface SealedAccountPolicy extends AccountPolicy {
  readonly pepper: Pepper;
  readonly seal: Seal;
}

export interface CheckedAccountPolicy {
  readonly guard: CheckedPolicy;
  readonly sent: CheckedSentCodePolicy;
  readonly recovery: CheckedRecoveryFormat;
  readonly devices: { readonly ttlMs: number; readonly max: number; readonly maxFailures: number };
  readonly proposalTtlMs: number;
  readonly digester: Digester;
  readonly seal: Seal;
}

export const ACCOUNT_OPTIONS: Options<SealedAccountPolicy> = {
  ...POLICY_OPTIONS,
  sent: true,
  recovery: true,
  devices: true,
  proposalTtlMs: true,
  pepper: true,
  seal: true,
};
const DEVICE_OPTIONS: Options<DevicePolicy> = { ttlMs: true, max: true, maxFailures: true };

export const MAX_DEVICES = 10;
const MAX_DEVICE_FAILURES = 50;
const DEVICE_TTL_MS = { min: 60_000, max: 365 * DAY_MS, default: 30 * DAY_MS };
const PROPOSAL_TTL_MS = { min: 60_000, max: DAY_MS, default: 900_000 };
/** Codes of a purpose that are remembered. Those that are not kept are known as superseded. It bounds the record. */
const MAX_REMEMBERED = 3;

/** The policy with its defaults. `policy` may have other fields, which the caller has checked. */
export function checkAccountPolicy(policy: SealedAccountPolicy): CheckedAccountPolicy {
  const { sent = {}, recovery = {}, proposalTtlMs = PROPOSAL_TTL_MS.default } = policy;
  checkOptions(sent, SENT_CODE_OPTIONS, "sent");
  checkOptions(recovery, RECOVERY_FORMAT_OPTIONS, "recovery");
  const digester = new Digester(policy.pepper);
  return {
    guard: checkPolicy(policy),
    sent: checkSentCodePolicy(sent, digester, MAX_REMEMBERED - checkKeep(sent.keep)),
    recovery: checkRecoveryFormat(recovery),
    devices: checkDevices(policy.devices),
    proposalTtlMs: checkInteger(proposalTtlMs, "proposalTtlMs", PROPOSAL_TTL_MS.min, PROPOSAL_TTL_MS.max),
    digester,
    seal: checkSeal(policy.seal),
  };
}

function checkDevices(devices: DevicePolicy = {}) {
  checkOptions(devices, DEVICE_OPTIONS, "devices");
  const { ttlMs, max = MAX_DEVICES, maxFailures = 20 } = devices;
  return {
    ttlMs: checkDeviceTtl(ttlMs, "devices.ttlMs", DEVICE_TTL_MS.default),
    max: checkInteger(max, "devices.max", 1, MAX_DEVICES),
    maxFailures: checkInteger(maxFailures, "devices.maxFailures", 1, MAX_DEVICE_FAILURES),
  };
}

export function checkDeviceTtl(ttlMs: unknown, argument: string, otherwise: number): number {
  return ttlMs === undefined ? otherwise : checkInteger(ttlMs, argument, DEVICE_TTL_MS.min, DEVICE_TTL_MS.max);
}
