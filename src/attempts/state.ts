// What is remembered of the attempts of a subject, and how it stands in a record.

import { decimal, decimalOrDash, isMoment, isWhole, numberField } from "../store/state-text.ts";
import { type Bucket, EMPTY_BUCKET } from "./leaky-bucket.ts";
import { MAX_CONSECUTIVE_FAILURES } from "./policy.ts";

/** What is remembered of the attempts of a subject. Moments are milliseconds since 1970. */
export interface AttemptState {
  /** Consecutive failures. */
  readonly failures: number;
  readonly failedAt: number | null;
  readonly acceptedAt: number | null;
  /** Failures over 30 days. Its `movedAt` also says when `failedAt` was moved back. */
  readonly monthly: Bucket;
  readonly forgottenAt: number | null;
}

export const NO_ATTEMPTS: AttemptState = {
  failures: 0,
  failedAt: null,
  acceptedAt: null,
  monthly: EMPTY_BUCKET,
  forgottenAt: null,
};

/** How many fields of a state the attempts take. */
export const ATTEMPT_FIELDS = 7;

/** These fields, with commas between them. One template, because this runs for every attempt. */
export function writeAttempts({ failures, failedAt, acceptedAt, monthly, forgottenAt }: AttemptState): string {
  const { level, at, movedAt } = monthly;
  const moments = `${decimalOrDash(failedAt)},${decimalOrDash(acceptedAt)}`;
  const bucket = `${decimal(level)},${decimal(at)},${decimalOrDash(movedAt)}`;
  return `${failures},${moments},${bucket},${decimalOrDash(forgottenAt)}`;
}

/**
 * Reads the attempts from the fields of a state, of which they are those from `first` on. The caller compares the text of what was
 * read with the text that it came from.
 */
export function readAttemptFields(fields: readonly string[], first: number): AttemptState {
  const number = (index: number) => numberField(fields[first + index]);
  return {
    failures: Number(fields[first]),
    failedAt: number(1),
    acceptedAt: number(2),
    monthly: { level: Number(fields[first + 3]), at: Number(fields[first + 4]), movedAt: number(5) },
    forgottenAt: number(6),
  };
}

/** Whether the decisions can have led here. A number that no decision writes could be worth guesses. */
export function areAttemptsPossible({ failures, failedAt, acceptedAt, monthly, forgottenAt }: AttemptState): boolean {
  // A failure has a moment.
  if (!isWhole(failures, 0, failedAt === null ? 0 : MAX_CONSECUTIVE_FAILURES)) return false;
  if (!isWhole(monthly.level, 0, Number.MAX_SAFE_INTEGER)) return false;
  return (
    isMoment(failedAt) &&
    isMoment(acceptedAt) &&
    isMoment(monthly.at) &&
    isMoment(monthly.movedAt) &&
    isMoment(forgottenAt)
  );
}
