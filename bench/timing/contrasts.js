// Pairs of classes that a verification should not tell apart by its time, and some that a careless verification does. A class makes
// for a step that is drawn a code, and what was accepted last.
import { totp, verifyHotp, verifyTotp } from "otp-core";
import { hmac } from "otp-core/hmac";
import { rfcSecret } from "../inputs.js";

export const PERIOD_MS = 30_000;
const key = { secret: hmac(rfcSecret("SHA1").bytes) };

const codeOf = (step) => totp(key, { now: step * PERIOD_MS });
const draw = (size) => Math.floor(Math.random() * size);

const right = (distance) => (step) => ({ code: codeOf(step + distance), after: null });
/** Right, and used up already. */
const used = (distance) => (step) => ({ code: codeOf(step + distance), after: step + 100 });
const wrong =
  (window, after = null) =>
  (step) => {
    const taken = Array.from({ length: 2 * window + 1 }, (_, i) => codeOf(step - window + i));
    for (;;) {
      const code = String(draw(1_000_000)).padStart(6, "0");
      if (!taken.includes(code)) return { code, after: after && step + after };
    }
  };
/** Right but for its last digit. */
const nearly = (step) => {
  const code = codeOf(step);
  return { code: code.slice(0, 5) + ((Number(code[5]) + 1 + draw(9)) % 10), after: null };
};

const verifying = (window) => {
  const options = { after: null, now: 0, window };
  return ({ now, code, after }) => {
    options.now = now;
    options.after = after;
    return verifyTotp(key, code, options);
  };
};

/** A step is a counter here. */
function pressing({ now, code }) {
  pressed.counter = now / PERIOD_MS - 0.5;
  return verifyHotp(key, code, pressed);
}
const pressed = { counter: 0, lookAhead: 2 };

/** What a careless author writes: it is over as soon as it has found something. */
function careless({ now, code }) {
  for (let distance = -10; distance <= 10; distance++) {
    if (totp(key, { now: now + distance * PERIOD_MS }) === code) return true;
  }
  return false;
}

export const CONTRASTS = {
  "right against wrong": () => [verifying(1), right(0), wrong(1)],
  "right but used against wrong": () => [verifying(1), used(0), wrong(1, 100)],
  "HOTP: right against wrong": () => [pressing, right(1), wrong(2)],
  "right: first of 3 steps against last": () => [verifying(1), right(-1), right(1)],
  "right: first of 21 steps against last": () => [verifying(10), right(-10), right(10)],
  "wrong: in its last digit only against anywhere": () => [verifying(1), nearly, wrong(1)],
  "control: the same twice": () => [verifying(1), right(0), right(0)],
  "control, careless: first of 21 steps against last": () => [careless, right(-10), right(10)],
  "control, careless: right against wrong": () => [careless, right(0), wrong(10)],
};
