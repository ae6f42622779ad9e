import { epochOf, type HotpKey, periodOf, type TotpParameters } from "../key/key.ts";
import { timeStep } from "../otp/counter.ts";
import { hotp } from "../otp/hotp.ts";
import { totp } from "../otp/totp.ts";
import type { Clock } from "../time.ts";

/** What time-based and counter-based codes have in common: a position, and the codes around it. */
export interface Token {
  /** The time step, or the counter. */
  position(): number;
  codeAt(position: number): string;
  /** To the position after this one, which a clock comes to by itself. */
  press(): number;
  /** The codes that a verifier might look at now, whatever its policy. */
  reach(): string[];
}

/** The widest window on either side, and the longest look-ahead, that a verifier may have. */
const WINDOW = 10;
const LOOK_AHEAD = 100;

export function totpToken(key: TotpParameters, clock: Clock, skewMs: number): Token {
  const periodMs = periodOf(key) * 1000;
  const startMs = epochOf(key) * 1000;
  const step = (skew: number) => timeStep(key, { now: clock() + skew });
  const position = () => step(skewMs);
  const codeAt = (position: number) => totp(key, { now: startMs + position * periodMs });
  // A bad key is refused here, before the first code is asked for.
  codeAt(0);
  return {
    position,
    codeAt,
    press: () => position() + 1,
    // A server's window is about its own clock, or about the phone's when it has learnt the drift.
    reach: () => codesBetween(Math.min(position(), step(0)) - WINDOW, Math.max(position(), step(0)) + WINDOW, codeAt),
  };
}

export function hotpToken(key: HotpKey): Token {
  let counter = key.counter ?? 0;
  const codeAt = (position: number) => hotp(key, position);
  codeAt(counter);
  return {
    position: () => counter,
    codeAt,
    press: () => ++counter,
    // The server's counter is the token's or one before, so what it looks at begins up to a whole look-ahead earlier.
    reach: () => codesBetween(counter - LOOK_AHEAD - 1, counter + LOOK_AHEAD, codeAt),
  };
}

function codesBetween(first: number, last: number, codeAt: (position: number) => string): string[] {
  const start = Math.max(first, 0);
  return Array.from({ length: last - start + 1 }, (_, i) => codeAt(start + i));
}
