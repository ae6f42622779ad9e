import type { OtpErrorCode } from "otp-core";
import { expect } from "vitest";

const SAID = expect.stringMatching(/\S/);

/** What `toThrow` compares with: an OtpError of this code that names this argument, and says what would have been right. */
export function refusal(code: OtpErrorCode, argument?: string): Error {
  const named = argument === undefined ? {} : { argument, expected: SAID };
  return expect.objectContaining({ name: "OtpError", code, message: SAID, ...named });
}
