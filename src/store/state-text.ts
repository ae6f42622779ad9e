import { OtpError } from "../errors.ts";

// The states of all machines are text: a version, then fields in order, with a dash for null. No field holds a comma.

export type Field = string | number | null;

export function writeFields(fields: readonly Field[]): string {
  return fields.map((field) => field ?? "-").join(",");
}

/** V8 keeps the digits of smaller numbers, and takes four times as long for a greater one as for its two halves. */
const MIN_HALVED = 2 ** 30;
const HALF = 1e6;

/** The digits of a whole number up to 2^53, such as a moment. The same as `String(number)`, but fast: a state holds several moments. */
export function decimal(number: number): string {
  if (number < MIN_HALVED) return `${number}`;
  const high = Math.floor(number / HALF);
  // A one in front keeps the zeros of the lower half. It is cut off again.
  return `${high}${`${number - high * HALF + HALF}`.slice(1)}`;
}

/** The same, with a dash for null. */
export function decimalOrDash(number: number | null): string {
  return number === null ? "-" : decimal(number);
}

/** Splits a state. Throws `state-invalid` when it is not text. */
export function readFields(state: unknown): readonly string[] {
  if (typeof state !== "string") throw stateInvalid();
  return state.split(",");
}

export function numberField(field: string | undefined): number | null {
  return field === "-" ? null : Number(field);
}

export function textField(field: string | undefined): string | null {
  return field === undefined || field === "-" ? null : field;
}

/** A whole number of the range. One that no decision writes could be worth guesses or used codes. */
export function isWhole(value: number | null, min: number, max: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
}

export function isMoment(value: number | null): boolean {
  return value === null || isWhole(value, 0, Number.MAX_SAFE_INTEGER);
}

/** A text of another version or form is an error and never "nothing known yet" (fail closed). */
export function stateInvalid(): OtpError {
  return new OtpError("state-invalid", "the stored state is not one of this version of otp-core");
}
