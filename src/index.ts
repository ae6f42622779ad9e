/**
 * Keys, codes and their verification, key URIs, and encodings: pure functions of RFC 4226 and RFC 6238. A server should not build a
 * log-in on them directly, because they store nothing: use `otp-core/account` or `otp-core/guard`.
 *
 * @module
 */

export type { Pepper } from "./attempts/pepper.ts";
export { type DetectedKey, detectKey } from "./diagnosis/detect-key.ts";
export { type DiagnoseOptions, type Diagnosis, diagnose } from "./diagnosis/diagnose.ts";
export type { KeyDifference, KnownKey } from "./diagnosis/variants.ts";
export { decodeBase32, encodeBase32 } from "./encoding/base32.ts";
export { type Bytes, equalBytes } from "./encoding/bytes.ts";
export { generateSecret, randomBytes } from "./encoding/random.ts";
export { isOtpError, OtpError, type OtpErrorCode, type OtpErrorDetails } from "./errors.ts";
export { type Algorithm, toAlgorithm } from "./hmac/algorithm.ts";
export type { Answer, AsyncSigner, MatchOrNull, Secret, Signer, SyncSecret } from "./hmac/signer.ts";
export { type CreateHotpKeyOptions, type CreateTotpKeyOptions, createHotpKey, createTotpKey } from "./key/create.ts";
export { deriveBytes } from "./key/derive-bytes.ts";
export type { HotpKey, HotpParameters, Key, TotpKey, TotpParameters } from "./key/key.ts";
export { parseKey, parseTotpKey } from "./key/parse.ts";
export type { MigrationSkip } from "./migration/account.ts";
export { formatMigration, type Migration, type MigrationBatch, parseMigration } from "./migration/migration.ts";
export { type TimeOptions, timeRemainingMs, timeStep } from "./otp/counter.ts";
export { findCounter } from "./otp/find-counter.ts";
export { hotp } from "./otp/hotp.ts";
export type {
  Codes,
  ResyncHotpOptions,
  ResyncTotpOptions,
  VerifyHotpOptions,
  VerifyTotpOptions,
  Window,
} from "./otp/options.ts";
export type { CounterOf, HotpMatch, HotpOutcome, Rejected, TotpMatch, TotpOutcome } from "./otp/outcome.ts";
export { resyncHotp, resyncTotp } from "./otp/resync.ts";
export { totp } from "./otp/totp.ts";
export { truncate } from "./otp/truncate.ts";
export { attemptHotp, verifyHotp } from "./otp/verify-hotp.ts";
export { attemptTotp, verifyTotp } from "./otp/verify-totp.ts";
export { type FormatUriOptions, formatUri } from "./uri/format.ts";
export { inspectUri, type UriProblem, type UriReport } from "./uri/inspect.ts";
export { type ParseUriOptions, parseUri } from "./uri/parse.ts";
export type { UriErrorCode, UriWarningCode } from "./uri/problem.ts";
export type { UriKey } from "./uri/read-key.ts";
export type { IssuerConflict } from "./uri/read-names.ts";
export type { UriExtra } from "./uri/split.ts";
