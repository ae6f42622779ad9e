/**
 * OCRA: challenge and response by a hardware token or an app (RFC 6287), for log-ins and for signing transactions.
 *
 * @module
 */
export { type Transaction, transactionText } from "../transaction/transaction.ts";
export { challenge } from "./challenge.ts";
export { type OcraInput, ocra } from "./ocra.ts";
export { type OcraSuite, parseSuite } from "./suite.ts";
export { attemptOcra, type OcraMatch, type OcraOutcome, type VerifyOcraOptions, verifyOcra } from "./verify.ts";
