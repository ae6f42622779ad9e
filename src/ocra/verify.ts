// Checks a response that a user typed.
import { checkInteger, checkOptions, type Options } from "../check.ts";
import type { Answer, MatchOrNull, Secret } from "../hmac/signer.ts";
import { answerUnsigned } from "../otp/candidates.ts";
import { LOOK_AHEAD, MIN_SECRET_BYTES, WINDOW } from "../otp/options.ts";
import { type Rejected, rejected } from "../otp/outcome.ts";
import { messageTemplate } from "./message.ts";
import { INPUT_OPTIONS, type OcraInput, suiteSigner } from "./ocra.ts";
import { type Position, plus, positionOf, positionsAround } from "./positions.ts";
import { readResponse, search } from "./responses.ts";
import { parseSuite } from "./suite.ts";

/** What `verifyOcra` needs apart from the suite, the secret and the code. */
export interface VerifyOcraOptions extends OcraInput {
  /** Suites with `C`: counters tried beyond `counter`, 0 to 100. @defaultValue 0 */
  readonly lookAhead?: number | undefined;
  /** Suites with `T`: steps tried on either side, 0 to 10. @defaultValue 1 */
  readonly window?: number | undefined;
}

/** Where a response matched. */
export interface OcraMatch {
  /** Suites with `C`: store it, and pass it as `counter` from now on. `null`: the suite has no counter. */
  readonly nextCounter: number | bigint | null;
  /** Suites with `T`: the step that matched. `null`: the suite has no time. */
  readonly step: number | bigint | null;
}

/** The match, or the reason of a refusal. */
export type OcraOutcome = ({ readonly ok: true } & OcraMatch) | Rejected<"malformed" | "mismatch">;

const OPTIONS: Options<VerifyOcraOptions> = { ...INPUT_OPTIONS, lookAhead: true, window: true };
/** What was typed is not a response of the suite. Counted from the end, as `at` does, like `NO_MATCH`. */
const NOT_READ = -2;

/**
 * Whether a code is the response to this challenge: the match, or `null`. Most people should use `createOcraGuard`. This function
 * stores nothing: each challenge must be used once, and a counter must be stored.
 *
 * @param code - what the user typed, of any type. Spaces and dashes are ignored.
 * @returns the match, or `null`. A promise of it for an asynchronous signer.
 *
 * @example
 * ```ts
 * import { verifyOcra } from "otp-core/ocra";
 *
 * const suite = "OCRA-1:HOTP-SHA1-6:QN08";
 * const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
 * console.log(verifyOcra(suite, secret, "237 653", { challenge: "00000000" })); // { nextCounter: null, step: null }
 * console.log(verifyOcra(suite, secret, "237 653", { challenge: "11111111" })); // null
 * ```
 *
 * @throws OtpError as {@link ocra} does; also `weak-secret` for text or bytes of fewer than 10 bytes.
 */
export function verifyOcra<S extends Secret>(
  suite: string,
  secret: S,
  code: unknown,
  options: VerifyOcraOptions,
): MatchOrNull<S, OcraMatch> {
  const found = find(suite, secret, code, options);
  return (found instanceof Promise ? found.then(matchOf) : matchOf(found)) as MatchOrNull<S, OcraMatch>;
}

/**
 * The same as {@link verifyOcra}, with a reason. Test `.ok`: the outcome itself is always truthy.
 *
 * @param code - what the user typed, of any type. Spaces and dashes are ignored.
 * @returns `ok` with the match, or `malformed` (not a response of this suite) or `mismatch`. A promise of it for an asynchronous
 * signer.
 *
 * @example
 * ```ts
 * import { attemptOcra } from "otp-core/ocra";
 *
 * const suite = "OCRA-1:HOTP-SHA1-6:QN08";
 * const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
 * console.log(attemptOcra(suite, secret, "2376", { challenge: "00000000" })); // { ok: false, reason: 'malformed' }
 * ```
 *
 * @throws OtpError as {@link verifyOcra} does.
 */
export function attemptOcra<S extends Secret>(
  suite: string,
  secret: S,
  code: unknown,
  options: VerifyOcraOptions,
): Answer<S, OcraOutcome> {
  const found = find(suite, secret, code, options);
  return (found instanceof Promise ? found.then(outcomeOf) : outcomeOf(found)) as Answer<S, OcraOutcome>;
}

const MALFORMED = /* @__PURE__ */ rejected("malformed");
const MISMATCH = /* @__PURE__ */ rejected("mismatch");

/** What was searched, and the index of the match, `NO_MATCH` or `NOT_READ`. */
interface Found {
  readonly positions: readonly Position[];
  readonly index: number;
}

function find(text: string, secret: Secret, code: unknown, options: VerifyOcraOptions): Found | Promise<Found> {
  const suite = parseSuite(text);
  checkOptions(options, OPTIONS);
  const { lookAhead = 0, window = WINDOW.default } = options;
  checkInteger(lookAhead, "lookAhead", 0, LOOK_AHEAD.max);
  checkInteger(window, "window", 0, WINDOW.max);
  const template = messageTemplate(text, suite, options);
  const positions = positionsAround(positionOf(suite, options), lookAhead, window);
  const signer = suiteSigner(suite, secret, MIN_SECRET_BYTES.default);

  const typed = readResponse(code, suite);
  if (typed === null) return answerUnsigned(signer, { positions, index: NOT_READ });
  const index = search(typed, template, positions, signer, suite);
  return index instanceof Promise ? index.then((index) => ({ positions, index })) : { positions, index };
}

// All answers are made, and one is looked up: a branch would show whether there was a match.

function matchOf({ positions, index }: Found): OcraMatch | null {
  return fromEnd([...positions.map(toMatch), null, null], index);
}

function outcomeOf({ positions, index }: Found): OcraOutcome {
  const accepted = positions.map((position) => ({ ok: true, ...toMatch(position) }) as const);
  return fromEnd<OcraOutcome>([...accepted, MALFORMED, MISMATCH], index);
}

function toMatch({ counter, step }: Position): OcraMatch {
  return { nextCounter: counter === null ? null : plus(counter, 1), step };
}

/** The entry at an index, which counts from the end if it is negative. Some engines have no `Array.prototype.at`. */
function fromEnd<T>(list: readonly T[], index: number): T {
  return list[(index + list.length) % list.length] as T;
}
