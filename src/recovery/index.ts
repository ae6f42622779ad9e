export type { AttemptEvent, AttemptStatus, ClosedEvent, RejectedEvent } from "../attempts/failures.ts";
export type { GuardReason, Refused } from "../attempts/outcome.ts";
export type { Pepper } from "../attempts/pepper.ts";
export type {
  RecoveryAccepted,
  RecoveryMachineEvent,
  RecoveryStatus,
  RecoveryStep,
  RecoveryVerdict,
} from "./decisions.ts";
export {
  createRecoveryMachine,
  drawRecoveryCodes,
  type RecoveryDraw,
  type RecoveryMachine,
  type RecoveryPolicy,
} from "./machine.ts";
export { createRecoveryCodes, type RecoveryCodes, type RecoveryEvent, type RecoveryOptions } from "./recovery-codes.ts";
