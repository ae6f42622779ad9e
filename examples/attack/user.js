// The user that an attack owns: its sessions, and the codes of its app.
import { timeStep, totp } from "otp-core";

/**
 * @param secret - the secret of the user's app, as base32 text.
 * @param usedStep - the step of the code that confirmed the app. Default: no code was used.
 * @param openSession - resolves to the headers of a session that has the password and not the code.
 */
export function createUser({ secret, usedStep = Number.NEGATIVE_INFINITY, openSession }) {
  let last = usedStep;
  const code = (step) => totp({ secret }, { now: step * 30_000 });
  return {
    openSession,
    /** A valid code that was not used before. A server accepts the code of the next step too. */
    freshCode() {
      last = Math.max(last + 1, timeStep({ secret }));
      return code(last);
    },
    wrongCodes(count) {
      const near = new Set(Array.from({ length: 9 }, (_, i) => code(timeStep({ secret }) + i - 4)));
      const all = Array.from({ length: count + near.size }, (_, i) => String(100_000 + i * 7919).slice(-6));
      return all.filter((guess) => !near.has(guess)).slice(0, count);
    },
  };
}
