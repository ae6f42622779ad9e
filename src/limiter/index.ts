/**
 * Limits by address, for sending and for guessing: `createLimiter`, `addressKey` and `createSendGuard`.
 *
 * @module
 */

export type { Refused } from "../attempts/outcome.ts";
export { addressKey } from "./address-key.ts";
export {
  createLimiter,
  type Limiter,
  type LimiterOptions,
  type LimiterOutcome,
  type LimiterRefused,
  type LimiterStatus,
} from "./limiter.ts";
export { createSendGuard, type SendGuard, type SendGuardOptions } from "./send-guard.ts";
export type { SendGuardEvent, SendGuardOutcome, SendGuardReason, SendRequest } from "./send-outcome.ts";
