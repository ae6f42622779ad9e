// Reads keys from database rows and parsed JSON.
import { refuse } from "../check.ts";
import { encodeBase32 } from "../encoding/base32.ts";
import { isOtpError, OtpError } from "../errors.ts";
import { secretBytes } from "../hmac/secret.ts";
import {
  algorithmOf,
  checkEncoder,
  checkEpoch,
  checkInitialCounter,
  checkPeriod,
  digitsOf,
  type Key,
  type TotpKey,
} from "./key.ts";
import { checkDomain, checkLabel } from "./label.ts";

/**
 * Reads a key from a database row or parsed JSON. Every field is checked, `null` is read as absent, and other columns are ignored.
 *
 * @param value - an object with at least `type` and `secret`. The secret is base32 text or bytes.
 * @returns a key whose secret is unpadded base32 in upper case.
 *
 * @example
 * ```ts
 * import { parseKey } from "otp-core";
 *
 * const row = { id: 7, type: "totp", secret: "jbsw y3dp ehpk 3pxp", digits: 8, period: null };
 * console.log(JSON.stringify(parseKey(row))); // {"type":"totp","secret":"JBSWY3DPEHPK3PXP","digits":8}
 * ```
 *
 * @throws OtpError `invalid-key` with the name of the field as `argument`. A number as text, such as `"6"`, is refused.
 */
export function parseKey(value: unknown): Key {
  return refuseAsKey(() => readKey(value));
}

/**
 * The same for a row that is known to hold a TOTP key. `type` may be absent.
 *
 * @example
 * ```ts
 * import { parseTotpKey } from "otp-core";
 *
 * const row = { id: 7, secret: "JBSWY3DPEHPK3PXP" };
 * console.log(parseTotpKey(row)); // { type: 'totp', secret: 'JBSWY3DPEHPK3PXP' }
 * ```
 *
 * @throws OtpError `invalid-key`, also for a HOTP key.
 */
export function parseTotpKey(value: unknown): TotpKey {
  return refuseAsKey(() => {
    const key = readKey(value, "totp");
    return key.type === "totp" ? key : refuse("type", '"totp" or left out');
  });
}

/** Gives every error the code `invalid-key`. */
function refuseAsKey<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isOtpError(error)) throw error;
    throw new OtpError("invalid-key", error.message, { argument: error.argument, expected: error.expected });
  }
}

type Row = Readonly<Record<string, unknown>>;
type Check = (field: unknown) => unknown;

function readKey(value: unknown, defaultType?: "totp"): Key {
  if (typeof value !== "object" || value === null) refuse("key", "an object");
  const row = value as Row;
  const type = row.type ?? defaultType;
  if (type !== "totp" && type !== "hotp") refuse("type", '"totp" or "hotp"');
  const encoder = row.encoder ?? undefined;
  const checks: Readonly<Record<string, Check>> = {
    secret: (secret) => encodeBase32(secretBytes(secret)),
    encoder: type === "totp" ? checkEncoder : () => refuse("encoder", "left out of a HOTP key"),
    algorithm: (algorithm) => algorithmOf(algorithm, encoder),
    digits: (digits) => digitsOf({ digits, encoder }),
    ...(type === "totp" ? { period: checkPeriod, epoch: checkEpoch } : { counter: checkInitialCounter }),
    issuer: (issuer) => checkLabel(issuer, "issuer"),
    account: (account) => checkLabel(account, "account"),
    domain: checkDomain,
  };
  const key: Record<string, unknown> = { type };
  for (const [name, check] of Object.entries(checks)) {
    const field = row[name] ?? undefined;
    if (field !== undefined || name === "secret") key[name] = check(field);
  }
  return key as unknown as Key;
}
