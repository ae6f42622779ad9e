// What people paste, as it was reported: each row of the list is read as it was meant.
import fc from "fast-check";
import { formatMigration, formatUri, inspectUri, parseKey, parseMigration, parseUri, totp } from "otp-core";
import { describe, expect, it } from "vitest";
import { PARAMETERS } from "../../src/uri/parameters.ts";
import { message, uriOfPayload } from "../support/migration-payload.ts";
import { refusal } from "../support/refusal.ts";
import { HOTP_READ, hotpUri, READ, SECRET, uriOf } from "../support/uris.ts";

const found = (uri: string) => inspectUri(uri).problems.map(({ severity, code }) => `${severity} ${code}`);

describe("a parameter that looks like a known one", () => {
  it("is read behind an amp; of a page that escaped twice, with a warning (field D4)", () => {
    const tail = "amp;issuer=Shop&amp;algorithm=SHA256&amp;digits=8&amp;period=60";
    const uri = `otpauth://totp/Shop:alice?secret=${SECRET}&${tail}`;
    const key = { ...READ, issuer: "Shop", algorithm: "SHA256", digits: 8, period: 60 };
    expect(parseUri(uri)).toStrictEqual(key);
    const report = inspectUri(uri);
    expect(report.key).toStrictEqual(key);
    const spellings = report.problems.filter(({ code }) => code === "parameter-spelling");
    expect(spellings.map(({ parameter }) => parameter)).toEqual(["issuer", "algorithm", "digits", "period"]);
    expect(spellings.every(({ severity }) => severity === "warning")).toBe(true);
  });

  it("is read in any case, and under the names of other software", () => {
    for (const name of [
      "DIGITS",
      "Digits",
      "dIgItS",
      "amp;digits",
      "AMP;amp;Digits",
      "%44igits",
      "digit",
      "digits%20",
      "?digits",
    ]) {
      expect(parseUri(uriOf({ [name]: "8" })), name).toStrictEqual({ ...READ, digits: 8 });
      expect(found(uriOf({ [name]: "8" })), name).toContain("warning parameter-spelling");
    }
    for (const name of ["algo", "alg", "ALGO", "hash"]) {
      expect(parseUri(uriOf({ [name]: "sha256" })), name).toStrictEqual({ ...READ, algorithm: "SHA256" });
    }
    for (const name of ["interval", "Interval", "step", "time_step", "timeStep", "time-step"]) {
      expect(parseUri(uriOf({ [name]: "60" })), name).toStrictEqual({ ...READ, period: 60 });
    }
    expect(parseUri(uriOf({ T0: "7" }))).toStrictEqual({ ...READ, epoch: 7 });
    expect(parseUri(hotpUri({ counter: undefined, Counter: "7" }))).toStrictEqual({ ...HOTP_READ, counter: 7 });
    // An escape alone is a matter of the URI and not of the name.
    expect(found(uriOf({ "%64igits": "6" }))).toEqual([]);
  });

  it("is an error with a wrong value, and together with the known parameter", () => {
    for (const [raw, argument] of [
      [{ interval: "x" }, "period"],
      [{ hash: "MD5" }, "algorithm"],
      [{ Digits: "" }, "digits"],
      [{ digits: "6", Digits: "8" }, "digits"],
      [{ period: "30", interval: "30" }, "period"],
    ] as const) {
      expect(() => parseUri(uriOf(raw))).toThrow(refusal("invalid-uri", argument));
      expect(inspectUri(uriOf(raw)).key).toBe(null);
    }
  });

  it("never becomes a default, whichever letter of it is mistyped", () => {
    const letters = fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz");
    const typo = fc
      .tuple(fc.constantFrom(...PARAMETERS), fc.nat(), letters, fc.constantFrom("add", "drop", "replace", "swap"))
      .map(([name, place, letter, kind]) => {
        const at = place % name.length;
        const [before, after] = [name.slice(0, at), name.slice(at)];
        if (kind === "add") return [name, before + letter + after];
        if (kind === "drop") return [name, before + after.slice(1)];
        if (kind === "replace") return [name, before + letter + after.slice(1)];
        return [name, before + after.slice(1, 2) + after.slice(0, 1) + after.slice(2)];
      });
    const values = {
      secret: SECRET,
      issuer: "Shop",
      algorithm: "SHA256",
      digits: "8",
      period: "60",
      epoch: "60",
      counter: "7",
      encoder: "steam",
    };
    let errors = 0;
    fc.assert(
      fc.property(typo, fc.boolean(), ([name = "", written = ""], upper) => {
        const value = values[name as keyof typeof values];
        const write = name === "counter" ? hotpUri : uriOf;
        const wanted = parseUri(write({ [name]: value }, { label: "alice" }));
        const uri = write({ [name]: undefined, [upper ? written.toUpperCase() : written]: value }, { label: "alice" });
        const { key } = inspectUri(uri);
        if (key !== null) expect(key).toStrictEqual(wanted);
        else errors++;
      }),
      { numRuns: 1000 },
    );
    expect(errors).toBeGreaterThan(300);
  });

  it("is one mistake away from a known one, and not two", () => {
    for (const [written, name] of [
      ["perioddd", null],
      ["pperiod", "period"],
      ["peeriood", null],
      ["erio", null],
      ["preoid", null],
      ["piredo", null],
      ["dgitsi", null],
      ["dxiits", null],
      ["dgxits", null],
      ["digitx", "digits"],
      ["digist", "digits"],
      ["digixst", null],
      ["idgits", "digits"],
      ["idgist", null],
      ["igdits", null],
      ["gidits", null],
      ["epohc", "epoch"],
      ["epoc", "epoch"],
      ["epo", null],
      ["epochal", null],
    ] as const) {
      const said = inspectUri(uriOf({ [written]: "1" })).problems.filter(({ code }) => code === "misspelt-parameter");
      expect(
        said.map(({ parameter }) => parameter),
        written,
      ).toEqual(name === null ? [] : [name]);
    }
  });

  it("is an error behind a wrong separator, wherever it stands", () => {
    for (const uri of [
      `otpauth://totp/Shop:alice?secret=${SECRET}&issuer=Shop?digits=8`,
      `otpauth://totp/Shop:alice?secret=${SECRET}&issuer=Shop;digits=8`,
      `otpauth://totp/Shop:alice&digits=8?secret=${SECRET}`,
      `otpauth://totp/Shop:alice?secret=${SECRET}&lock=1?DIGITS=8`,
      uriOf({ issuer: "https://example.com/?digits=8" }, { label: "alice" }),
      uriOf({ note: "see-https://example.com/?digits=8" }),
    ]) {
      expect(() => parseUri(uri), uri).toThrow(refusal("invalid-uri", "digits"));
      expect(inspectUri(uri).key, uri).toBe(null);
      expect(found(uri), uri).toContain("error misspelt-parameter");
    }
    for (const scheme of ["https", "http", "HTTPS"]) {
      const image = `${scheme}://example.com/a.png?digits=2`;
      expect(parseUri(uriOf({ image })).extra?.image).toBe(image);
    }
  });

  it("is not a name that is far from all known ones", () => {
    for (const name of [
      "lock",
      "color",
      "icon",
      "issuerExt",
      "issuerInt",
      "labelAlt",
      "pin_length",
      "秘密",
      "image",
      "user",
    ]) {
      expect(parseUri(uriOf({ [name]: "1" })).extra?.[name], name).toBe("1");
    }
    // What formatUri wrote there would not be read as the same.
    for (const name of ["Digits", "amp;period", "interval", "digts", "Secret"]) {
      expect(() => formatUri(READ, { extra: { [name]: "1" } })).toThrow(refusal("invalid-argument", "extra"));
    }
  });
});

describe("a name", () => {
  it("never costs a key: bad escapes (field D8)", () => {
    const key = inspectUri(`otpauth://totp/Save 50% Shop:alice?secret=${SECRET}&issuer=Save%2050%25%20Shop`);
    expect(key.key).toStrictEqual({ ...READ, issuer: "Save 50% Shop" });
    expect(key.problems.map(({ code }) => code)).toEqual(["invalid-escape"]);
    for (const [label, issuer] of [
      ["Save 50% Shop", "Save 50% Shop"],
      ["Caf%E9", "Caf\ufffd"],
      ["%F0%9F%94%90%F0%9F", "🔐\ufffd\ufffd"],
      ["%zz%41", "%zzA"],
    ] as const) {
      const uri = uriOf({ issuer: undefined }, { label: `${label}:alice` });
      const report = inspectUri(uri);
      expect(report.key, label).toStrictEqual({ ...READ, issuer });
      expect(found(uri).filter((problem) => problem.startsWith("error"))).toEqual(["error invalid-escape"]);
      expect(() => parseUri(uri)).toThrow(refusal("invalid-uri", "account"));
    }
  });

  it("never costs a key, whatever it is", () => {
    const pieces = fc.constantFrom(
      ..."%:+# aZ9\0\n\u0085\u202e\ud800例",
      "%00",
      "%ff",
      "%C3%A9",
      "%zz",
      "%3A",
      "%20",
      "x".repeat(200),
    );
    const texts = fc.array(pieces, { maxLength: 8 }).map((list) => list.join(""));
    fc.assert(
      fc.property(
        texts,
        fc.option(
          texts.map((text) => text.replaceAll("#", "")),
          { nil: undefined },
        ),
        (label, issuer) => {
          const { key } = inspectUri(uriOf({ issuer, digits: "8" }, { label: `a${label}` }));
          fc.pre(label.length + (issuer?.length ?? 0) < 1900);
          expect(key).toMatchObject({ secret: SECRET, digits: 8, period: 30, algorithm: "SHA1" });
          for (const name of [key?.issuer, key?.account]) {
            if (name !== undefined) expect(name).toMatch(/^[^:\p{Cc}\p{Cs}]{1,255}$/u);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("with a colon and spaces as in a form is found in the label (field D7)", () => {
    const shop = "Nyaa+%28https%3A%2F%2Fold.example%29";
    const uri = uriOf({ issuer: shop }, { label: "Nyaa%20%28https://old.example%29:user" });
    expect(inspectUri(uri).key).toStrictEqual({ ...READ, issuer: "Nyaa (https //old.example)", account: "user" });
    const turned = uriOf(
      { issuer: "Nyaa%20(https%3A%2F%2Fold.example)" },
      { label: "Nyaa+(https://old.example):user" },
    );
    expect(inspectUri(turned).key).toMatchObject({ issuer: "Nyaa (https //old.example)", account: "user" });
    expect(() => parseUri(uri)).toThrow(refusal("invalid-uri", "issuer"));
  });

  it("may stand without an account, from a transfer into a URI and back (field D6)", () => {
    const bytes = Buffer.from(SECRET);
    for (const [name, issuer] of [
      ["Heroku:", ""],
      ["", "Heroku"],
      ["Heroku:", "Heroku"],
    ] as const) {
      const { keys } = parseMigration(uriOfPayload(message([1, message([1, bytes], [2, name], [3, issuer], [6, 2])])));
      const [key] = keys;
      if (key === undefined) return expect.unreachable();
      expect(key).not.toHaveProperty("account");
      const uri = formatUri(key);
      expect(uri).toMatch(/^otpauth:\/\/totp\/Heroku\?secret=\w+&issuer=Heroku&/);
      expect(parseUri(uri)).toStrictEqual(key);
      expect(found(uri)).toEqual([]);
    }
  });
});

describe("a secret", () => {
  it("is read with the blanks and dashes that come with pasting, in every function that takes one (field D1)", () => {
    const plain = "JBSWY3DPEHPK3PXP";
    const key = { type: "totp", account: "alice" } as const;
    const uri = formatUri({ ...key, secret: plain });
    for (const blank of [" ", "\n", "\r\n", "\t", "\u00a0", "\u202f", "\ufeff", "\u200b", "\u2011", "\u2013"]) {
      const secret = `${blank}JBSW${blank}Y3DP\nEHPK${blank}3PXP${blank}`;
      expect(totp({ secret }, { now: 59_000 }), blank).toBe(totp({ secret: plain }, { now: 59_000 }));
      expect(formatUri({ ...key, secret })).toBe(uri);
      expect(parseKey({ type: "totp", secret }).secret).toBe(plain);
      expect(formatMigration([{ ...key, secret }])).toEqual(formatMigration([{ ...key, secret: plain }]));
      for (const written of [secret.replace(/\s+$/u, ""), encodeURIComponent(secret)]) {
        const report = inspectUri(uriOf({ secret: written }));
        expect(report.key?.secret, blank).toBe(plain);
        expect(report.problems.map(({ code }) => code)).toContain("secret-spelling");
      }
    }
  });
});

describe("formatUri", () => {
  it("writes a domain as the issuer of every scheme, from the key or as an option", () => {
    for (const scheme of ["otpauth", "apple-otpauth"] as const) {
      for (const uri of [
        formatUri(READ, { scheme, domain: "example.com" }),
        formatUri({ ...READ, domain: "example.com" }, { scheme }),
        formatUri({ ...READ, domain: "other.com" }, { scheme, domain: "example.com" }),
      ]) {
        expect(uri).toBe(
          `${scheme}://totp/Example:alice?secret=${SECRET}&issuer=example.com&algorithm=SHA1&digits=6&period=30`,
        );
        expect(parseUri(uri)).toStrictEqual({ ...READ, domain: "example.com" });
        expect(found(uri)).toEqual([]);
      }
    }
  });

  it("writes a secret of bytes", () => {
    const bytes = Buffer.from("12345678901234567890");
    expect(formatUri({ ...READ, secret: bytes })).toBe(formatUri(READ));
    expect(totp({ ...READ, secret: bytes }, { now: 59_000 })).toBe(
      totp(parseUri(formatUri(READ)) as typeof READ, { now: 59_000 }),
    );
    expect(() => formatUri({ ...READ, secret: new Uint8Array() })).toThrow(refusal("invalid-secret", "secret"));
  });

  it("writes a key without any name, with a warning of inspectUri", () => {
    const { issuer: _, account: __, ...nameless } = READ;
    const uri = formatUri(nameless);
    expect(uri).toBe(`otpauth://totp/?secret=${SECRET}&algorithm=SHA1&digits=6&period=30`);
    expect(parseUri(uri)).toStrictEqual(nameless);
    expect(found(uri)).toEqual(["warning missing-issuer", "warning missing-account"]);
  });
});
