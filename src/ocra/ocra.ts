// The response to a challenge (RFC 6287).
import { checkOptions, type Options } from "../check.ts";
import type { Answer, AsyncSigner, Secret, Signer } from "../hmac/signer.ts";
import { signerOf } from "../key/key.ts";
import { type FixedInput, messageAt, messageTemplate } from "./message.ts";
import { type PositionInput, positionOf } from "./positions.ts";
import { responsesTo } from "./responses.ts";
import { type OcraSuite, parseSuite } from "./suite.ts";

/** What a response is computed from, apart from the suite and the secret. */
export interface OcraInput extends FixedInput, PositionInput {}

export const INPUT_OPTIONS: Options<OcraInput> = {
  challenge: true,
  counter: true,
  pin: true,
  session: true,
  step: true,
  now: true,
};

/**
 * The response to a challenge (RFC 6287): what a token shows. To check what a user typed, use `createOcraGuard` or
 * {@link verifyOcra}.
 *
 * @param suite - for example `OCRA-1:HOTP-SHA1-6:QN08`, spelt exactly as the token has it.
 * @param secret - base32 text, bytes or a signer. A signer must have the suite's algorithm.
 * @returns text with leading zeros; for 0 digits hexadecimal in lower case. A promise of it for an asynchronous signer.
 *
 * @example
 * ```ts
 * import { ocra } from "otp-core/ocra";
 *
 * const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
 * console.log(ocra("OCRA-1:HOTP-SHA1-6:QN08", secret, { challenge: "00000000" })); // 237653
 * ```
 *
 * @throws OtpError `invalid-argument` for a suite that is not one, for an input that the suite needs and that is missing, and
 * for an input that the suite does not have; `invalid-secret`; `signer-failed` if a signer failed.
 */
export function ocra<S extends Secret>(suite: string, secret: S, input: OcraInput): Answer<S, string> {
  const parsed = parseSuite(suite);
  checkOptions(input, INPUT_OPTIONS, "input");
  const message = messageAt(messageTemplate(suite, parsed, input), positionOf(parsed, input));
  const responses = responsesTo([message], suiteSigner(parsed, secret), parsed);
  return (responses instanceof Promise ? responses.then(first) : first(responses)) as Answer<S, string>;
}

/** @param minSecretBytes - the shortest text or bytes that are accepted. */
export function suiteSigner({ algorithm }: OcraSuite, secret: Secret, minSecretBytes = 1): Signer | AsyncSigner {
  return signerOf({ secret, algorithm }, minSecretBytes);
}

function first(responses: readonly string[]): string {
  return responses[0] as string;
}
