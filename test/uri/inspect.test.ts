import fc from "fast-check";
import { formatUri, inspectUri, isOtpError, parseUri, type UriExtra, type UriKey } from "otp-core";
import { describe, expect, it } from "vitest";
import { keys, writtenOut } from "../support/arbitrary-uris.ts";
import { HOTP_READ, hotpUri, READ, SECRET, uriOf } from "../support/uris.ts";

const codes = (text: string) => inspectUri(text).problems.map(({ code }) => code);

/** URIs with anything right or wrong in any place, put together so that about half of them are read. */
const mostly = (good: readonly string[], bad: readonly string[]) =>
  fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...good) }, { weight: 1, arbitrary: fc.constantFrom(...bad) });
const values: Readonly<Record<string, fc.Arbitrary<string>>> = {
  secret: mostly([SECRET, "gezd gnbv", "AA======", `${SECRET}AB`], ["", "A", "1", "%zz", "G%00"]),
  issuer: mostly(
    ["Example", "", "My+Shop", "%45xample", "Steam", "example.com", "Other"],
    ["a:b", "%ff", "100%", "a\n", "\ud800", "例".repeat(256)],
  ),
  algorithm: mostly(["SHA1", "sha256", "HmacSHA512"], ["MD5", "", "%"]),
  digits: mostly(["6", "8", "10"], ["5", "6.5", "", "%zz"]),
  period: mostly(["30", "1", "86400"], ["0", "1e1", "86401"]),
  epoch: mostly(["0", "1"], ["-1", ""]),
  counter: mostly(["0", "9007199254740991"], ["-1", "9007199254740992"]),
  encoder: mostly(["steam"], ["", "yandex"]),
  image: mostly(["https://a", "http://a"], ["%00"]),
  __proto__x: mostly(["1"], ["%"]),
};
const parameter = fc
  .constantFrom(...Object.keys(values))
  .chain((name) => fc.tuple(fc.constant(name), values[name] ?? fc.constant("")))
  .map(([name, value]) => `${name.replace("__x", "__")}=${value}`);
const built = fc
  .tuple(
    mostly(["otpauth", "OTPAUTH", "apple-otpauth"], ["steam", "motp", ""]),
    mostly(["totp", "TOTP", "hotp", "steam"], ["yaotp", ""]),
    mostly(
      ["Example:alice", "alice", "Example%3Aalice", "My+Shop: bob", "Example", "%20alice"],
      ["", "a:b:c", "%ff:a", "50% off:a", "Example:", "a%00", "%00:a", "#1:a", "x".repeat(300), "a:%ed%a0%80"],
    ),
    values.secret ?? fc.constant(""),
    fc.uniqueArray(parameter, { maxLength: 4, selector: (text) => text.replace(/=.*/s, "") }),
    fc.array(parameter, { maxLength: 1 }),
    mostly([""], [" ", "\n", "#", "&", "?"]),
  )
  .map(
    ([scheme, type, label, secret, some, again, end]) =>
      `${scheme}://${type}/${label}?${[...some.filter((text) => !text.startsWith("secret")), `secret=${secret}`, ...(again.length && label === "alice" ? again : [])].join("&")}${end}`,
  );
const mutated = fc
  .tuple(
    keys,
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.constantFrom("", "%", "&", "=", ":", "+", "#", "?", " ", "%00", "\ud800", "A"),
        fc.boolean(),
      ),
      { maxLength: 3 },
    ),
  )
  .map(([key, edits]) => {
    let text: string;
    try {
      text = formatUri(key);
    } catch {
      text = uriOf();
    }
    for (const [place, piece, over] of edits) {
      const at = place % (text.length + 1);
      text = text.slice(0, at) + piece + text.slice(over ? at + 1 : at);
    }
    return text;
  });
const texts = fc.oneof(
  built,
  mutated,
  fc.string({ unit: "binary" }),
  fc.string().map((text) => `otpauth://${text}`),
);

/** formatUri refuses an image that is not fetched over https, and inspectUri only warns of it. */
function withoutImage(extra: UriExtra = {}): UriExtra | undefined {
  const kept = Object.entries(extra).filter(([name, value]) => name !== "image" || value.startsWith("https://"));
  if (kept.length === 0) return undefined;
  return kept.reduce<UriExtra>(
    (record, [name, value]) =>
      Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true }),
    Object.create(null) as UriExtra,
  );
}

/** formatUri, or undefined for a URI that is too long: escaped and written twice, a short name may take 5,000 characters. */
function formatted(key: UriKey, extra: UriExtra | undefined): string | undefined {
  try {
    return formatUri(key, { extra });
  } catch (error) {
    expect(isOtpError(error) && error.argument).toBe("key");
    return undefined;
  }
}

describe("inspectUri", () => {
  it("finds no error where parseUri reads a key, and then reads the same; and finds one where it does not", () => {
    let read = 0;
    let refused = 0;
    const law = fc.property(texts, (text) => {
      const report = inspectUri(text);
      let key: UriKey | undefined;
      try {
        key = parseUri(text);
      } catch (error) {
        expect(isOtpError(error) && error.code).toBe("invalid-uri");
      }
      expect(report.problems.some(({ severity }) => severity === "error")).toBe(key === undefined);
      if (key === undefined) refused++;
      else {
        read++;
        expect(report).toMatchObject({ ok: true });
        expect(report.key).toStrictEqual(key);
      }
    });
    fc.assert(law, { numRuns: 5000 });
    // Both happen, and often, or the law would say little.
    expect(Math.min(read, refused)).toBeGreaterThan(500);
  });

  it("reads only keys that can be written again, as the same key", () => {
    let read = 0;
    fc.assert(
      fc.property(texts, (text) => {
        const { key } = inspectUri(text);
        fc.pre(key !== null);
        read++;
        const { extra, ...plain } = key;
        const written = withoutImage(extra);
        const uri = formatted(key, written);
        fc.pre(uri !== undefined);
        expect(parseUri(uri)).toStrictEqual(written === undefined ? plain : { ...plain, extra: written });
      }),
      { numRuns: 3000 },
    );
    expect(read).toBeGreaterThan(1000);
  });

  it("never throws, whatever it is given", () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSet: true,
          withTypedArray: true,
          withNullPrototype: true,
          withObjectString: true,
        }),
        (value) => {
          const report = inspectUri(value as string);
          if (typeof value !== "string") {
            expect(report).toEqual({
              ok: false,
              key: null,
              problems: [
                {
                  severity: "error",
                  code: "not-a-key-uri",
                  parameter: null,
                  message: "the URI must be text",
                  apps: [],
                },
              ],
            });
          }
        },
      ),
    );
    const trap = new Proxy({}, { get: () => expect.unreachable(), getPrototypeOf: () => expect.unreachable() });
    for (const value of [Symbol("a"), () => uriOf(), trap, new String(uriOf())]) {
      expect(inspectUri(value as never).ok).toBe(false);
    }
    expect(inspectUri("x".repeat(1 << 22)).ok).toBe(false);
    expect(inspectUri(" ".repeat(1 << 22)).ok).toBe(false);
  });

  it("has nothing to say of what formatUri writes, but what the key itself asks for", () => {
    const asked = [
      "weak-secret",
      "algorithm-ignored",
      "digits-ignored",
      "period-ignored",
      "epoch-ignored",
      "encoder-ignored",
      "counter-too-large",
      "missing-issuer",
      "missing-account",
    ];
    fc.assert(
      fc.property(keys, (key) => {
        const written = writtenOut(key);
        let uri = "";
        try {
          uri = formatUri(key);
        } catch {
          fc.pre(false);
        }
        const report = inspectUri(uri);
        expect(report.key).toStrictEqual(written);
        for (const { code, severity } of report.problems) {
          expect(severity).toBe("warning");
          expect(asked).toContain(code);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("reads what apps read where parseUri refuses, if the codes are not in doubt", () => {
    const nameless = Object.fromEntries(Object.entries(READ).filter(([name]) => name !== "account"));
    const readable: readonly (readonly [uri: string, key: unknown])[] = [
      [`\r\n\t ${uriOf()} \n`, READ],
      [`\ufeff\u00a0\u2028${uriOf()}\u200b\u3000\u2029\v`, READ],
      [`\x80${uriOf()}\x80`, READ],
      [uriOf({ issuer: "Other" }), { ...READ, issuer: "Other" }],
      [uriOf({}, { label: "" }), nameless],
      [
        `otpauth://totp?secret=${SECRET}&issuer=Example&image=https://example.com/a.png`,
        { ...nameless, extra: Object.assign(Object.create(null), { image: "https://example.com/a.png" }) },
      ],
      [uriOf({}, { label: "Example:a:b" }), { ...READ, account: "a b" }],
      [uriOf({}, { label: "Example::" }), nameless],
      [uriOf({}, { label: "Example:a::%00b" }), { ...READ, account: "a b" }],
      [uriOf({}, { label: `Example:${"x".repeat(254)}:y` }), { ...READ, account: "x".repeat(254) }],
      [uriOf({ issuer: "a:b" }, { label: "a:b:alice" }), { ...READ, issuer: "a b" }],
      [uriOf({ issuer: "a%3Ab" }, { label: "a:b:alice" }), { ...READ, issuer: "a b" }],
      [uriOf({ issuer: undefined }, { label: "a%3Ab:c" }), { ...READ, issuer: "a", account: "b c" }],
      [hotpUri({ counter: undefined }), HOTP_READ],
      [uriOf({ secret: "AB" }), { ...READ, secret: "AA" }],
      [uriOf({ secret: `${SECRET}MZXW7` }), { ...READ, secret: `${SECRET}MZXW6` }],
      [uriOf({ color: "red&color=blue" }), { ...READ, extra: Object.assign(Object.create(null), { color: "red" }) }],
      [uriOf({ color: "%00", lock: "1" }), { ...READ, extra: Object.assign(Object.create(null), { lock: "1" }) }],
      [uriOf({ color: "%zz" }), { ...READ, extra: Object.assign(Object.create(null), { color: "%zz" }) }],
      [`${uriOf()}&issuer=Other`, READ],
      [uriOf({ issuer: undefined, isuer: "Example" }), READ],
      [uriOf({ issuer: "example.com" }, { label: "%00:alice" }), { ...READ, issuer: "example.com" }],
      [uriOf({ issuer: "example.com" }, { label: "%00example.com:alice" }), { ...READ, issuer: "example.com" }],
      [uriOf({}, { label: "Example:a%00b\ud800" }), { ...READ, account: "a b\ufffd" }],
      [uriOf({}, { label: `Example:${"x".repeat(300)}` }), { ...READ, account: "x".repeat(255) }],
      [uriOf({}, { label: `Example:${"x".repeat(254)}🔐` }), { ...READ, account: "x".repeat(254) }],
      [uriOf({}, { label: "Example:alice#1" }), { ...READ, account: "alice#1" }],
    ];
    for (const [uri, key] of readable) expect(inspectUri(uri).key, uri).toStrictEqual(key);
  });

  it("guesses no secret, hash, digits, period or counter: such a URI gives no key (traps 45, 49, 72)", () => {
    for (const uri of [
      uriOf({ secret: "A" }),
      uriOf({ secret: "GEZD1" }),
      uriOf({ algorithm: "MD5" }),
      uriOf({ digits: "6.5" }),
      uriOf({ period: "0" }),
      hotpUri({ counter: "x" }),
      `${uriOf()}&digits=6&digits=8`,
    ]) {
      expect(inspectUri(uri).ok, uri).toBe(false);
    }
  });

  it("finds all at once", () => {
    const uri = ` otpauth://hotp/Example:a:b+?secret=${SECRET.toLowerCase()}AB==&issuer=Oth+er&algorithm=sha-256&digits=8&period=x&image=http://a&image=b `;
    expect(codes(uri).sort()).toEqual([
      "algorithm-ignored",
      "algorithm-spelling",
      "ambiguous-plus",
      "ambiguous-plus",
      "colon-in-label",
      "digits-ignored",
      "duplicate-extra",
      "image-not-https",
      "issuer-differs",
      "missing-counter",
      "secret-padding",
      "secret-spelling",
      "spare-bits",
      "surrounding-space",
      "unused-parameter",
    ]);
    const hopeless =
      "otpauth://totp/%ff?secret=1&secret=2&algorithm=MD5&digits=x&period=0&epoch=-1&encoder=x&issuer=%00&a=%00#";
    expect(new Set(codes(hopeless))).toEqual(
      new Set([
        "invalid-escape",
        "invalid-secret",
        "duplicate-parameter",
        "invalid-algorithm",
        "invalid-digits",
        "invalid-period",
        "invalid-epoch",
        "invalid-encoder",
        "invalid-label",
        "invalid-extra",
        "fragment",
      ]),
    );
  });

  it("names a broken escape of the label once", () => {
    expect(codes(uriOf({ issuer: undefined }, { label: "a%zz:b" }))).toEqual(["invalid-escape", "issuer-not-twice"]);
  });

  it("names a broken escape of an issuer once, if the label begins with the issuer", () => {
    expect(codes(uriOf({ issuer: "100%" }, { label: "100%:alice" }))).toEqual(["invalid-escape"]);
  });

  it("takes no control character but a blank one for space around a URI", () => {
    for (const text of [`\b${uriOf()}`, `\0${uriOf()}`, `\x7f${uriOf()}`]) {
      expect(codes(text)).toEqual(["not-a-key-uri"]);
    }
    expect(codes(`\t\n\v\f\r${uriOf()}`)).toEqual(["surrounding-space"]);
  });

  it("says where a fragment stands: in the label, or in no parameter", () => {
    const fragment = (uri: string) => inspectUri(uri).problems.find(({ code }) => code === "fragment")?.parameter;
    expect(fragment(uriOf({}, { label: "Example:alice#1" }))).toBe("account");
    expect(fragment(`${uriOf()}#1`)).toBe(null);
    expect(fragment(`steam://${SECRET}#1`)).toBe(null);
  });

  it("knows a type that is none by one code, whatever the scheme", () => {
    for (const uri of [uriOf({}, { type: "motp" }), uriOf({}, { scheme: "apple-otpauth", type: "hotp" }), "motp:a"]) {
      expect(codes(uri)).toEqual(["unsupported-type"]);
    }
  });

  it("names what a plus or a parameter is about", () => {
    const plus = inspectUri(uriOf({ issuer: "My+Shop" }, { label: "My+Shop:a" })).problems;
    expect(plus.map(({ parameter }) => parameter)).toEqual(["account", "issuer"]);
    const unused = inspectUri(hotpUri({ period: "30", epoch: "0" })).problems;
    expect(unused.map(({ parameter, message }) => [parameter, message])).toEqual([
      ["period", "A HOTP key has no period."],
      ["epoch", "A HOTP key has no epoch."],
    ]);
  });

  it("asks of an image how it is fetched, by how its address begins", () => {
    expect(codes(uriOf({ image: "https://example.com/a.png" }))).toEqual([]);
    expect(codes(uriOf({ image: "http://example.com/?https://" }))).toEqual(["image-not-https"]);
  });

  it("knows by their codes a secret of nothing, and Steam Guard in a HOTP key", () => {
    expect(codes(uriOf({ secret: "%20" }))).toEqual(["invalid-secret"]);
    expect(codes(hotpUri({ encoder: "steam" }))).toEqual(["invalid-encoder"]);
    expect(codes(uriOf({ encoder: "steam", algorithm: "SHA256" }))).toEqual(["invalid-algorithm"]);
  });

  it("misses no issuer where a scheme has no place for one", () => {
    expect(inspectUri(`steam://${SECRET}`).problems).toEqual([]);
  });

  it("measures the secret in bytes: 16 are enough (trap 39, quirk 19)", () => {
    const bytes = (length: number) => "A".repeat(Math.ceil((length * 8) / 5));
    expect(codes(uriOf({ secret: bytes(15) }))).toEqual(["weak-secret"]);
    expect(codes(uriOf({ secret: bytes(16) }))).toEqual([]);
    expect(inspectUri(uriOf({ secret: bytes(10) })).problems[0]?.message).toContain("10 bytes");
  });

  it("says nothing of the secret, nor of names and values (trap 79)", () => {
    const marked = [
      ...["secret", "issuer", "algorithm", "digits", "period", "counter", "encoder", "image", "MARK"].flatMap((name) =>
        ["MARK", "mark", "MARK%zz", "MARK%00", "MARKMARKA", "MARKMARKMARKMARKMARKMARKMARKMARK", "MA+RK:MARK"].map(
          (value) => uriOf({ [name]: value }),
        ),
      ),
      uriOf({}, { label: "MARK:MARK+:MARK" }),
      uriOf({}, { type: "MARK" }),
      "MARK",
      `${uriOf()}&MARK=1&MARK=2#MARK`,
    ];
    for (const uri of marked) {
      const { problems } = inspectUri(uri);
      expect(problems.length, uri).toBeGreaterThan(
        uri.includes("&MARK=MARK") || uri.includes("&MARK=mark") || /secret=MARK.{28}&|(issuer|counter)=/.test(uri)
          ? -1
          : 0,
      );
      expect(
        JSON.stringify(problems.map(({ code, parameter, message }) => [code, parameter, message])),
        uri,
      ).not.toMatch(/mark/i);
    }
  });
});
