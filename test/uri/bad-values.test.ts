import fc from "fast-check";
import { isOtpError, parseUri } from "otp-core";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.ts";
import { hotpUri, READ, SECRET, uriOf } from "../support/uris.ts";

const refused = (argument: string) => refusal("invalid-uri", argument);

/** What is no number of any field; all of it is refused as it stands, and as escapes of itself. */
const NO_NUMBERS = [
  "",
  " ",
  "6.5",
  "6.0",
  "1e1",
  " 6",
  "6 ",
  "+6",
  "-6",
  "06",
  "006",
  "0x6",
  "6_0",
  "6,0",
  "6;",
  "６",
  "٦",
  "six",
  "null",
  "undefined",
  "NaN",
  "Infinity",
  "6%",
  "%36%",
  "6\n",
  "6\0",
  "true",
  "[6]",
  "9".repeat(400),
];

const NUMBERS: Readonly<Record<string, { good: readonly string[]; bad: readonly string[] }>> = {
  digits: { good: ["6", "7", "8", "9", "10", "%38", "1%30"], bad: ["0", "1", "4", "5", "11", "100", "-8", "8.0"] },
  period: {
    good: ["1", "5", "30", "60", "86400", "%330"],
    bad: ["0", "-30", "86401", "30.0", "30s", "9007199254740993"],
  },
  epoch: { good: ["0", "1", "8640000000000"], bad: ["-1", "8640000000001", "1.5"] },
  counter: {
    good: ["0", "1", "2147483648", "9007199254740991"],
    bad: ["-1", "9007199254740992", "9007199254740993", "9223372036854775807", "18446744073709551615", "1.5"],
  },
};

const ESCAPES = [
  "%",
  "%2",
  "%zz",
  "%%",
  "%ff",
  "%c0%af",
  "%c3",
  "%e0%80%80",
  "%ed%a0%80",
  "%f4%90%80%80",
  "%f8%88%80%80%80",
  "%u0041",
  "a%",
  "%G0",
  "%0G",
  "% 41",
  "%４1",
];
const CONTROLS = ["%00", "%0a", "%0D", "%1f", "%7F", "%c2%80", "%C2%9F", "\0", "\n", "\u0085"];
const HALVES = ["\ud83d", "\udd10", "\udd10\ud83d", "a\ud800b"];

describe("parseUri", () => {
  for (const [name, { good, bad }] of Object.entries(NUMBERS)) {
    const write = name === "counter" ? hotpUri : uriOf;
    it(`reads ${name} as decimal digits in their range, and nothing else (trap 34, quirks 4 to 6, 20, 21, 28)`, () => {
      for (const text of good) {
        expect(parseUri(write({ [name]: text }))).toMatchObject(
          text === "0" && name === "epoch" ? READ : { [name]: Number(decodeURIComponent(text)) },
        );
      }
      for (const text of [...NO_NUMBERS, ...bad, ...ESCAPES, ...CONTROLS, ...HALVES]) {
        expect(() => parseUri(write({ [name]: text, last: "" })), `${name}=${text}`).toThrow(refused(name));
      }
      for (const text of [...NO_NUMBERS, ...bad]) {
        if (text.includes("%")) continue;
        expect(() => parseUri(write({ [name]: encodeURIComponent(text) })), text).toThrow(refused(name));
      }
    });
  }

  it("reads any decimal number in its range, and no other text of these characters (quirk 5)", () => {
    const texts = fc.string({ unit: fc.constantFrom(..."0123456789+-.eE x"), minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(texts, fc.constantFrom("digits", "period", "counter"), (text, name) => {
        const [min, max] = { digits: [6, 10], period: [1, 86400], counter: [0, Number.MAX_SAFE_INTEGER] }[name] as [
          number,
          number,
        ];
        const write = name === "counter" ? hotpUri : uriOf;
        const legal =
          String(Number(text)) === text && Number.isInteger(Number(text)) && Number(text) >= min && Number(text) <= max;
        const read = () => (parseUri(write({ [name]: text, last: "" })) as unknown as Record<string, unknown>)[name];
        if (legal) expect(read()).toBe(Number(text));
        else expect(read).toThrow(refused(name));
      }),
      { numRuns: 1000 },
    );
  });

  it("reads the three algorithms in every spelling, and no fourth (traps 45, 72, quirks 2, 3, draft 8)", () => {
    const spellings = (bits: string) =>
      ["SHA", "sha_", "sha", "Sha", "SHA-", "sha-", "HMACSHA", "HmacSHA", "hmacsha", "HMAC-SHA-", "Hmac-sha"].map(
        (name) => `${name}${bits}`,
      );
    for (const bits of ["1", "256", "512"]) {
      for (const text of spellings(bits)) {
        expect(parseUri(uriOf({ algorithm: text })).algorithm).toBe(`SHA${bits}`);
        expect(parseUri(hotpUri({ algorithm: text })).algorithm).toBe(`SHA${bits}`);
      }
    }
    expect(parseUri(uriOf({ algorithm: "%53HA256" })).algorithm).toBe("SHA256");
    const others = [
      "",
      "MD5",
      "md5",
      "SHA",
      "SHA0",
      "SHA2",
      "SHA224",
      "SHA384",
      "SHA3-256",
      "SHA512/256",
      "SHA 256",
      "SHA--1",
      "SHA256 ",
      "ſHA1",
      "ＳＨＡ1",
      "SHA１",
      "sha1sha1",
      "HMAC",
      "constructor",
      "__proto__",
      "1",
      "null",
    ];
    for (const text of [...others, ...ESCAPES, ...CONTROLS, ...HALVES]) {
      expect(() => parseUri(uriOf({ algorithm: text, last: "" })), text).toThrow(refused("algorithm"));
    }
  });

  it("refuses a secret that no bytes are encoded as (traps 38, 49, 70, quirk 18)", () => {
    const wrong = [
      "",
      " ",
      "====",
      "-",
      "A",
      "ABC",
      "AB",
      "AAB",
      "GEZDGNBV1",
      "GEZDGNBV0",
      "GEZD8NBV",
      "GEZD+GNBV",
      "=GEZDGNBV",
      "GEZ=DGNBV",
      "ＧＥＺＤ",
      "GEZDGNBVß",
      "ſEZDGNBV",
      "GEZDGNBV.",
      "null",
      "undefined",
    ];
    for (const text of [...wrong, ...ESCAPES, ...CONTROLS, ...HALVES]) {
      expect(() => parseUri(uriOf({ secret: text, last: "" })), text).toThrow(refused("secret"));
    }
    expect(() => parseUri(uriOf({ secret: undefined }))).toThrow(refused("secret"));
  });

  it.each([
    ["issuer", (text: string) => uriOf({ issuer: text, last: "" }, { label: "alice" })],
    ["issuer", (text: string) => uriOf({ issuer: undefined }, { label: `${text}:alice` })],
    ["account", (text: string) => uriOf({}, { label: `Example:${text}` })],
    ["account", (text: string) => uriOf({ issuer: undefined }, { label: text })],
  ])("refuses escapes that are none, control characters and half characters in the %s (quirk 31)", (field, write) => {
    // An escape that is none is found before the label is taken apart.
    for (const text of ESCAPES)
      expect(() => parseUri(write(text)), text).toThrow(
        refusal("invalid-uri", /\?.*issuer=[^&]/.test(write(text)) && field === "issuer" ? "issuer" : "account"),
      );
    for (const text of [...CONTROLS, ...HALVES]) {
      expect(() => parseUri(write(`a${text}b`)), text).toThrow(refused(field));
    }
    expect(() => parseUri(write("x".repeat(256)))).toThrow(refused(field));
    expect(parseUri(write("x".repeat(255)))).toMatchObject({ [field]: "x".repeat(255) });
  });

  it("refuses them in what no key has as well, name and value", () => {
    for (const text of [...ESCAPES, ...CONTROLS, ...HALVES]) {
      expect(() => parseUri(uriOf({ color: text, last: "" })), text).toThrow(refused("uri"));
      expect(() => parseUri(uriOf({ [text]: "x" })), text).toThrow(refused("uri"));
    }
    expect(() => parseUri(`${uriOf()}&=x`)).toThrow(refused("uri"));
  });

  it("refuses a parameter that is given twice, the same or another, escaped or not (quirk 23, draft 6)", () => {
    for (const name of ["secret", "issuer", "algorithm", "digits", "period", "epoch", "counter", "encoder"]) {
      const [first = ""] = name;
      const escapedName = `%${first.charCodeAt(0).toString(16)}${name.slice(1)}`;
      for (const again of [
        `${name}=8&${name}=8`,
        `${name}=8&${escapedName}=6`,
        `${escapedName}=&${escapedName}=1`,
        `${name}&${name}`,
      ]) {
        const uri = `otpauth://totp/a?${again}`;
        expect(() => parseUri(uri), uri).toThrow(refused(name));
      }
    }
    expect(parseUri(uriOf({ "%64igits": "8", "%73%65cret": undefined })).digits).toBe(8);
    for (const again of [
      "color=red&color=red",
      "color=red&%63olor=blue",
      "__proto__=1&__proto__=2",
      "toString&toString",
    ]) {
      expect(() => parseUri(`${uriOf()}&${again}`), again).toThrow(refused("uri"));
    }
  });

  it("knows Steam Guard in four ways (quirk 26)", () => {
    const steam = { ...READ, digits: 5, encoder: "steam" };
    for (const uri of [
      uriOf({ encoder: "steam" }),
      uriOf({ encoder: "steam", digits: "5", algorithm: "SHA1" }),
      uriOf({ encoder: "STEAM" }),
      uriOf({ encoder: "%73team" }),
      uriOf({}, { type: "steam" }),
      uriOf({ encoder: "steam" }, { type: "steam" }),
    ]) {
      expect(parseUri(uri), uri).toStrictEqual(steam);
    }
    const named = uriOf({ issuer: "Steam", digits: "5" }, { label: "Steam:alice" });
    expect(parseUri(named)).toStrictEqual({ ...steam, issuer: "Steam" });
    for (const uri of [`steam://${SECRET}`, `STEAM://${SECRET.toLowerCase()}`]) {
      const { issuer, account, ...nameless } = steam;
      expect(parseUri(uri)).toStrictEqual(nameless);
    }
    for (const [argument, uri] of [
      ["digits", uriOf({ encoder: "steam", digits: "6" })],
      ["digits", uriOf({ digits: "5" })],
      ["algorithm", uriOf({ encoder: "steam", algorithm: "SHA256" })],
      ["encoder", hotpUri({ encoder: "steam" })],
      ["digits", hotpUri({ issuer: "Steam", digits: "5" }, { label: "Steam:alice" })],
      ["secret", `steam://${SECRET}?digits=5`],
      ["secret", "steam://"],
    ] as const) {
      expect(() => parseUri(uri), uri).toThrow(refused(argument));
    }
    for (const text of ["", "yandex", "Steam2", " steam", "ſteam", ...ESCAPES, ...CONTROLS, ...HALVES]) {
      expect(() => parseUri(uriOf({ encoder: text, last: "" })), text).toThrow(refused("encoder"));
    }
  });

  it("refuses what is no text, and options that are none", () => {
    for (const value of [
      undefined,
      null,
      1,
      {},
      [uriOf()],
      new String(uriOf()),
      Symbol("a"),
      { toString: () => uriOf() },
    ]) {
      expect(() => parseUri(value as never)).toThrow(refused("uri"));
    }
    for (const [options, argument] of [
      [null, "options"],
      [1, "options"],
      [{ lenient: true }, "lenient"],
      [{ issuerConflict: "param" }, "issuerConflict"],
      [{ issuerConflict: null }, "issuerConflict"],
    ] as const) {
      expect(() => parseUri(uriOf(), options as never)).toThrow(refusal("invalid-argument", argument));
    }
  });

  it("says nothing of what it was given (trap 79)", () => {
    const marked = [
      ...["secret", "issuer", "algorithm", "digits", "period", "epoch", "encoder", "counter", "MARK"].flatMap((name) =>
        ["MARK", "MARK%zz", "%zzMARK", "MARK\0", "MARK1", "MARKMARKA", "MARK:MARK"].flatMap((value) => [
          uriOf({ [name]: value }),
          hotpUri({ [name]: value }),
        ]),
      ),
      ...["MARK:MARK:MARK", "MARK%zz", "MARK\n", "", ":MARK"].map((label) => uriOf({ issuer: "OTHERMARK" }, { label })),
      uriOf({}, { type: "MARK" }),
      uriOf({}, { scheme: "MARK" }),
      `${uriOf()}&MARK=1&MARK=2`,
      `${uriOf()}#MARK`,
      "steam://MARK1",
      `MARK${" ".repeat(3000)}`,
    ];
    let failures = 0;
    for (const uri of marked) {
      try {
        parseUri(uri);
      } catch (error) {
        failures++;
        expect(isOtpError(error)).toBe(true);
        expect(`${error} ${JSON.stringify(error)}`, uri).not.toMatch(/MARK/i);
      }
    }
    expect(failures).toBeGreaterThan(80);
  });
});
