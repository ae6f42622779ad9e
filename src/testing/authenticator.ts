// A user's phone or token, in tests.
import { checkInteger, checkOptions, type Options, refuse } from "../check.ts";
import { type HotpKey, type Key, periodOf, type TotpParameters } from "../key/key.ts";
import { formatOf } from "../otp/code-format.ts";
import { timeRemainingMs } from "../otp/counter.ts";
import { sleep } from "../store/step/time-limit.ts";
import type { Clock } from "../time.ts";
import { MAX_TIME_MS } from "../time.ts";
import { parseUri } from "../uri/parse.ts";
import { hotpToken, type Token, totpToken } from "./code-source.ts";
import { isMovable } from "./fake-clock.ts";
import { malformedCodes, wrongCodes } from "./wrong-codes.ts";

/** The clock of a user's phone. */
export interface AuthenticatorOptions {
  /** Milliseconds since 1970. Default: `Date.now`. With a {@link fakeClock} nothing waits: the clock is moved. */
  readonly clock?: Clock | undefined;
  /** By how much the phone's clock is ahead, in milliseconds. Negative: behind. Default: 0. */
  readonly skewMs?: number | undefined;
  /** Called with the milliseconds by which `freshCode` is about to move the clock or to wait. Default: nothing is called. */
  readonly onWait?: ((ms: number) => void) | undefined;
}

/** A user's phone or token: valid codes, and every invalid input by its name. */
export interface Authenticator {
  /** The code of this time step or counter. */
  code(): string;
  /** The code after that. A counter token moves on. */
  next(): string;
  /**
   * A code that was not handed out before, so that it is accepted where the ones before were used. Waits for the next step, or moves
   * the `fakeClock`.
   */
  freshCode(options?: { readonly minRemainingMs?: number | undefined }): Promise<string>;
  /**
   * Consecutive codes for `resync`, from the current one on. A counter token moves to the last one.
   *
   * @param count - 2 to 10. Default: 2.
   */
  consecutive(count?: number): [string, string, ...string[]];
  /** A well-formed code that is accepted by no window that a policy may have. Another one with each call. */
  wrong(): string;
  /** A code that was valid once, further back than any window. */
  expired(): string;
  /** A code that will be valid, further ahead than any window. */
  early(): string;
  /** The code that was handed out last, once more. */
  replayed(): string;
  /** Texts that are not codes of this key. */
  malformed(): readonly string[];
}

const OPTIONS: Options<AuthenticatorOptions> = { clock: true, skewMs: true, onWait: true };
const FRESH_OPTIONS = { minRemainingMs: true } as const;

/**
 * A user's phone or token for tests, with any test runner. Like a phone it needs the key or its URI and nothing of the server.
 *
 * @param source - a key URI, or a key whose secret is base32 text. Without a `type` it is a TOTP key.
 *
 * @example
 * ```ts
 * import { createGuard } from "otp-core/guard";
 * import { memoryStore } from "otp-core/store";
 * import { createAuthenticator, fakeClock } from "otp-core/testing";
 *
 * const clock = fakeClock(1_700_000_000_000);
 * const key = { type: "totp", secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" } as const;
 * const phone = createAuthenticator(key, { clock });
 * const guard = createGuard({ store: memoryStore({ clock }), clock });
 * const login = (code: string) => guard.verify({ subject: "user-7", key, code });
 * console.log(await login(phone.code()), await login(phone.replayed()), await login(await phone.freshCode())); // true false true
 * ```
 *
 * @throws OtpError `invalid-uri`, `invalid-secret` or `invalid-argument`. The methods throw `invalid-argument` without such
 * a code: nothing was handed out to replay, or the first time step has none before it.
 */
export function createAuthenticator(
  source: string | Key | TotpParameters,
  options: AuthenticatorOptions = {},
): Authenticator {
  checkOptions(options, OPTIONS);
  const { clock = Date.now, onWait } = options;
  if (typeof clock !== "function") refuse("clock", "a function that returns milliseconds since 1970");
  if (onWait !== undefined && typeof onWait !== "function") refuse("onWait", "a function");
  const skewMs = options.skewMs === undefined ? 0 : checkInteger(options.skewMs, "skewMs", -MAX_TIME_MS, MAX_TIME_MS);
  const key = typeof source === "string" ? parseUri(source) : source;
  if (typeof key !== "object" || key === null) refuse("source", "a key URI or a key");
  if (typeof key.secret !== "string") refuse("secret", "base32 text, as a phone has it");
  const isCounter = key.type === "hotp";
  const token: Token = isCounter ? hotpToken(key as HotpKey) : totpToken(key as TotpParameters, clock, skewMs);
  const format = formatOf(key);
  const wrong = wrongCodes(format);
  let last: string | undefined;
  /** The furthest position that a code was handed out of. */
  let furthest = -1;

  function handOut(position: number): string {
    furthest = Math.max(furthest, position);
    last = token.codeAt(position);
    return last;
  }

  /** The first code on the way from here that is none of the codes within reach. */
  function outOfReach(direction: 1 | -1): string {
    const near = new Set(token.reach());
    for (let position = token.position(); position >= 0; position += direction) {
      const code = token.codeAt(position);
      if (!near.has(code)) return code;
    }
    refuse("clock", "later: before its first codes a key has none that have expired");
  }

  return {
    code: () => handOut(token.position()),
    next: () => handOut(token.press()),
    async freshCode(fresh = {}) {
      checkOptions(fresh, FRESH_OPTIONS);
      const { minRemainingMs = 0 } = fresh;
      if (isCounter) return handOut(furthest < token.position() ? token.position() : token.press());
      checkInteger(minRemainingMs, "minRemainingMs", 0, periodOf(key) * 1000);
      const remainingMs = () => timeRemainingMs(key, { now: clock() + skewMs });
      while (token.position() <= furthest || remainingMs() < minRemainingMs) {
        const ms = remainingMs();
        onWait?.(ms);
        if (isMovable(clock)) clock.advance(ms);
        else await sleep(ms);
      }
      return handOut(token.position());
    },
    consecutive(count = 2) {
      checkInteger(count, "count", 2, 10);
      const first = token.position();
      const codes = [handOut(first)];
      // A clock moves by itself, a counter with each press.
      while (codes.length < count) codes.push(handOut(isCounter ? token.press() : first + codes.length));
      return codes as [string, string, ...string[]];
    },
    wrong: () => wrong(token.reach()),
    expired: () => outOfReach(-1),
    early: () => outOfReach(1),
    replayed: () => last ?? refuse("code", "handed out before it can be replayed"),
    malformed: () => malformedCodes(format),
  };
}
