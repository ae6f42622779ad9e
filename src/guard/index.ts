export { memoryStore } from "../store/memory.ts";
export type { Clock, Store } from "../store/store.ts";
export type { Backoff } from "./backoff.ts";
export type { EventBase, GuardEvent, MachineEvent, WithoutId } from "./events.ts";
export { createGuard, type Guard, type GuardOptions } from "./guard.ts";
export { type Exposure, guessProbability } from "./guess.ts";
export { createLimiter, type Limiter, type LimiterOptions, type Taken, type Throttled } from "./limiter.ts";
export {
  createGuardMachine,
  type GuardMachine,
  type MachineAttempt,
  type MachineResync,
} from "./machine.ts";
export type { GuardPolicy } from "./policy.ts";
export type { GuardStep } from "./steps.ts";
export { type Machine, type TransactOptions, type Transition, transact } from "./transact.ts";
export type { GuardAccepted, GuardReason, GuardRejected, GuardStatus, GuardVerdict } from "./verdict.ts";
