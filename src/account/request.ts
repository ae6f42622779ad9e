// What an account is asked.

import type { Bytes } from "../encoding/bytes.ts";

import type { Algorithm } from "../hmac/algorithm.ts";
import type { Key } from "../key/key.ts";

import type { Codes } from "../otp/options.ts";

import type { Transaction } from "../transaction/transaction.ts";
import type { KeyParameters } from "./enrolment/authenticator.ts";

/** A key that a user is about to scan. */
export interface ProposeRequest {
  /** Your own id of the user, 1 to 1024 characters. Never take it from the request. */
  readonly subject: string;
  /** The name of your service, as the app shows it: 1 to 128 characters. No colon, no control characters. */
  readonly issuer: string;
  /** The user's name at your service, as the app shows it: 1 to 128 characters. No colon, no control characters. */
  readonly account: string;
  /** What the user calls this authenticator, 1 to 64 characters. Default: none. */
  readonly label?: string | undefined;
  /** The domain of your service, for password managers: at most 64 characters. Default: none. */
  readonly domain?: string | undefined;
  /** Default: `"SHA1"`, because many apps ignore any other. */
  readonly algorithm?: Algorithm | undefined;
  /** 6 to 10. Default: 6. */
  readonly digits?: number | undefined;
  /** Seconds per time step: 1 to 86,400. Default: 30. */
  readonly period?: number | undefined;
}

/** Which authenticator of whom. */
export interface AuthenticatorTarget {
  /** Your own id of the user, 1 to 1024 characters. Never take it from the request. */
  readonly subject: string;
  readonly authenticator: string;
}

/** The first code of a proposal. */
export interface ConfirmRequest extends AuthenticatorTarget {
  /** What the user typed. */
  readonly code: unknown;
  /**
   * The authenticator that ends in the same write: the old phone. If it is gone already, the new one is added all the same, and the
   * `confirmed` event has `replaced: null`.
   */
  readonly replaces?: string | undefined;
  /** Accept an app that ignores `algorithm`, `digits` or `period`, and keep the key that it really uses. Default: false. */
  readonly detect?: boolean | undefined;
}

/** A key that a user already holds. */
export interface AdoptRequest {
  /** Your own id of the user, 1 to 1024 characters. Never take it from the request. */
  readonly subject: string;
  /**
   * Its secret is base32 text or bytes. A key in a KMS needs `otp-core/guard`. A key that the user has already is not added again. A HOTP
   * key has the next counter in `counter`: also if it was removed before, because its codes do not end by themselves.
   */
  readonly key: Key<string | Uint8Array>;
  /** `[A-Za-z0-9_-]{1,64}`. Adopting an id or a key that exists changes nothing, so a migration may run twice. Default: random. */
  readonly authenticator?: string | undefined;
  /** What the user calls this authenticator, 1 to 64 characters. Default: none. */
  readonly label?: string | undefined;
  /** TOTP: the last accepted step, if you know it. Not a moment. HOTP: use the key's `counter`. Default: none. */
  readonly after?: number | undefined;
}

/** A code that a user typed. */
export interface AccountAttempt {
  /** Your own id of the user, 1 to 1024 characters. Never take it from the request. */
  readonly subject: string;
  /** What the user typed. */
  readonly code: unknown;
  /** The cookie of a trusted device, if the request has one. The attempt then uses the device's own budget. */
  readonly deviceToken?: unknown;
  /**
   * Set: the code was sent by `send` for this purpose (1 to 64 characters). Left out: it is an authenticator's code or a recovery
   * code.
   */
  readonly purpose?: string | undefined;
  /** Only with `purpose`: where the code was asked for. */
  readonly context?: string | undefined;
  /** Only with `purpose`: the payment that the code confirms. */
  readonly transaction?: Transaction | undefined;
}

export type Target = AuthenticatorTarget;

export interface CheckedProposal extends Target {
  readonly secret: Bytes;
  readonly label: string | null;
  readonly parameters: KeyParameters;
  readonly names: { readonly issuer: string; readonly account: string; readonly domain: string | null };
}
export interface CheckedConfirmation extends Target {
  readonly code: unknown;
  readonly replaces: string | null;
  readonly detect: boolean;
}
export interface CheckedAdoption extends Target {
  readonly label: string | null;
  readonly key: Key<Bytes>;
  readonly after: number | null;
}
export interface CheckedAttempt {
  readonly subject: string;
  readonly code: unknown;
  readonly deviceToken: unknown;
  readonly purpose: string | null;
  readonly context: string | null;
  readonly transaction: Transaction | null;
}
/** An attempt at a code that was sent for a purpose. */
export interface CheckedSentAttempt extends CheckedAttempt {
  readonly purpose: string;
}

export function isSent(attempt: CheckedAttempt): attempt is CheckedSentAttempt {
  return attempt.purpose !== null;
}

export type CheckedResync = Target & { readonly codes: Codes };
export type CheckedDiagnosis = Target & { readonly code: unknown };
