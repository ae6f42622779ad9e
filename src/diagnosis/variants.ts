// What an authenticator app may have made of a key: other parameters, or another reading of the secret.

import { encodeBase32 } from "../encoding/base32.ts";
import { removeSeparators } from "../encoding/separators.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { ALGORITHMS } from "../hmac/algorithm.ts";
import { secretBytes } from "../hmac/secret.ts";
import { algorithmOf, checkKey, digitsOf, epochOf, periodOf, type TotpKey, type TotpParameters } from "../key/key.ts";

/** A parameter of a key that some apps ignore. */
export type KeyDifference = "algorithm" | "digits" | "period";

/** A key whose secret is known: text or bytes, not a signer. */
export type KnownKey = TotpParameters<string | Uint8Array>;

/** The periods that apps use. */
const PERIODS = [30, 60];

/** The key with every field written out and its secret as text. */
export function completeKey(key: KnownKey): TotpKey & { readonly period: number; readonly digits: number } {
  checkKey(key, "totp");
  const { secret, encoder, issuer, account, domain } = key;
  return {
    type: "totp",
    secret: encodeBase32(secretBytes(secret)),
    algorithm: algorithmOf(key.algorithm, encoder),
    digits: digitsOf(key),
    period: periodOf(key),
    epoch: epochOf(key),
    ...(encoder === undefined ? {} : { encoder }),
    ...(issuer === undefined ? {} : { issuer }),
    ...(account === undefined ? {} : { account }),
    ...(domain === undefined ? {} : { domain }),
  };
}

export interface Variant {
  readonly key: TotpKey;
  readonly differs: readonly KeyDifference[];
}

/** The key itself, and all keys of an app that ignores some of its parameters. The code says how many digits the app shows. */
export function parameterVariants(key: TotpKey, code: string): Variant[] {
  if (key.encoder !== undefined) return [{ key, differs: [] }];
  const digits = removeSeparators(code).length;
  if (digits < 6 || digits > 10) return [];
  const periods = new Set([key.period, ...PERIODS]);
  return ALGORITHMS.flatMap((algorithm) =>
    [...periods].map((period) => {
      const used = { ...key, algorithm, digits, period };
      const names = ["algorithm", "digits", "period"] as const;
      return { key: used, differs: names.filter((name) => used[name] !== key[name]) };
    }),
  );
}

export interface SecretReading {
  readonly encoding: "ascii" | "hex";
  readonly secret: Uint8Array;
}

/** The secrets of an app that read the base32 text as something else. */
export function secretReadings({ secret }: TotpKey): SecretReading[] {
  const ascii: SecretReading = { encoding: "ascii", secret: encodeUtf8(secret) as Uint8Array };
  if (!/^(?:[0-9A-F]{2})+$/.test(secret)) return [ascii];
  const byteAt = (i: number) => Number.parseInt(secret.slice(2 * i, 2 * i + 2), 16);
  const hex = Uint8Array.from({ length: secret.length / 2 }, (_, i) => byteAt(i));
  return [ascii, { encoding: "hex", secret: hex }];
}
