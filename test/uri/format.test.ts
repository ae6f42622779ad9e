import fc from "fast-check";
import { type FormatUriOptions, formatUri, isOtpError, type Key, parseUri, totp } from "otp-core";
import { describe, expect, it } from "vitest";
import { domains, extras, keys, totpKeys, writtenOut } from "../support/arbitrary-uris.ts";
import { refusal } from "../support/refusal.ts";
import { SECRET } from "../support/uris.ts";

const KEY = { type: "totp", secret: SECRET, issuer: "Example", account: "alice" } as const;

/** All but the unreserved characters of RFC 3986 section 2.3, by the engine's own function and the five that it leaves. */
const escaped = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

/** formatUri, or undefined for a URI that is too long: labels may have more characters than one has room for. */
function formatted(key: Key, options?: FormatUriOptions): string | undefined {
  try {
    return formatUri(key, options);
  } catch (error) {
    expect(isOtpError(error) && error.argument).toBe("key");
    return undefined;
  }
}

describe("a formatted URI", () => {
  it("is read back as the same key, with its defaults written out (trap 77)", () => {
    fc.assert(
      fc.property(keys, (key) => {
        const uri = formatted(key);
        fc.pre(uri !== undefined);
        expect(parseUri(uri)).toStrictEqual(writtenOut(key));
        expect(formatUri(parseUri(uri))).toBe(uri);
      }),
      { numRuns: 2000 },
    );
  });

  it("is the canonical one: every parameter, the issuer twice, %20, no padding (quirks 7 to 10, 13, 16, 17, 29, 30, draft 7)", () => {
    fc.assert(
      fc.property(keys, (given) => {
        const key = writtenOut(given);
        const { issuer, domain, account = "" } = key;
        const alone = account === "" && domain === undefined;
        const prefix = issuer === undefined ? "" : `${escaped(issuer)}${alone ? "" : ":"}`;
        const parameters = [
          `secret=${key.secret}`,
          ...(issuer === undefined ? [] : [`issuer=${escaped(domain ?? issuer)}`]),
          `algorithm=${key.algorithm}`,
          `digits=${key.digits}`,
          ...(key.type === "hotp" ? [`counter=${key.counter}`] : [`period=${key.period}`]),
          ...(key.type === "totp" && key.epoch !== undefined ? [`epoch=${key.epoch}`] : []),
          ...(key.type === "totp" && key.encoder !== undefined ? ["encoder=steam"] : []),
        ];
        const expected = `otpauth://${key.type}/${prefix}${escaped(account)}?${parameters.join("&")}`;
        expect(formatted(given)).toBe(expected.length > 2048 ? undefined : expected);
      }),
      { numRuns: 1000 },
    );
  });

  it("is ASCII of unreserved characters, escapes and its own delimiters, at most 2048", () => {
    fc.assert(
      fc.property(keys, extras, (key, extra) => {
        const uri = formatted(key, { extra });
        fc.pre(uri !== undefined);
        expect(uri).toMatch(
          /^otpauth:\/\/[ht]otp\/[A-Za-z0-9\-._~%]*(:[A-Za-z0-9\-._~%]*)?\?([A-Za-z0-9\-._~%]+=[A-Za-z0-9\-._~%]*&?)+$/,
        );
        expect(uri).not.toMatch(/%(?![0-9A-F]{2})/);
        expect(uri.length).toBeLessThanOrEqual(2048);
      }),
    );
  });

  it("holds what no key has, and gives it back (quirks 24, 25)", () => {
    fc.assert(
      fc.property(keys, extras, (key, extra) => {
        const uri = formatted(key, { extra });
        fc.pre(uri !== undefined);
        const { extra: read, ...rest } = parseUri(uri);
        expect(rest).toStrictEqual(writtenOut(key));
        expect(Object.entries(read ?? {})).toEqual(Object.entries(extra));
        if (read !== undefined) expect(Object.getPrototypeOf(read)).toBe(null);
      }),
    );
  });

  it("holds a domain in the place of the issuer in either scheme, and gives it back (quirk 12)", () => {
    const schemes = fc.constantFrom("otpauth" as const, "apple-otpauth" as const);
    fc.assert(
      fc.property(totpKeys, schemes, domains, (key, scheme, domain) => {
        const plain = formatted(key, { scheme });
        fc.pre(plain !== undefined);
        expect(plain.startsWith(`${scheme}://totp/`)).toBe(true);
        expect(parseUri(plain)).toStrictEqual(writtenOut(key));
        if (key.issuer === undefined) {
          expect(() => formatUri(key, { scheme, domain })).toThrow(refusal("invalid-argument", "issuer"));
          return;
        }
        const uri = formatted(key, { scheme, domain });
        fc.pre(uri !== undefined);
        expect(parseUri(uri)).toStrictEqual(writtenOut({ ...key, domain }));
        expect(uri).toContain(`&issuer=${domain}&`);
        expect(formatUri({ ...key, domain }, { scheme })).toBe(uri);
      }),
    );
  });

  it("has a length of at most 2048, to the character", () => {
    const fill = (length: number) => {
      const empty = formatUri(KEY, { extra: { x: "" } }).length;
      return { extra: { x: "y".repeat(length - empty) } };
    };
    expect(formatUri(KEY, fill(2048))).toHaveLength(2048);
    expect(parseUri(formatUri(KEY, fill(2048))).account).toBe("alice");
    expect(() => formatUri(KEY, fill(2049))).toThrow(refusal("invalid-argument", "key"));
    expect(() => formatUri({ ...KEY, account: "🔐".repeat(127), issuer: "🔐".repeat(127) })).toThrow(
      refusal("invalid-argument", "key"),
    );
  });

  it("gives an app the codes of the key", () => {
    fc.assert(
      fc.property(totpKeys, fc.integer({ min: 0, max: 4e12 }), (key, elapsed) => {
        const uri = formatted(key);
        fc.pre(uri !== undefined && (key.epoch ?? 0) < 1e9);
        const now = (key.epoch ?? 0) * 1000 + elapsed;
        expect(totp(parseUri(uri) as typeof key, { now })).toBe(totp(key, { now }));
      }),
    );
  });
});

describe("formatUri", () => {
  it("writes a frozen key, a row with columns of its own, a key with undefined fields", () => {
    const uri = `otpauth://totp/Example:alice?secret=${SECRET}&issuer=Example&algorithm=SHA1&digits=6&period=30`;
    expect(formatUri(Object.freeze({ ...KEY }))).toBe(uri);
    expect(formatUri({ ...KEY, id: 7, createdAt: "today" } as Key)).toBe(uri);
    const undefineds = {
      algorithm: undefined,
      digits: undefined,
      period: undefined,
      epoch: undefined,
      encoder: undefined,
    };
    expect(formatUri({ ...KEY, ...undefineds })).toBe(uri);
    expect(formatUri({ ...KEY, epoch: 0 })).toBe(uri);
    expect(formatUri({ ...KEY, secret: "gezd gnbv gy3t qojq gezd gnbv gy3t qojq" })).toBe(uri);
    expect(formatUri(KEY, { scheme: undefined, domain: undefined, extra: undefined })).toBe(uri);
  });

  it.each([
    [
      "account",
      [
        null,
        "",
        1,
        {},
        ["alice"],
        "a:b",
        ":",
        "a\n",
        "\0",
        "\u007f",
        "\u0085",
        "\ud800",
        "x".repeat(256),
        " alice",
        " ",
      ],
    ],
    ["issuer", [null, "", 1, {}, "a:b", ":", "a\r", "\u009f", "\udc00x", "x".repeat(256)]],
    ["type", [undefined, null, "", "TOTP", "steam", "yaotp", 1]],
    ["algorithm", ["MD5", "sha1", "SHA-1", "", null, "constructor", "__proto__"]],
    ["digits", [0, 5, 11, 100, 6.5, "6", null, Number.NaN, Infinity]],
    ["period", [0, -1, 86401, 1.5, "30", null, Number.NaN, Infinity]],
    ["epoch", [-1, 0.5, "0", null, 8.64e12 + 1]],
    ["encoder", ["Steam", "", null, "base32"]],
  ])("refuses a wrong %s (trap 77)", (field, values) => {
    for (const value of values) {
      expect(() => formatUri({ ...KEY, [field]: value } as Key)).toThrow(refusal("invalid-argument", field));
    }
  });

  it.each([[-1], [1.5], ["0"], [null], [2 ** 53], [0n], [Number.NaN]])("refuses the counter %s", (counter) => {
    expect(() => formatUri({ ...KEY, type: "hotp", counter } as never)).toThrow(refusal("invalid-argument", "counter"));
  });

  it("refuses a secret that is none (traps 38, 70, 77)", () => {
    for (const secret of ["", " - ", "===", "1", "8", "A", "AB", "GEZDGNBV1", "GEZDGNBV\0", "ＧＥＺＤ"]) {
      expect(() => formatUri({ ...KEY, secret })).toThrow(refusal("invalid-secret", "secret"));
    }
    const handle = { algorithm: "SHA1", sign: () => new Uint8Array(20) };
    for (const secret of [undefined, null, 1, [1, 2], Uint16Array.of(1), handle, ["GEZDGNBV"]]) {
      expect(() => formatUri({ ...KEY, secret } as never)).toThrow(refusal("invalid-argument", "secret"));
    }
  });

  it("refuses Steam Guard with anything but its own digits and hash, and in HOTP", () => {
    for (const digits of [4, 6, 8]) {
      expect(() => formatUri({ ...KEY, encoder: "steam", digits })).toThrow(refusal("invalid-argument", "digits"));
    }
    expect(() => formatUri({ ...KEY, encoder: "steam", algorithm: "SHA256" })).toThrow(
      refusal("invalid-argument", "algorithm"),
    );
    expect(() => formatUri({ ...KEY, type: "hotp", encoder: "steam" } as never)).toThrow(
      refusal("invalid-argument", "encoder"),
    );
  });

  it("refuses what is no key", () => {
    for (const key of [undefined, null, 1, "otpauth://totp/a", true]) {
      expect(() => formatUri(key as never)).toThrow(refusal("invalid-argument", "key"));
    }
  });

  it("refuses options that are none", () => {
    const wrong: readonly (readonly [options: unknown, argument: string])[] = [
      [null, "options"],
      [1, "options"],
      [{ compact: true }, "compact"],
      [{ scheme: "steam" }, "scheme"],
      [{ scheme: null }, "scheme"],
      [{ scheme: "OTPAUTH" }, "scheme"],
      [{ domain: "localhost" }, "domain"],
      [{ domain: "https://example.com" }, "domain"],
      [{ scheme: "apple-otpauth", domain: "" }, "domain"],
      [{ scheme: "apple-otpauth", domain: "a.b:1" }, "domain"],
      [{ scheme: "apple-otpauth", domain: null }, "domain"],
      [{ extra: null }, "extra"],
      [{ extra: "image" }, "extra"],
      [{ extra: { "": "x" } }, "extra"],
      [{ extra: { "a\0": "x" } }, "extra"],
      [{ extra: { "\ud800": "x" } }, "extra"],
      [{ extra: { color: 1 } }, "extra.color"],
      [{ extra: { color: undefined } }, "extra.color"],
      [{ extra: { color: "a\n" } }, "extra.color"],
      [{ extra: { color: "\udfff" } }, "extra.color"],
      ...["secret", "issuer", "algorithm", "digits", "period", "epoch", "counter", "encoder"].map(
        (name) => [{ extra: { [name]: "1" } }, "extra"] as const,
      ),
    ];
    for (const [options, argument] of wrong) {
      expect(() => formatUri(KEY, options as never), JSON.stringify(options)).toThrow(
        refusal("invalid-argument", argument),
      );
    }
    expect(() => formatUri({ ...KEY, type: "hotp" }, { scheme: "apple-otpauth" })).toThrow(
      refusal("invalid-argument", "type"),
    );
  });

  it("refuses an image that is not fetched over https (quirk 24)", () => {
    const image = "https://example.com/logo.png?a=b&c=d";
    expect(parseUri(formatUri(KEY, { extra: { image } })).extra?.image).toBe(image);
    for (const other of ["http://example.com/logo.png", "logo.png", "", "data:image/png;base64,AAAA", " https://a"]) {
      expect(() => formatUri(KEY, { extra: { image: other } })).toThrow(refusal("invalid-argument", "extra.image"));
    }
  });

  it("says nothing of what it refuses: neither the secret nor a name (trap 79, draft 11)", () => {
    const wrong: readonly unknown[] = [
      { ...KEY, secret: "MARKMARK1" },
      { ...KEY, secret: "MARKMARKA" },
      { ...KEY, account: "MARK:MARK" },
      { ...KEY, issuer: "MARK\n" },
      { ...KEY, algorithm: "MARK" },
      { ...KEY, digits: "MARK" },
      { ...KEY, type: "MARK" },
      { ...KEY, encoder: "MARK" },
    ];
    for (const key of wrong) {
      try {
        formatUri(key as Key);
        expect.unreachable();
      } catch (error) {
        expect(isOtpError(error)).toBe(true);
        expect(`${error} ${JSON.stringify(error)}`).not.toMatch(/MARK/);
      }
    }
  });
});
