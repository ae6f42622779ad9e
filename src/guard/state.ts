import { MAX_DRIFT } from "../otp/options.ts";
import { isMoment, isWhole, numberField, readFields, stateInvalid, writeFields } from "../store/state-text.ts";

/** What a guard remembers of one factor. */
export interface Factor {
  /** Null until a first attempt has said what it is. */
  readonly type: "totp" | "hotp" | null;
  /** TOTP: the last accepted step. HOTP: the next counter. Null before the first acceptance. */
  readonly position: number | null;
  /** Steps that the user's clock is ahead. */
  readonly drift: number;
  /** In a row. */
  readonly failures: number;
  // Milliseconds since 1970.
  readonly acceptedAt: number | null;
  readonly failedAt: number | null;
  readonly forgottenAt: number | null;
}

export const UNKNOWN: Factor = {
  type: null,
  position: null,
  drift: 0,
  failures: 0,
  acceptedAt: null,
  failedAt: null,
  forgottenAt: null,
};

const VERSION = "1";

export function writeFactor(factor: Factor): string {
  const { type, position, drift, failures, acceptedAt, failedAt, forgottenAt } = factor;
  return writeFields([VERSION, type, position, drift, failures, acceptedAt, failedAt, forgottenAt]);
}

export function readFactor(state: string | null): Factor {
  if (state === null) return UNKNOWN;
  const fields = readFields(state);
  const number = (i: number) => numberField(fields[i]);
  const type = fields[1] === "totp" || fields[1] === "hotp" ? fields[1] : null;
  const factor: Factor = {
    type,
    position: number(2),
    drift: number(3) ?? 0,
    failures: number(4) ?? 0,
    acceptedAt: number(5),
    failedAt: number(6),
    forgottenAt: number(7),
  };
  // What does not come out as it went in was not ours: equal text, equal state.
  if (writeFactor(factor) !== state || !isPossible(factor)) throw stateInvalid();
  return factor;
}

/** Whether the decisions can have led here. */
function isPossible({ type, position, drift, failures, acceptedAt, failedAt, forgottenAt }: Factor): boolean {
  // The next counter after the last one is 2^53, which is exact though not safe.
  const lowest = type === "hotp" ? 1 : 0;
  if (
    position !== null &&
    !(type !== null && Number.isInteger(position) && position >= lowest && position <= 2 ** 53)
  ) {
    return false;
  }
  if (drift !== 0 && type !== "totp") return false;
  if (!Number.isInteger(drift) || Math.abs(drift) > MAX_DRIFT) return false;
  return isWhole(failures, 0, 100) && [acceptedAt, failedAt, forgottenAt].every(isMoment);
}
