/**
 * Recovery codes for users who have lost their phone: `createRecoveryCodes`. Each code is accepted once.
 *
 * @module
 */

export type { AttemptEvent, ClosedEvent, EventBase, RejectedEvent, WithoutSubject } from "../attempts/events.ts";
export type { GuardReason, Refused } from "../attempts/outcome.ts";
export type { Pepper } from "../attempts/pepper.ts";
export type { AttemptPolicy, Attempts } from "../attempts/policy.ts";
export type { AttemptStatus } from "../attempts/status.ts";
export { drawRecoveryCodes, type RecoveryDraw, type RecoveryFormat } from "./code-form.ts";
export type { RecoveryMachineEvent } from "./decisions.ts";
export { createRecoveryMachine, type RecoveryMachine, type RecoveryTransition } from "./machine.ts";
export type { RecoveryEvent, RecoveryOutcome, RecoveryStatus } from "./outcome.ts";
export type { RecoveryPolicy } from "./policy.ts";
export { createRecoveryCodes, type RecoveryCodes, type RecoveryOptions } from "./recovery-codes.ts";
