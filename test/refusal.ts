import type { OtpErrorCode } from "otp-core";
import { expect } from "vitest";

/** What `toThrow` compares with: an OtpError of this code that names this argument. */
export function refusal(code: OtpErrorCode, argument?: string): Error {
  return expect.objectContaining({ name: "OtpError", code, ...(argument === undefined ? {} : { argument }) });
}
