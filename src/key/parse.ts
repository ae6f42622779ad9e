import { refuse } from "../check.ts";
import { encodeBase32 } from "../encoding/base32.ts";
import { isOtpError, OtpError } from "../errors.ts";
import { secretBytes } from "../hmac/secret.ts";
import { algorithmOf, checkEncoder, checkEpoch, checkInitialCounter, checkPeriod, digitsOf, type Key } from "./key.ts";
import { checkDomain, checkLabel } from "./label.ts";

/**
 * A key out of a database row or parsed JSON: every field is checked, null is read as absent, columns of other names are
 * ignored, the secret comes back as unpadded upper-case base32.
 *
 * @example
 * ```ts
 * import { parseKey } from "otp-core";
 *
 * const row = { id: 7, type: "totp", secret: "jbsw y3dp ehpk 3pxp", digits: 8, period: null };
 * console.log(JSON.stringify(parseKey(row))); // {"type":"totp","secret":"JBSWY3DPEHPK3PXP","digits":8}
 * ```
 *
 * @throws OtpError `invalid-key` with the field's name as `argument`. Numbers must be numbers: `"6"` is refused.
 */
export function parseKey(value: unknown): Key {
  try {
    return readKey(value);
  } catch (error) {
    if (!isOtpError(error)) throw error;
    throw new OtpError("invalid-key", error.message, { argument: error.argument, expected: error.expected });
  }
}

type Row = Readonly<Record<string, unknown>>;

function readKey(value: unknown): Key {
  if (typeof value !== "object" || value === null) refuse("key", "an object");
  const row = value as Row;
  const { type } = row;
  if (type !== "totp" && type !== "hotp") refuse("type", '"totp" or "hotp"');
  const encoder = row.encoder ?? undefined;
  const checks: Readonly<Record<string, (field: unknown) => unknown>> = {
    secret: (field) => encodeBase32(secretBytes(typeof field === "string" ? field : refuse("secret", "base32 text"))),
    encoder: type === "totp" ? checkEncoder : () => refuse("encoder", "left out of a HOTP key"),
    algorithm: (algorithm) => algorithmOf(algorithm, encoder),
    digits: (digits) => digitsOf({ digits, encoder }),
    ...(type === "totp" ? { period: checkPeriod, epoch: checkEpoch } : { counter: checkInitialCounter }),
    issuer: (field) => checkLabel(field, "issuer"),
    account: (field) => checkLabel(field, "account"),
    domain: checkDomain,
  };
  const key: Record<string, unknown> = { type };
  for (const [name, check] of Object.entries(checks)) {
    const field = row[name] ?? undefined;
    if (field !== undefined || name === "secret") key[name] = check(field);
  }
  return key as unknown as Key;
}
