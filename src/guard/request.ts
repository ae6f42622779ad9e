// What a guard is asked.

import type { Secret } from "../hmac/signer.ts";
import type { Key } from "../key/key.ts";
import type { Codes } from "../otp/options.ts";

/** Several authenticators of one subject by name: 1 to 10 names of `[A-Za-z0-9_-]{1,64}`. */
export interface GuardKeys<S extends Secret = Secret> {
  readonly [keyName: string]: Key<S>;
}

/** No value has this type. It stands in error messages of the compiler. */
export interface PassEitherKeyOrKeys {
  readonly passEitherKeyOrKeys: never;
}

interface AnyAttempt {
  /** Your own id of the user, 1 to 1024 characters. Never take it from the request. */
  readonly subject: string;
  /** What the user typed. Anything but a code of the right form is `malformed`. */
  readonly code: unknown;
}

/** An attempt at one authenticator, whose name is `"default"`. */
export interface OneKeyAttempt<S extends Secret = Secret> extends AnyAttempt {
  readonly key: Key<S>;
  readonly keys?: PassEitherKeyOrKeys | undefined;
}

/** An attempt at several authenticators: one of them has to accept the code. */
export interface SeveralKeysAttempt<S extends Secret = Secret> extends AnyAttempt {
  readonly key?: PassEitherKeyOrKeys | undefined;
  /** By name. Without any key the code is refused as `absent`. */
  readonly keys: GuardKeys<S>;
}

/** A code that a user typed, and the authenticators that may accept it. */
export type GuardAttempt<S extends Secret = Secret> = SeveralKeysAttempt<S> | OneKeyAttempt<S>;

/** Consecutive codes that a user typed. */
export interface GuardResync<S extends Secret = Secret> {
  /** Your own id of the user, 1 to 1024 characters. Never take it from the request. */
  readonly subject: string;
  readonly key: Key<S>;
  /** The name under which `attempt` gets this key. Default: `"default"`. */
  readonly keyName?: string | undefined;
  /** Two to ten consecutive codes, in the order in which they were shown. */
  readonly codes: Codes;
}
