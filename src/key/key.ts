import { checkInteger, refuse } from "../check.ts";
import { type Algorithm, checkAlgorithm } from "../hmac/algorithm.ts";
import { PreparedSigner } from "../hmac/prepared.ts";
import { secretBytes } from "../hmac/secret.ts";
import type { AsyncSigner, Secret, Signer } from "../hmac/signer.ts";
import { MAX_TIME_MS } from "../time.ts";

/** What the TOTP functions read (RFC 6238 section 4). */
export interface TotpParameters<S extends Secret = string> {
  /** May be left out here, because the function's name says it. */
  readonly type?: "totp" | undefined;
  /** Base32 text, bytes, or a signer. */
  readonly secret: S;
  /** Default: `"SHA1"`, or the signer's own. */
  readonly algorithm?: Algorithm | undefined;
  /** 6 to 10. Default: 6. The tenth digit adds little, because the truncated value is below 2^31. */
  readonly digits?: number | undefined;
  /** Seconds per time step: 1 to 86,400. Default: 30. */
  readonly period?: number | undefined;
  /** When step 0 begins, in seconds since 1970. Default: 0. */
  readonly epoch?: number | undefined;
  /** Steam Guard: five letters and digits instead of `digits`, on SHA-1. */
  readonly encoder?: "steam" | undefined;
  /** The name of the service, as the app shows it. */
  readonly issuer?: string | undefined;
  /** The user's name at the service, as the app shows it. */
  readonly account?: string | undefined;
  /** The domain of the service, by which password managers find the entry. */
  readonly domain?: string | undefined;
}

/** What the HOTP functions read (RFC 4226 section 5.1). */
export interface HotpParameters<S extends Secret = string> {
  /** May be left out here, because the function's name says it. */
  readonly type?: "hotp" | undefined;
  /** Base32 text, bytes, or a signer. */
  readonly secret: S;
  /** Default: `"SHA1"`, or the signer's own. */
  readonly algorithm?: Algorithm | undefined;
  /** 6 to 10. Default: 6. */
  readonly digits?: number | undefined;
  /** The first counter: a safe integer. Default: 0. The verifier stores the current counter. */
  readonly counter?: number | undefined;
  /** The name of the service, as the app shows it. */
  readonly issuer?: string | undefined;
  /** The user's name at the service, as the app shows it. */
  readonly account?: string | undefined;
  /** The domain of the service, by which password managers find the entry. */
  readonly domain?: string | undefined;
}

/** A complete TOTP key: what is stored, parsed, enrolled and guarded. With a text secret it is plain JSON. */
export interface TotpKey<S extends Secret = string> extends TotpParameters<S> {
  readonly type: "totp";
}

/** A complete HOTP key. */
export interface HotpKey<S extends Secret = string> extends HotpParameters<S> {
  readonly type: "hotp";
}

/** A complete key of either type. */
export type Key<S extends Secret = string> = TotpKey<S> | HotpKey<S>;

// One check for each field. Other fields are ignored, because a key may be a database row.

export function checkKey(key: unknown, type: "totp" | "hotp"): void {
  if (typeof key !== "object" || key === null) refuse("key", "an object");
  const own = (key as { type?: unknown }).type;
  if (own !== undefined && own !== type) refuse("type", `"${type}" or left out`);
}

/** Checks the type of a complete key. */
export function checkWholeKey(key: unknown): void {
  if (typeof key !== "object" || key === null) refuse("key", "an object");
  const { type } = key as { readonly type?: unknown };
  if (type !== "totp" && type !== "hotp") refuse("type", '"totp" or "hotp"');
}

export function checkHotpKey(key: unknown): void {
  checkKey(key, "hotp");
  if ((key as { encoder?: unknown }).encoder !== undefined) refuse("encoder", "left out of a HOTP key");
}

export function checkPeriod(value: unknown): number {
  return checkInteger(value, "period", 1, 86400);
}

export function checkEpoch(value: unknown): number {
  return checkInteger(value, "epoch", 0, MAX_TIME_MS / 1000);
}

export function checkInitialCounter(value: unknown): number {
  return checkInteger(value, "counter", 0, Number.MAX_SAFE_INTEGER);
}

export function checkEncoder(value: unknown): "steam" {
  if (value !== "steam") refuse("encoder", '"steam" or left out');
  return value;
}

export function periodOf(key: { readonly period?: unknown }): number {
  return key.period === undefined ? 30 : checkPeriod(key.period);
}

export function epochOf(key: { readonly epoch?: unknown }): number {
  return key.epoch === undefined ? 0 : checkEpoch(key.epoch);
}

export function digitsOf(key: { readonly digits?: unknown; readonly encoder?: unknown }): number {
  const { digits, encoder } = key;
  if (encoder === undefined) return digits === undefined ? 6 : checkInteger(digits, "digits", 6, 10);
  checkEncoder(encoder);
  if (digits !== undefined && digits !== 5) refuse("digits", "5 or left out with the Steam encoder");
  return 5;
}

export function algorithmOf(algorithm: unknown, encoder: unknown): Algorithm {
  const checked = algorithm === undefined ? "SHA1" : checkAlgorithm(algorithm);
  if (encoder !== undefined && checked !== "SHA1") refuse("algorithm", '"SHA1" or left out with the Steam encoder');
  return checked;
}

type Signing = Pick<TotpParameters<Secret>, "secret" | "algorithm" | "encoder">;

/**
 * The signer of a key. It is prepared here if the secret is text or bytes. `minSecretBytes` applies to these two only, because the
 * length of a signer's secret is unknown.
 */
export function signerOf(key: Signing, minSecretBytes = 1): Signer | AsyncSigner {
  const { secret } = key;
  return isSigner(secret) ? checkSigner(key, secret) : signerOfBytes(secretBytes(secret), key, minSecretBytes);
}

/** The signer of a key whose secret is these bytes. */
export function signerOfBytes(
  bytes: Uint8Array,
  { algorithm, encoder }: Pick<Signing, "algorithm" | "encoder">,
  minSecretBytes: number,
): PreparedSigner {
  if (bytes.length < minSecretBytes) refuse("secret", `at least ${minSecretBytes} bytes`, "weak-secret");
  return new PreparedSigner(bytes, algorithmOf(algorithm, encoder));
}

function checkSigner(key: Signing, signer: Signer | AsyncSigner): Signer | AsyncSigner {
  const own = algorithmOf(checkAlgorithm(signer.algorithm), key.encoder);
  if (key.algorithm !== undefined && key.algorithm !== own) refuse("algorithm", `left out or ${own}, the signer's own`);
  const { async } = signer;
  if (async !== undefined && typeof async !== "boolean") refuse("secret.async", "true, false or left out");
  return signer;
}

function isSigner(secret: unknown): secret is Signer | AsyncSigner {
  return typeof secret === "object" && typeof (secret as Partial<Signer> | null)?.sign === "function";
}
