// A challenge of the server's: random text in the form that a suite asks for.
import { drawSymbols } from "../encoding/random.ts";
import { parseSuite } from "./suite.ts";

/** What a challenge is drawn from. Letters are capitals only, because people read challenges aloud and type them. */
const SYMBOLS = { A: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", N: "0123456789", H: "0123456789abcdef" } as const;

/**
 * A random challenge in the form and of the length that the suite asks for. Every challenge is equally likely. Use each once.
 * Most people should use `createOcraGuard`, which draws challenges and accepts each answer once.
 *
 * @param suite - for example `OCRA-1:HOTP-SHA1-6:QN08`.
 *
 * @example
 * ```ts
 * import { challenge } from "otp-core/ocra";
 *
 * console.log(/^[0-9]{8}$/.test(challenge("OCRA-1:HOTP-SHA1-6:QN08"))); // true
 * ```
 *
 * @throws OtpError `invalid-argument` for text that is not a suite; `random-unavailable` if the runtime has no cryptographic
 * random generator.
 */
export function challenge(suite: string): string {
  const { format, length } = parseSuite(suite).challenge;
  return drawSymbols(SYMBOLS[format], length);
}
