// Trusted devices, the token: `<device>.<generation>.<secret>`. The secret is derived from the other two, so no token is stored.
import type { Digester } from "../../attempts/pepper.ts";
import { refuse } from "../../check.ts";
import { encodeBase32 } from "../../encoding/base32.ts";
import { randomBytes } from "../../encoding/random.ts";

/** What a device token says before its secret is checked. */
export interface ReadToken {
  readonly device: string;
  readonly generation: number;
  readonly secret: string;
}

/** What the secrets of one device are derived from. */
export interface TokenOwner {
  readonly subject: string;
  /** Drawn at random for each device. */
  readonly device: string;
}

/** 80 bits name a device. */
const ID_BYTES = 10;
const ID = /^[a-z2-7]{16}$/;
/** The last character of a secret of 256 bits holds one of them. */
const TOKEN = /^([a-z2-7]{16})\.(0|[1-9][0-9]{0,5})\.([a-z2-7]{51}[aq])$/;
/** One more than the largest generation that a token can name: a token a day for 2,700 years. */
export const GENERATIONS = 1_000_000;

/**
 * A draw for `trust` of the account machine: the id of a new device. All tokens of the device are derived from it.
 *
 * @example
 * ```ts
 * import { drawDeviceToken } from "otp-core/account";
 *
 * console.log(drawDeviceToken().length); // 16
 * ```
 *
 * @throws OtpError `random-unavailable` without a cryptographic generator.
 */
export function drawDeviceToken(): string {
  return encodeBase32(randomBytes(ID_BYTES)).toLowerCase();
}

/** Throws `invalid-argument` for anything but a draw, because a draw never comes from a request. */
export function checkDraw(value: unknown): string {
  if (!isDeviceId(value)) refuse("deviceToken", "what drawDeviceToken returned");
  return value;
}

export function isDeviceId(value: unknown): value is string {
  return typeof value === "string" && ID.test(value);
}

/** The parts of a token, or `null` for anything else that a request can hold. */
export function readToken(value: unknown): ReadToken | null {
  const parts = typeof value === "string" ? TOKEN.exec(value) : null;
  if (parts === null) return null;
  // The expression has these three groups, and none of them is optional.
  const [, device, generation, secret] = parts as unknown as readonly [string, string, string, string];
  return { device, generation: Number(generation), secret };
}

/** The token of one generation, under the newest pepper. */
export function writeToken(digester: Digester, owner: TokenOwner, generation: number): string {
  return `${owner.device}.${generation}.${digester.digest(signedParts(owner, generation)).toLowerCase()}`;
}

/** Whether the secret of a token is that of its device and generation, under any pepper. */
export function isGenuine(digester: Digester, owner: TokenOwner, { generation, secret }: ReadToken): boolean {
  return digester.isDigestOf(secret, signedParts(owner, generation));
}

function signedParts({ subject, device }: TokenOwner, generation: number): readonly string[] {
  return ["device/1", subject, device, String(generation)];
}
