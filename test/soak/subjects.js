// What all processes of a soak agree on: the subjects, their keys and codes, and the time.
import { createHash, createHmac } from "node:crypto";

/** Simulated time runs so much faster, so that an hour has many steps and waits, and device tokens that are replaced each day. */
export const SPEED = 240;
export const START_MS = 1_800_000_000_000;
export const PERIOD_MS = 30_000;
export const DIGITS = 10;
export const PLACES = ["redis", "postgres"];
export const PURPOSE = "login";

/** Milliseconds on a clock that all processes of a machine share, and that never jumps. */
export const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6;

/** `user`: owners with valid and wrong codes. `guessed`: only wrong codes arrive, and each of a hundred is compared. */
const KINDS = [
  { name: "user", count: 12, attempts: { monthly: 10_000 } },
  { name: "guessed", count: 4, attempts: { monthly: 10_000, freeFailures: 99 } },
];

export const subjects = KINDS.flatMap(({ name, count, attempts }) =>
  Array.from({ length: count }, (_, i) => ({ id: `${name}-${i}`, kind: name, attempts })),
);

/** The authenticators that every subject has from the beginning and keeps: an app and an HOTP token. */
export const FIRST_AUTHENTICATORS = [
  { authenticator: "phone", type: "totp" },
  { authenticator: "token", type: "hotp" },
];

export const firstSecret = (id, authenticator) =>
  createHash("sha1").update(`soak ${id} ${authenticator}`).digest("hex");

/**
 * The options of the accounts, apart from their store and their clock. What waits for a user lives longer than by default, because
 * time runs so fast.
 */
export function policyOf({ attempts }, createKeyBox) {
  const bytes = new Uint8Array(32).fill(7);
  return {
    ...{ attempts, pepper: bytes, seal: createKeyBox([{ id: "a", bytes }]), proposalTtlMs: 7_200_000 },
    sent: { digits: DIGITS, email: true, ttlMs: 3_600_000, maxSends: 10 },
    devices: { maxFailures: 50 },
  };
}

/** RFC 4226 section 5.3 once more, by another engine and in other words than the library's. */
export function codeAt(secret, counter) {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const digest = createHmac("sha1", Buffer.from(secret, "hex")).update(message).digest();
  const value = digest.readUInt32BE(digest[19] & 15) & 0x7fffffff;
  return String(value).padStart(DIGITS, "0");
}

/** 31 bits are at most 2147483647, so this code is well formed and never valid, whatever the clocks say. */
export const wrongCode = (dice) => `9${String(Math.floor(dice.draw() * 1e9)).padStart(9, "0")}`;
