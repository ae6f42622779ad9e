// What all processes of a soak agree on: the factors, their codes, the time, and how a draw is made.
import { createHash, createHmac } from "node:crypto";

/** Simulated time runs so much faster, so that an hour has many steps and many waits. */
export const SPEED = 60;
export const START_MS = 1_800_000_000_000;
export const PERIOD_MS = 30_000;
const DIGITS = 10;

/** Milliseconds on a clock that all processes of a machine share, and that never jumps. */
export const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6;

/** `users` type right and wrong codes. At `guesses` only wrong ones arrive, and every one of a hundred is looked at. */
const KINDS = [
  { name: "user", type: "totp", count: 16, policy: {} },
  { name: "token", type: "hotp", count: 8, policy: {} },
  { name: "guessed", type: "totp", count: 8, policy: { attempts: { freeFailures: 99 } } },
];

export const PLACES = ["redis", "postgres"];

export const factors = KINDS.flatMap(({ name, type, count, policy }) =>
  Array.from({ length: count }, (_, i) => ({
    id: `${name}-${i}`,
    type,
    policy,
    guessed: name === "guessed",
    secret: createHash("sha1").update(`soak ${name} ${i}`).digest(),
  })),
);

/** RFC 4226 section 5.3 once more, by another engine and in other words than the library's. */
export function codeAt({ secret }, counter) {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const digest = createHmac("sha1", secret).update(message).digest();
  const value = digest.readUInt32BE(digest[19] & 15) & 0x7fffffff;
  return String(value).padStart(DIGITS, "0");
}

export const keyOf = ({ type, secret }) => ({ type, secret: new Uint8Array(secret), digits: DIGITS });

/** 31 bits are at most 2147483647, so this is well formed and never right, whatever the clocks say. */
export const wrongCode = (draw) => `9${String(Math.floor(draw() * 1e9)).padStart(9, "0")}`;

/** Mulberry32: the same draws for the same seed. */
export function drawsOf(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
