/**
 * OCRA: challenge and response by a hardware token or an app (RFC 6287), for log-ins and for signing transactions.
 *
 * @module
 */

export { type Transaction, transactionText } from "../transaction/transaction.ts";
export { challenge } from "./challenge.ts";
export { type OcraInput, ocra } from "./ocra.ts";
export {
  createOcraGuard,
  type OcraAttempt,
  type OcraChallengeRequest,
  type OcraGuard,
  type OcraGuardOptions,
} from "./ocra-guard.ts";
export type { OcraChallenge, OcraGuardEvent, OcraGuardOutcome, OcraGuardReason, OcraGuardStatus } from "./outcome.ts";
export type { OcraGuardPolicy } from "./policy.ts";
export { type OcraSuite, parseSuite } from "./suite.ts";
export { attemptOcra, type OcraMatch, type OcraOutcome, type VerifyOcraOptions, verifyOcra } from "./verify.ts";
