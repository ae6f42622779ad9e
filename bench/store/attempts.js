import { totp } from "otp-core";
import { createGuard } from "otp-core/guard";
import { rfcSecret } from "../inputs.js";
import { otplibNode as otplib } from "../rivals/otplib.js";

const secret = rfcSecret("SHA1");
/** The secret as text, as a server reads it from its database. */
export const KEY = { type: "totp", secret: secret.text };

const FIRST_STEP = 56_666_666;
const codes = [];

/** The middle of a time step. */
export const nowOf = (round) => (FIRST_STEP + round) * 30_000 + 15_000;

export function codeOf(round) {
  codes[round] ??= totp(KEY, { now: nowOf(round) });
  return codes[round];
}

/** A code of none of the steps that a guard may look at in this round. */
export function wrongCodeOf(round) {
  const right = [-1, 0, 1].map((drift) => totp(KEY, { now: nowOf(round + drift) }));
  return ["000000", "111111", "222222", "333333"].find((code) => !right.includes(code));
}

export function idsOf(prefix, count) {
  return Array.from({ length: count }, (_, i) => `${prefix}-${i}`);
}

/** One valid code after the other, each for the next id. After the last id the clock moves on by a time step. */
function attempts(ids, attempt) {
  let made = 0;
  return async () => {
    const round = Math.floor(made / ids.length);
    const ok = await attempt(ids[made++ % ids.length], nowOf(round), codeOf(round));
    if (!ok) throw new Error("a valid code was refused");
  };
}

export function guarded({ store }, ids) {
  let time = 0;
  const guard = createGuard({ store, clock: () => time });
  return attempts(ids, async (id, now, code) => {
    time = now;
    return guard.verify({ subject: id, key: KEY, code });
  });
}

/** Counts and compares, and does no more: two requests with the same code are both let in. */
export function limited({ limiter }, ids) {
  const { verify } = otplib.setUp(secret);
  return attempts(ids, async (id, now, code) => {
    await limiter.consume(id);
    return otplib.accepts(verify(now, code));
  });
}

export function plain({ getAndSet }, ids) {
  return attempts(ids, async (id) => {
    await getAndSet(`plain:${id}`);
    return true;
  });
}
