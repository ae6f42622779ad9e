import { parseUri } from "otp-core";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.ts";
import { HOTP_READ, hotpUri, READ, SECRET, uriOf } from "../support/uris.ts";

const refused = (argument: string) => refusal("invalid-uri", argument);

describe("parseUri", () => {
  it("writes every field out, and reads what is left out as the defaults (quirk 29)", () => {
    expect(parseUri(uriOf())).toStrictEqual(READ);
    expect(parseUri(hotpUri())).toStrictEqual(HOTP_READ);
    expect(parseUri(uriOf({ algorithm: "SHA1", digits: "6", period: "30", epoch: "0" }))).toStrictEqual(READ);
    expect(parseUri(uriOf({ epoch: "60" }))).toStrictEqual({ ...READ, epoch: 60 });
    expect(parseUri(uriOf({ issuer: undefined }, { label: "alice" }))).toStrictEqual(
      Object.fromEntries(Object.entries(READ).filter(([name]) => name !== "issuer")),
    );
  });

  it("reads a secret in every spelling, and writes it in one (quirks 16, 17)", () => {
    for (const text of [
      "gezdgnbvgy3tqojqgezdgnbvgy3tqojq",
      "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ",
      "gezd-gnbv-gy3t-qojq-gezd-gnbv-gy3t-qojq",
      `${SECRET}======`,
      `${SECRET}%3D%3D`,
      "%47EZDGNBVGY3TQOJQ%20GEZDGNBVGY3TQOJQ",
    ]) {
      expect(parseUri(uriOf({ secret: text, last: "" })).secret).toBe(SECRET);
    }
    expect(parseUri(uriOf({ secret: "AA" })).secret).toBe("AA");
  });

  it("keeps what no key has, whatever its name, in a record without a prototype (quirks 24, 25, draft 10)", () => {
    const names = [
      "__proto__",
      "constructor",
      "toString",
      "hasOwnProperty",
      "valueOf",
      "image",
      "issuerExt",
      "labelAlt",
      "lock",
      "0",
    ];
    const { extra, ...key } = parseUri(
      `${uriOf()}&${names.map((name, i) => `${name}=v${i}`).join("&")}&flag&empty=&a=b=c&%26=%3D`,
    );
    expect(key).toStrictEqual(READ);
    expect(Object.getPrototypeOf(extra)).toBe(null);
    const expected = [
      ...names.map((name, i) => [name, `v${i}`]),
      ["flag", ""],
      ["empty", ""],
      ["a", "b=c"],
      ["&", "="],
    ];
    expect(new Map(Object.entries(extra ?? {}))).toEqual(new Map(expected as [string, string][]));
    expect(({} as Record<string, unknown>).v0).toBe(undefined);
    expect(parseUri(uriOf())).not.toHaveProperty("extra");
  });

  it("reads a plus as a plus, wherever it stands (quirks 7, 8)", () => {
    expect(parseUri(uriOf({ issuer: "My+Shop" }, { label: "My+Shop:user+tag@example.com" }))).toMatchObject({
      issuer: "My+Shop",
      account: "user+tag@example.com",
    });
    expect(parseUri(uriOf({ color: "a+b" })).extra?.color).toBe("a+b");
  });

  it("reads the label: raw colon or escaped one, spaces before the account (quirks 9, 13, draft 1)", () => {
    for (const label of [
      "Example:alice",
      "Example%3Aalice",
      "Example%3aalice",
      "Example:%20%20alice",
      "Example%3A%20alice",
      "Example: alice",
      "alice",
      "%61lice",
    ]) {
      expect(parseUri(uriOf({}, { label })), label).toStrictEqual(READ);
      if (label.includes("lice") && !/^(%61|a)lice$/.test(label)) {
        expect(parseUri(uriOf({ issuer: undefined }, { label })), label).toStrictEqual(READ);
        expect(parseUri(uriOf({ issuer: "" }, { label })), label).toStrictEqual(READ);
      }
    }
    for (const account of ["alice@example.com", "alice%40example.com"]) {
      expect(parseUri(uriOf({}, { label: `Example:${account}` })).account).toBe("alice@example.com");
    }
    expect(parseUri(uriOf({}, { label: "Example:a/b" })).account).toBe("a/b");
    for (const label of [":alice", "%3Aalice"]) {
      const { issuer, account } = parseUri(uriOf({ issuer: undefined }, { label }));
      expect([issuer, account]).toEqual([undefined, "alice"]);
    }
  });

  it("refuses a label with a second colon, and one without an account (trap 77, quirks 14, 15, draft 2)", () => {
    for (const label of ["Example:a:b", "Example:a%3Ab", "Example%3Aa%3Ab", "Example::a", "Example:%3Aa"]) {
      expect(() => parseUri(uriOf({}, { label })), label).toThrow(refused("account"));
    }
    expect(() => parseUri(uriOf({ issuer: "a:b" }, { label: "a:b:alice" }))).toThrow(refused("issuer"));
    expect(() => parseUri(uriOf({ issuer: "a%3Ab" }, { label: "alice" }))).toThrow(refused("issuer"));
    for (const label of ["", "Example:", "Example:%20", "Example%3A", ":", "%20"]) {
      expect(() => parseUri(uriOf({}, { label })), label).toThrow(refused("account"));
    }
    for (const label of ["Example:", ":", "%20"]) {
      expect(() => parseUri(uriOf({ issuer: undefined }, { label })), label).toThrow(refused("account"));
    }
  });

  it("reads the URIs that formatUri writes without an account: the issuer alone, its domain, or no name", () => {
    const { account: _, ...named } = READ;
    expect(parseUri(uriOf({}, { label: "Example" }))).toStrictEqual(named);
    expect(parseUri(uriOf({ issuer: "My+Shop" }, { label: "My%20Shop" }))).toStrictEqual({
      ...named,
      issuer: "My Shop",
    });
    expect(parseUri(uriOf({ issuer: "example.com" }, { label: "Example:" }))).toStrictEqual({
      ...named,
      domain: "example.com",
    });
    const { issuer: __, ...nameless } = named;
    for (const uri of ["", "/", "/?x=/"].map(
      (rest) => `otpauth://totp${rest}${rest.includes("?") ? "&" : "?"}secret=${SECRET}`,
    )) {
      expect(parseUri(uri), uri).toMatchObject(nameless);
      expect(parseUri(uri)).not.toHaveProperty("account");
    }
  });

  it("reads two issuers: the parameter counts by default, the label or neither on request (quirk 11, draft 3)", () => {
    const uri = uriOf({ issuer: "Other" });
    const other = { ...READ, issuer: "Other" };
    expect(parseUri(uri)).toStrictEqual(other);
    expect(parseUri(uri, { issuerConflict: undefined })).toStrictEqual(other);
    expect(parseUri(uri, { issuerConflict: "parameter" })).toStrictEqual(other);
    expect(parseUri(uri, { issuerConflict: "label" })).toStrictEqual(READ);
    expect(() => parseUri(uri, { issuerConflict: "error" })).toThrow(refused("issuer"));
    for (const issuerConflict of ["parameter", "label", "error"] as const) {
      expect(parseUri(uriOf(), { issuerConflict })).toStrictEqual(READ);
      expect(parseUri(uriOf({ issuer: undefined }), { issuerConflict })).toStrictEqual(READ);
      // Escaped in another way, or with its spaces as in a form, it is the same issuer.
      expect(parseUri(uriOf({ issuer: "%45xample" }), { issuerConflict })).toStrictEqual(READ);
      for (const [issuer, label] of [
        ["My+Shop", "My%20Shop:alice"],
        ["My%20Shop", "My+Shop:alice"],
        ["My+Shop", "My Shop%3Aalice"],
      ] as const) {
        expect(parseUri(uriOf({ issuer }, { label }), { issuerConflict }).issuer).toBe("My Shop");
      }
    }
    // The case counts, and so does a space.
    for (const issuer of ["example", "EXAMPLE", "Example+", "%20Example"]) {
      expect(() => parseUri(uriOf({ issuer }), { issuerConflict: "error" }), issuer).toThrow(refused("issuer"));
    }
  });

  it("reads a domain as the domain of the issuer in the label, in every scheme (field D11, quirk 12, draft 4)", () => {
    for (const scheme of ["otpauth", "apple-otpauth"]) {
      for (const issuerConflict of ["parameter", "label", "error"] as const) {
        const uri = uriOf({ issuer: "example.com", color: "red" }, { scheme });
        const { extra, ...key } = parseUri(uri, { issuerConflict });
        expect(key).toStrictEqual({ ...READ, domain: "example.com" });
        expect({ ...extra }).toEqual({ color: "red" });
      }
      expect(parseUri(uriOf({}, { scheme }))).toStrictEqual(READ);
      // Without an issuer in the label the domain is the issuer, and so it is when both are the same.
      for (const label of ["alice", "example.com:alice"]) {
        expect(parseUri(uriOf({ issuer: "example.com" }, { scheme, label }))).toStrictEqual({
          ...READ,
          issuer: "example.com",
        });
      }
      for (const text of ["localhost", "example.com:80", ".com", "a b.c", "https://example.com"]) {
        expect(() => parseUri(uriOf({ issuer: text }, { scheme }), { issuerConflict: "error" })).toThrow(
          refused("issuer"),
        );
      }
      for (const name of ["a%00b", "\ud800", "x".repeat(256)]) {
        const uri = uriOf({ issuer: "example.com" }, { scheme, label: `${name}:alice` });
        expect(() => parseUri(uri), name).toThrow(refused("issuer"));
        expect(() => parseUri(uriOf({ issuer: name }, { scheme })), name).toThrow(refused("issuer"));
      }
    }
    expect(() => parseUri(uriOf({}, { scheme: "apple-otpauth", type: "hotp" }))).toThrow(refused("uri"));
  });

  it("reads the examples of the Internet-Draft (field D11, draft 12)", () => {
    const key = { secret: "PB4XU", algorithm: "SHA1", digits: 6 };
    const of = (rest: string) => parseUri(`otpauth://${rest}&secret=PB4XU`);
    expect(of("totp/Example?issuer=example.com")).toStrictEqual({
      type: "totp",
      ...key,
      period: 30,
      issuer: "example.com",
      account: "Example",
    });
    expect(of("totp/Example%3Aalice?issuer=example.com")).toStrictEqual({
      type: "totp",
      ...key,
      period: 30,
      issuer: "Example",
      account: "alice",
      domain: "example.com",
    });
    expect(of("hotp/Example?counter=42&issuer=example.com")).toStrictEqual({
      type: "hotp",
      ...key,
      counter: 42,
      issuer: "example.com",
      account: "Example",
    });
    expect(parseUri(`otpauth://totp/Example:alice?SECRET=${SECRET}&issuer=Example`)).toStrictEqual(READ);
  });

  it("says what a number may be: one, or one of a range", () => {
    expect(() => parseUri(uriOf({ encoder: "steam", digits: "6" }))).toThrow(/^digits must be 5$/);
    expect(() => parseUri(uriOf({ digits: "5" }))).toThrow(/^digits must be an integer from 6 to 10$/);
    expect(() => parseUri(uriOf({ digits: "6".repeat(1500) }))).toThrow(refused("digits"));
  });

  it("needs a counter in HOTP, and none in TOTP (quirk 20, draft 9)", () => {
    expect(() => parseUri(hotpUri({ counter: undefined }))).toThrow(refused("counter"));
    expect(parseUri(uriOf({ counter: "no matter" }))).toStrictEqual(READ);
    expect(parseUri(hotpUri({ period: "no matter" }))).toStrictEqual(HOTP_READ);
  });

  it("knows scheme and type in either case, and nothing else (quirks 22, 27, 32, draft 5)", () => {
    for (const scheme of ["otpauth", "OTPAUTH", "OtpAuth"]) {
      for (const type of ["totp", "TOTP", "Totp"]) expect(parseUri(uriOf({}, { scheme, type }))).toStrictEqual(READ);
    }
    expect(parseUri(hotpUri({}, { type: "HOTP" }))).toStrictEqual(HOTP_READ);
    const others = [
      "",
      "otpauth",
      "otpauth:",
      "otpauth:/",
      "otpauth://",
      "otpauth:totp/a?secret=AAAA",
      "otpauth:/totp/a?secret=AAAA",
      `https://totp/a?secret=${SECRET}`,
      `javascript://totp/a?secret=${SECRET}`,
      `xotpauth://totp/a?secret=${SECRET}`,
      `\ufeff${uriOf()}`,
      `https://x/?u=${uriOf()}`,
      SECRET,
      "otpauth-migration://offline?data=AAAA",
      "motp://Example:alice?secret=0123456789abcdef",
      "MOTP:x",
      uriOf({}, { type: "yaotp" }),
      uriOf({}, { type: "motp" }),
      uriOf({}, { type: "" }),
      uriOf({}, { type: "totp:80" }),
      uriOf({}, { type: "user@totp" }),
      uriOf({}, { type: "%74otp" }),
      uriOf({}, { type: "totp " }),
    ];
    for (const uri of others) expect(() => parseUri(uri), uri).toThrow(refused("uri"));
    expect(() => parseUri(uriOf({}, { type: "yaotp" }))).toThrow(/Yandex/);
    expect(() => parseUri("motp://a")).toThrow(/Mobile-OTP/);
    expect(() => parseUri(uriOf({}, { type: "motp" }))).toThrow(/totp, hotp or steam$/);
    expect(() => parseUri(uriOf({}, { scheme: "apple-otpauth", type: "hotp" }))).toThrow(/apple-otpauth$/);
    expect(() => parseUri("https://example.com/motp:")).toThrow(/^the URI must be otpauth:/);
  });

  it("refuses a fragment, and spaces and line ends around", () => {
    for (const uri of [`${uriOf()}#`, `${uriOf()}#a`]) expect(() => parseUri(uri)).toThrow(refused("uri"));
    expect(() => parseUri(uriOf({}, { label: "Example:a#1" }))).toThrow(refused("account"));
    expect(parseUri(uriOf({}, { label: "Example:a%231" })).account).toBe("a#1");
    for (const space of [" ", "\t", "\n", "\r\n"]) {
      for (const uri of [
        `${space}${uriOf()}`,
        `${uriOf()}${space}`,
        `${uriOf({ issuer: undefined, digits: "6" })}${space}`,
      ]) {
        expect(() => parseUri(uri)).toThrow(refused("uri"));
      }
    }
  });

  it("reads 2048 characters and not 2049", () => {
    const long = (length: number) => uriOf({ x: "y".repeat(length - uriOf({ x: "" }).length) });
    expect(long(2048)).toHaveLength(2048);
    expect(parseUri(long(2048)).extra?.x).toMatch(/^y+$/);
    for (const length of [2049, 10_000]) expect(() => parseUri(long(length))).toThrow(refused("uri"));
  });

  it("takes empty pieces between the parameters for nothing", () => {
    expect(parseUri(`otpauth://totp/Example:alice?&&secret=${SECRET}&&&issuer=Example&&`)).toStrictEqual(READ);
  });
});
