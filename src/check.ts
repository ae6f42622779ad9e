import { OtpError, type OtpErrorCode } from "./errors.ts";

/** Throws `invalid-argument` (or the code given) for one argument: its name and what is expected, never its value. */
export function refuse(argument: string, expected: string, code: OtpErrorCode = "invalid-argument"): never {
  throw new OtpError(code, `${argument} must be ${expected}`, { argument, expected });
}

/** An integer of the range, or an error that names both. Text is no number, wherever it came from (trap 65). */
export function checkInteger(value: unknown, argument: string, min: number, max: number): number {
  if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max) {
    refuse(argument, `an integer from ${min} to ${max}`);
  }
  return (value as number) + 0; // -0 is 0
}

/** The names of all options of a type, so that a forgotten one does not compile. */
export type Options<T> = { readonly [Name in keyof T]-?: true };

/**
 * An object without a field that is not in `names`: a misspelt option must not silently become a default.
 * `for in` and not `Object.keys`, which would allocate a list on every verification.
 */
export function checkOptions(options: unknown, names: Readonly<Record<string, true>>, argument = "options"): void {
  if (typeof options !== "object" || options === null) refuse(argument, "an object");
  for (const name in options) {
    if (names[name] !== true && Object.hasOwn(options, name)) {
      const unknown = name.slice(0, 32);
      const expected = `one of ${Object.keys(names).join(", ")}`;
      throw new OtpError("invalid-argument", `${unknown} is no option: ${expected}`, { argument: unknown, expected });
    }
  }
}
