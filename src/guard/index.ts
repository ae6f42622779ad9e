export type { Backoff } from "../attempts/backoff.ts";
export type { AttemptEvent, AttemptStatus, ClosedEvent, RejectedEvent } from "../attempts/failures.ts";
export type { EventBase, GuardAccepted, GuardReason, Refused, WithoutId } from "../attempts/outcome.ts";
export type { GuardStep } from "./decisions.ts";
export { createGuard, type Guard, type GuardOptions } from "./guard.ts";
export { type Exposure, guessProbability } from "./guess-probability.ts";
export { createGuardMachine, type GuardMachine, type MachineAttempt, type MachineResync } from "./machine.ts";
export type { GuardEvent, GuardRejected, GuardStatus, GuardVerdict, MachineEvent } from "./outcome.ts";
export type { GuardPolicy } from "./policy.ts";
