// Checks of arguments. A mistake of the program throws `invalid-argument`, with the name of the argument and what is expected.
import { OtpError, type OtpErrorCode } from "./errors.ts";

/** Throws `invalid-argument`, or the given code. The error names the argument and never holds its value. */
export function refuse(argument: string, expected: string, code: OtpErrorCode = "invalid-argument"): never {
  throw new OtpError(code, `${argument} must be ${expected}`, { argument, expected });
}

/** Returns an integer of the range. Text is refused, also if it looks like a number. */
export function checkInteger(value: unknown, argument: string, min: number, max: number): number {
  if (!isInteger(value) || value < min || value > max) refuse(argument, `an integer from ${min} to ${max}`);
  return value + 0; // -0 is 0
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** The names of all options of a type, so that a forgotten one does not compile. */
export type Options<T> = { readonly [Name in keyof T]-?: true };

/** Refuses an object with an option that is not in `names`: a misspelt option must not silently become a default. */
export function checkOptions(options: unknown, names: Readonly<Record<string, true>>, argument = "options"): void {
  if (typeof options !== "object" || options === null) refuse(argument, "an object");
  // `for in` and not `Object.keys`, which would allocate a list on every verification.
  for (const name in options) {
    if (names[name] !== true && Object.hasOwn(options, name)) refuseOption(name, Object.keys(names));
  }
}

const LONGEST_NAME = 32;

function refuseOption(name: string, names: readonly string[]): never {
  // The name may come from a request. Escaped, it cannot begin a line of its own in a log.
  const argument = name.slice(0, LONGEST_NAME).replace(/[^ -~]|[\\`]/g, escapeUnit);
  const expected = `${names.slice(0, -1).join(", ")} or ${names[names.length - 1]}`.replace(/^ or /, "");
  throw new OtpError("invalid-argument", `unknown option \`${argument}\`; expected ${expected}`, {
    argument,
    expected,
  });
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
