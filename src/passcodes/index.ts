/**
 * Codes that the server sends by SMS, mail, voice or push: `createPasscodes`. Also the texts of the messages, and how phones read them.
 *
 * @module
 */

export type { AttemptEvent, ClosedEvent, EventBase, RejectedEvent, WithoutSubject } from "../attempts/events.ts";
export type { Refused } from "../attempts/outcome.ts";
export type { Pepper } from "../attempts/pepper.ts";
export type { AttemptPolicy, Attempts } from "../attempts/policy.ts";
export type { AttemptStatus } from "../attempts/status.ts";
export { type Transaction, transactionText } from "../transaction/transaction.ts";
export type { PasscodeMachineEvent, SendDecision, WithoutTarget } from "./decisions.ts";
export type { Deliver, DeliverOption, Delivery, DeliveryChannel } from "./deliver.ts";
export { drawPasscode } from "./draw.ts";
export { inspectSms, type SmsReport } from "./inspect-sms.ts";
export { createPasscodeMachine, type PasscodeMachine, type PasscodeTransition } from "./machine.ts";
export { mailMessage, maskCode, type SmsMessage, smsMessage } from "./message.ts";
export type {
  CountedReason,
  PasscodeEvent,
  PasscodeOutcome,
  PasscodeStatus,
  SendOutcome,
  Sent,
  SentCodeBinding,
  SentCodeEvent,
  SentCodeReason,
  SentCodeTarget,
  UncountedReason,
  WithPurpose,
} from "./outcome.ts";
export { createPasscodes, type PasscodeOptions, type Passcodes } from "./passcodes.ts";
export type { PasscodeFormat, PasscodePolicy, SentCodePolicy, TestCode } from "./policy.ts";
export type { PasscodeDraw } from "./sent-code-changes.ts";
