const LONGEST = 32;

/**
 * A code as it may stand in a log: stars for its characters, however it was typed. It shows the form of what was typed and nothing
 * of what it was.
 *
 * @example
 * ```ts
 * import { maskCode } from "otp-core/guard";
 *
 * console.log(maskCode("747 723")); // *** ***
 * ```
 */
export function maskCode(code: unknown): string {
  if (typeof code !== "string") return "";
  return code.slice(0, LONGEST).replace(/[^ -]/g, "*");
}
