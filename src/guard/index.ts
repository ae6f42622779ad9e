export { memoryStore } from "../store/memory.ts";
export type { Clock, Store } from "../store/store.ts";
export type { Backoff } from "./backoff.ts";
export type { EventBase, GuardEvent, MachineEvent, WithoutId } from "./events.ts";
export type { AttemptEvent, AttemptStatus, ClosedEvent, RejectedEvent } from "./failures.ts";
export { createGuard, type Guard, type GuardOptions } from "./guard.ts";
export { type Exposure, guessProbability } from "./guess.ts";
export { createLimiter, type Limiter, type LimiterOptions, type Taken, type Throttled } from "./limiter.ts";
export {
  createGuardMachine,
  type GuardMachine,
  type MachineAttempt,
  type MachineResync,
} from "./machine.ts";
export { maskCode } from "./mask.ts";
export { type OriginBoundCode, parseSmsMessage, type SmsMessage, smsMessage } from "./message.ts";
export { createPasscodes, type PasscodeOptions, type Passcodes } from "./passcode.ts";
export {
  createPasscodeMachine,
  drawPasscode,
  type PasscodeMachine,
  type PasscodeRequest,
} from "./passcode-machine.ts";
export type { PasscodeFormat, PasscodePolicy } from "./passcode-policy.ts";
export type { PasscodeDraw, PasscodeStep } from "./passcode-steps.ts";
export type {
  PasscodeBinding,
  PasscodeEvent,
  PasscodeIssue,
  PasscodeIssued,
  PasscodeMachineEvent,
  PasscodeReason,
  PasscodeStatus,
  PasscodeTarget,
  PasscodeVerdict,
} from "./passcode-verdict.ts";
export type { Pepper } from "./pepper.ts";
export type { GuardPolicy } from "./policy.ts";
export type { RecordOptions } from "./records.ts";
export { createRecoveryCodes, type RecoveryCodes, type RecoveryEvent, type RecoveryOptions } from "./recovery.ts";
export {
  createRecoveryMachine,
  drawRecoveryCodes,
  type RecoveryDraw,
  type RecoveryMachine,
  type RecoveryPolicy,
} from "./recovery-machine.ts";
export type {
  RecoveryAccepted,
  RecoveryMachineEvent,
  RecoveryStatus,
  RecoveryStep,
  RecoveryVerdict,
} from "./recovery-steps.ts";
export type { GuardStep } from "./steps.ts";
export { type Machine, type TransactOptions, type Transition, transact } from "./transact.ts";
export type { GuardAccepted, GuardReason, GuardRejected, GuardStatus, GuardVerdict, Refused } from "./verdict.ts";
