// Draws codes.
import { checkOptions } from "../check.ts";
import { drawSymbols } from "../encoding/random.ts";
import { OtpError } from "../errors.ts";
import { freshNonce } from "../store/step/envelope.ts";
import { type CheckedFormat, checkFormat, FORMAT_OPTIONS, type PasscodeFormat } from "./policy.ts";
import type { PasscodeDraw } from "./sent-code-changes.ts";

/**
 * A code and a nonce for {@link createPasscodeMachine}, every code as likely as any other. `createPasscodes` draws by itself.
 *
 * @example
 * ```ts
 * import { drawPasscode } from "otp-core/passcodes";
 *
 * console.log(/^\d{8}$/.test(drawPasscode({ digits: 8 }).code)); // true
 * console.log(drawPasscode({ characters: 6 }).code.length); // 6
 * ```
 *
 * @throws OtpError `invalid-argument` for a format out of range; `random-unavailable` without a cryptographic generator.
 */
export function drawPasscode(format: PasscodeFormat = {}): PasscodeDraw {
  checkOptions(format, FORMAT_OPTIONS, "format");
  return drawOf(checkFormat(format));
}

export function drawOf(format: CheckedFormat): PasscodeDraw {
  return { code: drawCode(format), nonce: freshNonce() };
}

/** A code of letters only is drawn again: Android offers only codes with a digit. Those that are left stay equally likely. */
function drawCode({ alphabet, length }: CheckedFormat): string {
  // Four letters of 32 have no digit in 22 % of the draws, so a generator that works needs a few draws at most.
  for (let draw = 0; draw < MAX_DRAWS; draw++) {
    const code = drawSymbols(alphabet.symbols, length);
    if (HAS_DIGIT.test(code)) return code;
  }
  throw new OtpError("random-unavailable", "crypto.getRandomValues keeps filling in the same bytes");
}

const MAX_DRAWS = 64;
const HAS_DIGIT = /[0-9]/;
