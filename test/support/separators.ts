import fc from "fast-check";

/** Every separator, as Unicode defines the classes: white space, dashes, and invisible format characters. */
export const SEPARATORS: readonly string[] = Array.from({ length: 0x110000 }, (_, point) => point)
  .filter((point) => point < 0xd800 || point > 0xdfff)
  .map((point) => String.fromCodePoint(point))
  .filter((character) => /[\p{White_Space}\p{Dash}\p{Cf}]/u.test(character));

/** Nothing, or up to three separators, often a space or a dash. */
export const separators: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constant("") },
  { weight: 2, arbitrary: fc.constantFrom(" ", "-", " -", "\r\n") },
  { weight: 2, arbitrary: fc.string({ unit: fc.constantFrom(...SEPARATORS), maxLength: 3 }) },
);
