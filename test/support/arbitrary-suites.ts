// OCRA suites, and inputs that fit them.
import fc from "fast-check";
import type { Algorithm } from "otp-core";
import type { OcraInput, OcraSuite } from "otp-core/ocra";

const algorithm = fc.constantFrom<Algorithm>("SHA1", "SHA256", "SHA512");

export const arbitrarySuite: fc.Arbitrary<OcraSuite> = fc.record({
  algorithm,
  digits: fc.constantFrom(0, 4, 5, 6, 7, 8, 9, 10),
  counter: fc.boolean(),
  challenge: fc.record({ format: fc.constantFrom("A", "N", "H"), length: fc.integer({ min: 4, max: 64 }) }),
  pin: fc.option(algorithm),
  session: fc.option(fc.integer({ min: 1, max: 512 })),
  period: fc.option(
    fc.oneof(
      fc.integer({ min: 1, max: 59 }),
      fc.integer({ min: 1, max: 59 }).map((minutes) => minutes * 60),
      fc.integer({ min: 1, max: 48 }).map((hours) => hours * 3600),
    ),
  ),
});

/** The text of a suite: the inverse of `parseSuite`. */
export function suiteText({ algorithm, digits, counter, challenge, pin, session, period }: OcraSuite): string {
  const length = String(challenge.length).padStart(2, "0");
  const parts = [
    ...(counter ? ["C"] : []),
    `Q${challenge.format}${length}`,
    ...(pin === null ? [] : [`P${pin}`]),
    ...(session === null ? [] : [`S${String(session).padStart(3, "0")}`]),
    ...(period === null ? [] : [`T${timeStep(period)}`]),
  ];
  return `OCRA-1:HOTP-${algorithm}-${digits}:${parts.join("-")}`;
}

function timeStep(period: number): string {
  if (period < 60) return `${period}S`;
  return period % 60 === 0 && period / 60 < 60 ? `${period / 60}M` : `${period / 3600}H`;
}

const SYMBOLS = {
  A: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
  N: "0123456789",
  H: "0123456789abcdefABCDEF",
};
const word = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

/** A suite as text and parsed, and an input that has everything that it needs. */
export const arbitraryOcra = arbitrarySuite.chain((suite) =>
  fc.record({
    suite: fc.constant(suite),
    text: fc.constant(suiteText(suite)),
    input: fc.record({
      challenge: fc.string({
        unit: fc.constantFrom(...SYMBOLS[suite.challenge.format]),
        minLength: 1,
        maxLength: 2 * suite.challenge.length,
      }),
      counter: suite.counter ? word : fc.constant(undefined),
      pin: suite.pin === null ? fc.constant(undefined) : fc.string({ unit: "binary", minLength: 1, maxLength: 40 }),
      session:
        suite.session === null ? fc.constant(undefined) : fc.uint8Array({ minLength: 1, maxLength: suite.session }),
      step: suite.period === null ? fc.constant(undefined) : word,
    }) satisfies fc.Arbitrary<OcraInput>,
  }),
);
