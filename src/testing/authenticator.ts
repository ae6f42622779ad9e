import { checkInteger, checkOptions, refuse } from "../check.ts";
import { type HotpKey, type Key, periodOf, type TotpParameters } from "../key/key.ts";
import { formatOf } from "../otp/code-format.ts";
import { timeRemainingMs } from "../otp/counter.ts";
import { sleep } from "../store/time-limit.ts";
import type { Clock } from "../time.ts";
import { MAX_TIME_MS } from "../time.ts";
import { parseUri } from "../uri/parse.ts";
import { hotpToken, type Token, totpToken } from "./code-source.ts";
import type { FakeClock } from "./fake-clock.ts";
import { malformedCodes, wrongCodes } from "./wrong-codes.ts";

/** The clock of a user's phone. */
export interface AuthenticatorOptions {
  /** Milliseconds since 1970; `Date.now` unless told. With a {@link fakeClock} nothing waits: the clock is moved. */
  readonly clock?: Clock | undefined;
  /** How far the phone's clock is ahead of that, in milliseconds; behind with a negative number. 0 unless told. */
  readonly skewMs?: number | undefined;
}

/** A user's phone or token: right codes, and every wrong input by its name. */
export interface Authenticator {
  /** What it shows now: the code of this time step, or of the counter that it stands at. */
  code(): string;
  /** The code after that. A token that counts presses has been pressed, and shows it from now on. */
  next(): string;
  /**
   * A code that was not handed out before, and that holds for a while; waits for it if need be, so that it is accepted
   * wherever the ones before were used.
   */
  freshCode(options?: { readonly minRemainingMs?: number | undefined }): Promise<string>;
  /** Of the right form, and accepted by no window that a policy may have. Another one with each call. */
  wrong(): string;
  /** A code that was right once, further back than any window reaches. */
  expired(): string;
  /** A code that will be right, further ahead than any window reaches. */
  early(): string;
  /** The code that was handed out last, once more. */
  replayed(): string;
  /** Texts that are no code of this key at all. */
  malformed(): readonly string[];
}

const OPTIONS = { clock: true, skewMs: true } as const;
const FRESH_OPTIONS = { minRemainingMs: true } as const;

/**
 * The user's phone for tests, of any runner and in any process: it needs the key or its URI, as a phone does.
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
 * @throws OtpError `invalid-uri`, `invalid-secret`, `invalid-argument`; the last also where there is no such code: nothing
 * handed out yet to replay, no time step before the first ones.
 */
export function createAuthenticator(
  source: string | Key | TotpParameters,
  options: AuthenticatorOptions = {},
): Authenticator {
  checkOptions(options, OPTIONS);
  const { clock = Date.now } = options;
  if (typeof clock !== "function") refuse("clock", "a function that returns milliseconds since 1970");
  const skewMs = options.skewMs === undefined ? 0 : checkInteger(options.skewMs, "skewMs", -MAX_TIME_MS, MAX_TIME_MS);
  const key = typeof source === "string" ? parseUri(source) : source;
  if (typeof key !== "object" || key === null) refuse("source", "a key URI or a key");
  if (typeof key.secret !== "string") refuse("secret", "base32 text, as a phone has it");
  const token: Token =
    key.type === "hotp" ? hotpToken(key as HotpKey) : totpToken(key as TotpParameters, clock, skewMs);
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

  /** The first code on the way from here that nobody would take for one of those within reach. */
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
      if (key.type === "hotp") return handOut(furthest < token.position() ? token.position() : token.press());
      checkInteger(minRemainingMs, "minRemainingMs", 0, periodOf(key) * 1000);
      const remainingMs = () => timeRemainingMs(key, { now: clock() + skewMs });
      while (token.position() <= furthest || remainingMs() < minRemainingMs) {
        const ms = remainingMs();
        if (isFake(clock)) clock.advance(ms);
        else await sleep(ms);
      }
      return handOut(token.position());
    },
    wrong: () => wrong(token.reach()),
    expired: () => outOfReach(-1),
    early: () => outOfReach(1),
    replayed: () => last ?? refuse("code", "handed out before it can be replayed"),
    malformed: () => malformedCodes(format),
  };
}

function isFake(clock: Clock): clock is FakeClock {
  return typeof (clock as Partial<FakeClock>).advance === "function";
}
