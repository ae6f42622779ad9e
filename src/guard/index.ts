/**
 * Verification with your own keys: each code is accepted once, and guesses are limited. `createGuard` keeps the state in a store;
 * `createGuardMachine` leaves it to you.
 *
 * @module
 */

export type { AttemptEvent, ClosedEvent, EventBase, RejectedEvent, WithoutSubject } from "../attempts/events.ts";
export type { GuardReason, Refused } from "../attempts/outcome.ts";
export type { AttemptPolicy, Attempts } from "../attempts/policy.ts";
export type { AttemptStatus } from "../attempts/status.ts";
export { createGuard, type Guard, type GuardOptions } from "./guard.ts";
export { type Exposure, guessProbability } from "./guess-probability.ts";
export { createGuardMachine, type GuardMachine } from "./machine.ts";
export type {
  GuardAccepted,
  GuardEvent,
  GuardKeyStatus,
  GuardOutcome,
  GuardStatus,
  GuardTransition,
} from "./outcome.ts";
export type { GuardPolicy } from "./policy.ts";
export type {
  GuardAttempt,
  GuardKeys,
  GuardResync,
  OneKeyAttempt,
  PassEitherKeyOrKeys,
  SeveralKeysAttempt,
} from "./request.ts";
