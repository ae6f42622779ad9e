// The parameters of a key that comes from outside, checked.

import type { Bytes } from "../../encoding/bytes.ts";

import { secretBytes } from "../../hmac/secret.ts";
import {
  algorithmOf,
  checkEncoder,
  checkHotpKey,
  checkInitialCounter,
  checkWholeKey,
  digitsOf,
  epochOf,
  type Key,
  periodOf,
} from "../../key/key.ts";

import type { KeyParameters } from "./authenticator.ts";

/** The parameters of a key, with its defaults, checked. */
export function parametersOf(
  key: { readonly type: "totp" | "hotp" } & Partial<Record<keyof KeyParameters, unknown>>,
): KeyParameters {
  checkWholeKey(key);
  const { type, encoder, counter, period, epoch } = key;
  const digits = digitsOf(key);
  const algorithm = algorithmOf(key.algorithm, encoder);
  if (type === "hotp") {
    checkHotpKey(key);
    const first = counter === undefined ? 0 : checkInitialCounter(counter);
    return { type, algorithm, digits, period: null, epoch: null, encoder: null, counter: first };
  }
  const steam = encoder === undefined ? null : checkEncoder(encoder);
  return {
    type,
    algorithm,
    digits,
    period: periodOf({ period }),
    epoch: epochOf({ epoch }),
    encoder: steam,
    counter: null,
  };
}

/** The bytes of a key's secret. */
export function bytesOf(key: Key<string | Uint8Array>): Key<Bytes> {
  return { ...key, secret: Uint8Array.from(secretBytes(key.secret)) } as Key<Bytes>;
}
