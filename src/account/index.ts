/**
 * Everything of a user's second factor in one record, with one budget for guesses. Most people should start here: `createAccounts`.
 *
 * @module
 */
export type { AttemptEvent, ClosedEvent, EventBase, RejectedEvent, WithoutSubject } from "../attempts/events.ts";
export type { Refused } from "../attempts/outcome.ts";
export type { Pepper } from "../attempts/pepper.ts";
export type { AttemptPolicy, Attempts } from "../attempts/policy.ts";
export type { AttemptStatus } from "../attempts/status.ts";
export type { GuardPolicy } from "../guard/policy.ts";
export type { SendDecision } from "../passcodes/decisions.ts";
export type { Deliver, DeliverOption, Delivery, DeliveryChannel } from "../passcodes/deliver.ts";
export type {
  CountedReason,
  SendOutcome,
  Sent,
  SentCodeBinding,
  SentCodeEvent,
  SentCodeTarget,
  UncountedReason,
} from "../passcodes/outcome.ts";
export type { SentCodePolicy } from "../passcodes/policy.ts";
export type { Transaction } from "../transaction/transaction.ts";
export { type AccountOptions, type Accounts, createAccounts } from "./accounts.ts";
export { drawDeviceToken } from "./devices/token.ts";
export { type AccountMachine, createAccountMachine, type InMachine } from "./machine.ts";
export type {
  AccountAccepted,
  AccountEvent,
  AccountMachineEvent,
  AccountMethod,
  AccountOutcome,
  AccountReason,
  AccountStatus,
  AccountTransition,
  AuthenticatorStatus,
  Confirmed,
  DeviceStatus,
  Proposal,
  RecognisedDevice,
  TrustedDevice,
} from "./outcome.ts";
export type { AccountPolicy, DevicePolicy, SealedAccountPolicy } from "./policy.ts";
export type { AccountAttempt, AdoptRequest, AuthenticatorTarget, ConfirmRequest, ProposeRequest } from "./request.ts";
export { createKeyBox, type SealingKey } from "./sealing/key-box.ts";
export type { Seal, SealContext } from "./sealing/seal.ts";
