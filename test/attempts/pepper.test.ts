// Keyed digests of codes, and what happens when the pepper is changed or missing.
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Digester, isDigest, isFingerprint } from "../../src/attempts/pepper.ts";
import { decodeBase32 } from "../../src/encoding/base32.ts";
import { lengthPrefixed } from "../../src/encoding/length-prefixed.ts";
import { refusal } from "../support/refusal.ts";

const OLD = new Uint8Array(32).fill(1);
const NEW = new Uint8Array(32).fill(2);
const PARTS = ["recovery/1", "user-1", "nonce", "CODE"];

describe("a digester", () => {
  it("makes HMAC-SHA-256 of the length-prefixed parts", () => {
    const digest = new Digester(OLD).digest(PARTS);
    const expected = createHmac("sha256", OLD).update(lengthPrefixed(PARTS)).digest();
    expect(isDigest(digest)).toBe(true);
    expect(Buffer.from(decodeBase32(digest))).toEqual(expected);
    expect(new Digester(OLD).digest(["recovery/1user-1", "nonce", "CODE"])).not.toBe(digest);
  });

  it("finds its own digest among others and among nulls", () => {
    const digester = new Digester(OLD);
    const digest = digester.digest(PARTS);
    const other = digester.digest(["another"]);
    expect(digester.find([other, digest, null], PARTS, digester.fingerprint)).toBe(1);
    expect(digester.find([null, other], PARTS, digester.fingerprint)).toBe(-1);
    expect(digester.find([], PARTS, null)).toBe(-1);
  });

  it("makes digests under the first pepper, and finds those of every pepper of the list", () => {
    const before = new Digester(OLD);
    const digest = before.digest(PARTS);
    const after = new Digester([NEW, OLD]);
    expect(after.fingerprint).toBe(new Digester(NEW).fingerprint);
    expect(after.fingerprint).not.toBe(before.fingerprint);
    expect(after.digest(PARTS)).toBe(new Digester(NEW).digest(PARTS));
    expect(after.find([digest], PARTS, before.fingerprint)).toBe(0);
    expect(after.find([digest], PARTS, after.fingerprint)).toBe(-1);
  });

  it("throws pepper-missing for a record of a pepper that is not in the list (field C1)", () => {
    const before = new Digester(OLD);
    const find = () => new Digester(NEW).find([before.digest(PARTS)], PARTS, before.fingerprint);
    expect(find).toThrow(refusal("pepper-missing"));
  });

  it("recognises a digest under every pepper of the list, and no other parts", () => {
    const digest = new Digester(OLD).digest(PARTS);
    for (const peppers of [OLD, [OLD, NEW], [NEW, OLD]]) {
      expect(new Digester(peppers).isDigestOf(digest, PARTS)).toBe(true);
      expect(new Digester(peppers).isDigestOf(digest, [...PARTS, ""])).toBe(false);
    }
    expect(new Digester(NEW).isDigestOf(digest, PARTS)).toBe(false);
  });

  it("has every pepper of the list, and no other", () => {
    const [old, other] = [new Digester(OLD).fingerprint, new Digester(NEW).fingerprint];
    expect([old, other].map((fingerprint) => new Digester([NEW, OLD]).has(fingerprint))).toEqual([true, true]);
    expect(new Digester(NEW).has(old)).toBe(false);
  });

  it("has a fingerprint that records keep: the first 40 bits of the digest of fingerprint/1", () => {
    const digest = createHmac("sha256", OLD)
      .update(lengthPrefixed(["fingerprint/1"]))
      .digest();
    expect(Buffer.from(decodeBase32(new Digester(OLD).fingerprint))).toEqual(digest.subarray(0, 5));
  });

  it("has a short fingerprint that does not depend on what is digested", () => {
    const { fingerprint } = new Digester(OLD);
    expect(isFingerprint(fingerprint)).toBe(true);
    expect(new Digester([OLD, NEW]).fingerprint).toBe(fingerprint);
    expect(["", "abcdefgh", `${fingerprint}A`].some(isFingerprint)).toBe(false);
  });

  it.each([
    ["nothing", undefined, "invalid-argument"],
    ["text", "text", "invalid-argument"],
    ["an empty list", [], "invalid-argument"],
    ["a list with text", [OLD, "text"], "invalid-argument"],
    ["eleven peppers", Array.from({ length: 11 }, () => OLD), "invalid-argument"],
    ["31 bytes", new Uint8Array(31), "weak-secret"],
    ["a list with 31 bytes", [OLD, new Uint8Array(31)], "weak-secret"],
  ] as const)("refuses %s as a pepper", (_, pepper, code) => {
    expect(() => new Digester(pepper)).toThrow(refusal(code, "pepper"));
  });
});
