// The quirks of URIs in the wild, row by row: what we write, what we read, and what we say of it. Each is looked at more closely in the
// test of its function.
import { formatMigration, formatUri, inspectUri, type Key, parseMigration, parseUri } from "otp-core";
import { describe, expect, it } from "vitest";
import { HOTP_READ, hotpUri, READ, SECRET, uriOf } from "../support/uris.ts";

const KEY = READ as Key;
/** What is said, and by how many apps it is known to matter. */
const said = (uri: string) => inspectUri(uri).problems.map(({ code }) => code);
const refusedWith = (uri: string, code: string) => {
  expect(() => parseUri(uri), uri).toThrow(/^(?:[a-z]+|the URI) must be /);
  expect(said(uri)).toContain(code);
};

describe("what is written", () => {
  const uri = formatUri({ ...KEY, issuer: "My Shop", account: "user+tag@example.com" } as Key);

  it.each<[quirk: string, wanted: string | RegExp]>([
    ["quirk 1: SHA1 where nothing else is asked for", "&algorithm=SHA1&"],
    ["quirk 3: in upper case, without a dash", /&algorithm=SHA1&/],
    ["quirk 4: 6 digits", "&digits=6&"],
    ["quirk 6: 30 seconds", /&period=30$/],
    ["quirk 7: a space is %20", /^[^+]*My%20Shop[^+]*My%20Shop[^+]*$/],
    ["quirk 8: a plus is %2B", ":user%2Btag"],
    ["quirk 9: an at sign is %40", "tag%40example"],
    ["quirk 10: the issuer twice, the same", /^otpauth:\/\/totp\/(My%20Shop):.*&issuer=\1&/],
    ["quirk 13: a raw colon between issuer and account", /Shop:user/],
    ["quirk 16: no padding", /^[^=]*\?(?:[a-z]+=[^=]*&?)+$/],
    ["quirk 17: the secret in upper case, without spaces", `secret=${SECRET}&`],
    ["quirk 22: scheme and type in lower case", /^otpauth:\/\/totp\//],
    ["quirk 28: no epoch unless it is another", /^(?!.*epoch)/],
    ["quirk 29: the defaults are written out", "&algorithm=SHA1&digits=6&period=30"],
    ["quirk 30: %20 in the issuer parameter too", "&issuer=My%20Shop&"],
  ])("%s", (_, wanted) => {
    if (typeof wanted === "string") expect(uri).toContain(wanted);
    else expect(uri).toMatch(wanted);
  });

  it("quirk 12: Apple's scheme on request, with the domain as issuer", () => {
    expect(formatUri(KEY, { scheme: "apple-otpauth", domain: "example.com" })).toMatch(
      /^apple-otpauth:\/\/totp\/Example:alice\?.*&issuer=example\.com&/,
    );
  });

  it("quirk 20: the counter of HOTP always", () => {
    expect(formatUri({ type: "hotp", secret: SECRET, account: "alice" })).toMatch(/&counter=0$/);
  });

  it("quirk 26: Steam Guard as encoder=steam with 5 digits", () => {
    expect(formatUri({ type: "totp", secret: SECRET, account: "alice", encoder: "steam" })).toMatch(
      /&digits=5&.*&encoder=steam$/,
    );
  });

  it("quirk 33: ten accounts in a migration URI", () => {
    expect([1, 10, 11, 20, 21].map((count) => formatMigration(Array(count).fill(KEY)).length)).toEqual([1, 1, 2, 2, 3]);
  });
});

describe("what is read", () => {
  it.each<[quirk: string, uri: string, read: object, problems: readonly string[]]>([
    [
      "quirk 1: another algorithm stays, and who ignores it is told",
      uriOf({ algorithm: "SHA256" }),
      { algorithm: "SHA256" },
      ["algorithm-ignored"],
    ],
    [
      "quirk 3: algorithms in other spellings",
      uriOf({ algorithm: "HmacSHA1" }),
      { algorithm: "SHA1" },
      ["algorithm-spelling"],
    ],
    ["quirk 4: 7 and 8 digits", uriOf({ digits: "7" }), { digits: 7 }, ["digits-ignored"]],
    ["quirk 4: 10 digits", uriOf({ digits: "10" }), { digits: 10 }, ["digits-ignored"]],
    ["quirk 6: another period", uriOf({ period: "60" }), { period: 60 }, ["period-ignored"]],
    [
      "quirk 7: a plus in the issuer stays, and is told of",
      uriOf({ issuer: "My+Shop" }, { label: "My+Shop:a" }),
      { issuer: "My+Shop" },
      ["ambiguous-plus", "ambiguous-plus"],
    ],
    [
      "quirk 8: a plus in the account stays",
      uriOf({}, { label: "Example:a+b@c" }),
      { account: "a+b@c" },
      ["ambiguous-plus"],
    ],
    ["quirk 8: as an escape there is no doubt", uriOf({}, { label: "Example:a%2Bb@c" }), { account: "a+b@c" }, []],
    ["quirk 9: an at sign, escaped or not", uriOf({}, { label: "Example:a%40b" }), { account: "a@b" }, []],
    [
      "quirk 10: without the parameter the prefix is the issuer",
      uriOf({ issuer: undefined }),
      { issuer: "Example" },
      ["issuer-not-twice"],
    ],
    [
      "quirk 11: of two issuers the parameter counts, and a warning says so",
      uriOf({ issuer: "Other" }),
      { issuer: "Other" },
      ["issuer-differs"],
    ],
    [
      "quirk 12: a domain as the parameter, in Apple's scheme",
      uriOf({ issuer: "example.com" }, { scheme: "apple-otpauth" }),
      { issuer: "Example", domain: "example.com" },
      [],
    ],
    [
      "quirk 12: a domain as the parameter, in the usual scheme",
      uriOf({ issuer: "example.com" }),
      { issuer: "Example", domain: "example.com" },
      [],
    ],
    [
      "quirk 13: an escaped colon, and spaces behind it",
      uriOf({}, { label: "Example%3A%20alice" }),
      { account: "alice" },
      [],
    ],
    ["quirk 16: padding", uriOf({ secret: `${SECRET}MY======` }), { secret: `${SECRET}MY` }, ["secret-padding"]],
    [
      "quirk 17: lower case, spaces, dashes",
      uriOf({ secret: "gezd gnbv-gy3tqojqgezdgnbvgy3tqojq" }),
      { secret: SECRET },
      ["secret-spelling"],
    ],
    [
      "quirk 19: a short secret",
      uriOf({ secret: "GEZDGNBVGY3TQOJQ" }),
      { secret: "GEZDGNBVGY3TQOJQ" },
      ["weak-secret"],
    ],
    [
      "quirk 21: a counter of more than 31 bits",
      hotpUri({ counter: "2147483648" }),
      { counter: 2 ** 31 },
      ["counter-too-large"],
    ],
    ["quirk 21: the largest of 31 bits", hotpUri({ counter: "2147483647" }), { counter: 2 ** 31 - 1 }, []],
    [
      "quirk 22: scheme and type in upper case, but values as they are",
      uriOf({ issuer: "eXample" }, { scheme: "OTPAUTH", type: "TOTP", label: "eXample:aLice" }),
      { issuer: "eXample", account: "aLice" },
      [],
    ],
    [
      "quirk 24: parameters that no key has",
      uriOf({ color: "red", lock: "" }),
      { extra: Object.assign(Object.create(null), { color: "red", lock: "" }) },
      [],
    ],
    [
      "quirk 25: those of FreeOTP",
      uriOf({ issuerAlt: "E", labelAlt: "a" }),
      { extra: Object.assign(Object.create(null), { issuerAlt: "E", labelAlt: "a" }) },
      [],
    ],
    [
      "quirk 26: Steam by its name and 5 digits",
      uriOf({ issuer: "Steam", digits: "5" }, { label: "Steam:a" }),
      { encoder: "steam", digits: 5 },
      ["encoder-ignored"],
    ],
    [
      "quirk 26: 6 digits are no Steam Guard, whatever the issuer",
      uriOf({ issuer: "Steam" }, { label: "Steam:alice" }),
      { ...READ, issuer: "Steam" },
      [],
    ],
    ["quirk 28: an epoch", uriOf({ epoch: "60" }), { epoch: 60 }, ["epoch-ignored"]],
    ["quirk 29: defaults that are left out", uriOf(), READ, []],
    ["quirk 32: an upper-case type, which URL leaves as it is", hotpUri({}, { type: "HOTP" }), HOTP_READ, []],
  ])("%s", (_, uri, read, problems) => {
    expect(parseUri(uri)).toMatchObject(read);
    expect(said(uri)).toEqual(problems);
  });

  it("quirk 33: a negative id of a transfer", () => {
    const uri =
      "otpauth-migration://offline?data=CigKEPqlBekzoNEukL7qlsjBCDYSDnBpQHJhc3BiZXJyeXBpIAEoATACEAEYASAAKLzjp5n4%2F%2F%2F%2F%2FwE%3D";
    expect(parseMigration(uri).batch.id).toBeLessThan(0);
  });
});

describe("what is refused", () => {
  it.each<[quirk: string, uri: string, code: string]>([
    ["quirk 2: an unknown algorithm", uriOf({ algorithm: "MD5" }), "invalid-algorithm"],
    ["quirk 5: digits that others clamp", uriOf({ digits: "100" }), "invalid-digits"],
    ["quirk 5: digits that others round", uriOf({ digits: "6.5" }), "invalid-digits"],
    ["quirk 6: a period of 0", uriOf({ period: "0" }), "invalid-period"],
    ["quirk 6: a period over a day", uriOf({ period: "86401" }), "invalid-period"],
    ["quirk 14: a colon in the issuer", uriOf({ issuer: "a:b" }, { label: "a%3Ab:alice" }), "colon-in-label"],
    ["quirk 15: two colons", uriOf({ issuer: undefined }, { label: "foo:bar:baz" }), "colon-in-label"],
    ["quirk 18: an impossible length", uriOf({ secret: "ABC" }), "invalid-secret"],
    ["quirk 18: spare bits", uriOf({ secret: "AB" }), "spare-bits"],
    ["quirk 19: an empty secret", uriOf({ secret: "" }), "missing-secret"],
    ["quirk 20: no counter", hotpUri({ counter: undefined }), "missing-counter"],
    ["quirk 21: a negative counter", hotpUri({ counter: "-1" }), "invalid-counter"],
    ["quirk 23: a parameter twice", `${uriOf()}&issuer=Example`, "duplicate-parameter"],
    ["quirk 27: Yandex", uriOf({}, { type: "yaotp" }), "unsupported-type"],
    ["quirk 27: Mobile-OTP", "motp://Example:alice?secret=abcdef", "unsupported-type"],
    ["quirk 31: an escape that is none", uriOf({}, { label: "Example:%ZZ" }), "invalid-escape"],
    ["quirk 31: an escape that is no UTF-8", uriOf({}, { label: "Example:%FF" }), "invalid-escape"],
    ["quirk 31: a control character", uriOf({}, { label: "Example:a%00" }), "invalid-label"],
  ])("%s", (_, uri, code) => refusedWith(uri, code));
});
