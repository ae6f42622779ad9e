// Issues challenges and accepts each answer once.
import { rejectUncounted } from "../attempts/decisions.ts";
import { NO_ATTEMPTS } from "../attempts/state.ts";
import { checkOptions, type Options, refuse } from "../check.ts";
import type { Secret } from "../hmac/signer.ts";
import { MIN_SECRET_BYTES } from "../otp/options.ts";
import { MachineRunner, SERVICE_OPTIONS, type ServiceOptions } from "../store/step/runner.ts";
import { checkSubject } from "../store/store-key.ts";
import { type Transaction, transactionText } from "../transaction/transaction.ts";
import { challenge as drawChallenge } from "./challenge.ts";
import { checkResponse } from "./check-response.ts";
import { forgetSubject, issueChallenge, statusOf, unlockSubject } from "./decisions.ts";
import { checkQuestion, messageTemplate } from "./message.ts";
import { suiteSigner } from "./ocra.ts";
import type { OcraChallenge, OcraDecisionEvent, OcraGuardEvent, OcraGuardOutcome, OcraGuardStatus } from "./outcome.ts";
import { checkOcraGuardPolicy, type OcraGuardPolicy, POLICY_OPTIONS } from "./policy.ts";
import { readResponse } from "./responses.ts";
import type { OcraSuite } from "./suite.ts";

/** What to ask a user. */
export interface OcraChallengeRequest {
  /** Your own id of the user, 1 to 1024 characters. Never take it from the request. */
  readonly subject: string;
  /**
   * What the user types into the token, for example digits of the payee's account. Only for suites with `C` or `T`, because without
   * them a token answers the same question in the same way for ever. @defaultValue a random challenge
   */
  readonly question?: string | undefined;
  /** What the answer confirms. It is accepted for no other transaction. */
  readonly transaction?: Transaction | undefined;
}

/** A response that a user typed, and what it has to be checked with. */
export interface OcraAttempt {
  /** Your own id of the user, 1 to 1024 characters. Never take it from the request. */
  readonly subject: string;
  /** Base32 text, bytes, or a signer with the suite's algorithm. */
  readonly secret: Secret;
  /** What the user typed. Anything but a response of the suite's form is `malformed`. */
  readonly code: unknown;
  /** Required if the suite has `P`. */
  readonly pin?: string | undefined;
  /** Required if the suite has `S`. */
  readonly session?: string | Uint8Array | undefined;
  /** The same as in `challenge`. */
  readonly transaction?: Transaction | undefined;
}

/** Issues challenges and accepts each answer once. */
export interface OcraGuard {
  /** Issues a challenge. The challenge before it ends. */
  challenge(request: OcraChallengeRequest): Promise<OcraChallenge>;
  /** Whether the code is the response to the challenge. Most people should use this. */
  verify(attempt: OcraAttempt): Promise<boolean>;
  /** The same with a reason. Test `.ok`: the outcome itself is always truthy. */
  attempt(attempt: OcraAttempt): Promise<OcraGuardOutcome>;
  /**
   * Ends the challenge, and forgets the counter, the used time steps and the failures. Call it when the token is removed. Give the
   * subject's next token another secret.
   */
  forget(subject: string): Promise<void>;
  /** Forgives all failures, once support has verified the user's identity. Used answers stay used. */
  unlock(subject: string): Promise<void>;
  /** What is known of a subject. Changes nothing. */
  status(subject: string): Promise<OcraGuardStatus>;
}

/** What an OCRA guard is made with. */
export interface OcraGuardOptions extends OcraGuardPolicy, ServiceOptions<OcraGuardEvent> {}

const OPTIONS: Options<OcraGuardOptions> = { ...SERVICE_OPTIONS, ...POLICY_OPTIONS };
const CHALLENGE_OPTIONS: Options<OcraChallengeRequest> = { subject: true, question: true, transaction: true };
const ATTEMPT_OPTIONS: Options<OcraAttempt> = {
  subject: true,
  secret: true,
  code: true,
  pin: true,
  session: true,
  transaction: true,
};

/**
 * Challenge and response for hardware tokens and apps: log-ins, and the signing of payments (RFC 6287 section 7). Each subject has
 * one challenge at a time, which is accepted once. Guesses are limited as by `createGuard`. Suites with `C`: the guard keeps the
 * counter, which begins at 0 after `forget`.
 *
 * A response signs the challenge and nothing else of a transaction. So that the user signs the payment, and not only the server
 * remembers it, put into `question` what the token shows: digits of the amount and of the payee.
 *
 * @example
 * ```ts
 * import { createOcraGuard, ocra } from "otp-core/ocra";
 * import { memoryStore } from "otp-core/store";
 *
 * const suite = "OCRA-1:HOTP-SHA1-6:QN08";
 * const guard = createOcraGuard({ store: memoryStore(), suite, pepper: new Uint8Array(32).fill(7) }); // yours is random
 * const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
 * const { challenge } = await guard.challenge({ subject: "user-1" });
 * console.log(await guard.verify({ subject: "user-1", secret, code: ocra(suite, secret, { challenge }) })); // true
 * ```
 *
 * @throws OtpError `invalid-argument` for an option out of range, `weak-secret` for a short pepper. The methods reject with
 * `invalid-argument`; with `weak-secret`, `invalid-secret` and `signer-failed` for a secret; with `pepper-missing`; and with
 * `store-...` and `state-invalid` if the store failed. A failure is never an acceptance, and is not counted.
 */
export function createOcraGuard(options: OcraGuardOptions): OcraGuard {
  checkOptions(options, OPTIONS);
  const runner = new MachineRunner<{ readonly subject: string }, OcraDecisionEvent>("ocra", options);
  const policy = checkOcraGuardPolicy(options);
  const { text, suite } = policy;

  async function attemptCode(attempt: OcraAttempt): Promise<OcraGuardOutcome> {
    checkOptions(attempt, ATTEMPT_OPTIONS, "attempt");
    const { secret, code, pin, session } = attempt;
    const subject = checkSubject(attempt.subject);
    const signer = suiteSigner(suite, secret, MIN_SECRET_BYTES.default);
    const transaction = canonical(attempt.transaction);
    // Checks the PIN and the session also without a challenge.
    messageTemplate(text, suite, { challenge: "0", pin, session });

    const typed = readResponse(code, suite);
    if (typed === null) {
      // What is not a response is answered without the store, and not counted.
      const { outcome, events } = rejectUncounted(NO_ATTEMPTS, "malformed", runner.now());
      runner.emit({ subject }, events);
      return outcome;
    }
    const response = { subject, typed, signer, pin, session, transaction };
    return runner.run({ subject }, (state) => checkResponse(policy, state, response, runner.now()));
  }

  return {
    async challenge(request) {
      checkOptions(request, CHALLENGE_OPTIONS, "request");
      const subject = checkSubject(request.subject);
      const transaction = canonical(request.transaction);
      const chosen = request.question !== undefined;
      const challenge = chosen ? checkedQuestion(request.question, suite) : drawChallenge(text);
      const issue = { subject, challenge, chosen, transaction };
      return runner.run({ subject }, (state) => issueChallenge(policy, state, issue, runner.now()));
    },
    async verify(attempt) {
      return (await attemptCode(attempt)).ok;
    },
    attempt: attemptCode,
    async forget(subject) {
      const target = { subject: checkSubject(subject) };
      await runner.write(target, (state) => forgetSubject(policy, state, runner.now()));
    },
    async unlock(subject) {
      const target = { subject: checkSubject(subject) };
      await runner.write(target, (state) => unlockSubject(policy, state, runner.now()));
    },
    async status(subject) {
      return runner.read({ subject: checkSubject(subject) }, (state) => statusOf(policy, state, runner.now()));
    },
  };
}

function canonical(transaction: Transaction | undefined): string | null {
  return transaction === undefined ? null : transactionText(transaction);
}

function checkedQuestion(question: unknown, suite: OcraSuite): string {
  if (!suite.counter && suite.period === null) {
    refuse("question", "left out: a suite without C and T has the same response to the same question for ever");
  }
  return checkQuestion(question, suite);
}
