export type { AttemptEvent, AttemptStatus, ClosedEvent, RejectedEvent } from "../attempts/failures.ts";
export type { GuardAccepted, GuardReason, Refused } from "../attempts/outcome.ts";
export type { Pepper } from "../attempts/pepper.ts";
export { type Transaction, transactionText } from "../transaction/transaction.ts";
export type { PasscodeDraw, PasscodeStep } from "./decisions.ts";
export { inspectSms, type SmsReport } from "./inspect-sms.ts";
export { createPasscodeMachine, drawPasscode, type PasscodeMachine, type PasscodeRequest } from "./machine.ts";
export { mailMessage, maskCode, type SmsMessage, smsMessage } from "./message.ts";
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
} from "./outcome.ts";
export { createPasscodes, type PasscodeOptions, type Passcodes } from "./passcodes.ts";
export type { PasscodeFormat, PasscodePolicy } from "./policy.ts";
