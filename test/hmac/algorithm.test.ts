import fc from "fast-check";
import { toAlgorithm } from "otp-core";
import { describe, expect, it } from "vitest";
import { ALGORITHMS } from "../support/engines.ts";
import { refusal } from "../support/refusal.ts";

describe("toAlgorithm", () => {
  it("reads the names of other libraries, in any case (field E5)", () => {
    const law = fc.property(
      fc.constantFrom(...ALGORITHMS),
      fc.constantFrom("", "hmac", "HMAC-", "Hmac_"),
      fc.constantFrom("", "-", "_"),
      fc.boolean(),
      (algorithm, prefix, separator, upper) => {
        const name = `${prefix}${algorithm.replace("SHA", `SHA${separator}`)}`;
        expect(toAlgorithm(upper ? name.toUpperCase() : name.toLowerCase())).toBe(algorithm);
      },
    );
    fc.assert(law);
    expect(["sha1", "SHA-256", "sha_512", "HmacSHA1"].map(toAlgorithm)).toEqual(["SHA1", "SHA256", "SHA512", "SHA1"]);
  });

  it.each([
    "md5",
    "",
    "sha",
    "sha2",
    "sha224",
    "sha384",
    "sha512/256",
    "sha512-256",
    "sha3-256",
    "sha1 ",
    " sha1",
    "sha1\n",
    "ſha1",
    "sha１",
    undefined,
    null,
    1,
    {},
    ["sha1"],
    { toString: () => "sha1" },
  ])("refuses %o instead of reading it as SHA-1", (name) => {
    expect(() => toAlgorithm(name as string)).toThrow(refusal("invalid-argument", "name"));
  });
});
