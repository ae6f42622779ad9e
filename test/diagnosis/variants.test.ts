import { expect, it } from "vitest";
import { completeKey, secretReadings } from "../../src/diagnosis/variants.ts";

const readingsOf = (secret: string) => secretReadings(completeKey({ secret }));
const ascii = (secret: string) => ({ encoding: "ascii", secret: Uint8Array.from(Buffer.from(secret)) });

it("a secret of hexadecimal digits only, two for each byte, can be read in two ways, and any other one in one", () => {
  const bytes = Uint8Array.from([0xa2, 0xb3, 0xc4, 0xd5]);
  expect(readingsOf("A2B3C4D5")).toEqual([ascii("A2B3C4D5"), { encoding: "hex", secret: bytes }]);
  expect(readingsOf("A2B3C4D5").at(-1)?.secret).toHaveLength(4);
  for (const secret of ["A2B3C4DZ", "Z2B3C4D5", "A2B3C", "A2BZC4D5"])
    expect(readingsOf(secret)).toEqual([ascii(secret)]);
});
