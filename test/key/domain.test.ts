import { createHotpKey, createTotpKey, parseKey } from "otp-core";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.ts";

const LABELS = { issuer: "Example", account: "alice" };
const ROW = { type: "totp", secret: "GEZDGNBVGY3TQOJQ" } as const;

describe("the domain of a key", () => {
  it("is kept as it is written", () => {
    for (const domain of ["example.com", "Example.COM", "a.b", "xn--bcher-kva.example", `${"a".repeat(63)}.b`]) {
      expect(createTotpKey({ ...LABELS, domain }).domain).toBe(domain);
      expect(createHotpKey({ ...LABELS, domain }).domain).toBe(domain);
      expect(parseKey({ ...ROW, domain }).domain).toBe(domain);
    }
    expect(createTotpKey({ ...LABELS, domain: undefined })).not.toHaveProperty("domain");
    expect(parseKey({ ...ROW, domain: null })).not.toHaveProperty("domain");
  });

  it("has labels of letters, digits and hyphens, and at least one dot", () => {
    const wrong = ["", "localhost", ".com", "a.", "a..b", "a b.c", "a.b:80", "https://a.b", "bücher.de", "a.b\n"];
    const long = [`${"a".repeat(64)}.b`, `${"a.".repeat(126)}ab`, 1, {}, ["a.b"]];
    for (const domain of [...wrong, ...long] as never[]) {
      expect(() => createTotpKey({ ...LABELS, domain })).toThrow(refusal("invalid-argument", "domain"));
      expect(() => parseKey({ ...ROW, domain })).toThrow(refusal("invalid-key", "domain"));
    }
    expect(parseKey({ ...ROW, domain: `${"a.".repeat(126)}a` }).domain).toHaveLength(253);
  });
});
