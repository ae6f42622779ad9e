// Writes ../foreign-uris.json from the real packages: `npm ci && node key-uris.js`; with `--check` it compares instead. Each row has the
// key that the library was asked for, and, by hand, what is to be said of the URI that it wrote.
import { readFileSync, writeFileSync } from "node:fs";
import { writeUri } from "./write-uri.js";

const { dependencies } = JSON.parse(readFileSync(new URL("./package.json", import.meta.url), "utf8"));
const version = (library) => dependencies[library].split("@").at(-1);

const TOTP = { type: "totp", algorithm: "SHA1", digits: 6, period: 30 };
const EXAMPLE = { issuer: "Example", account: "alice@example.com" };
const KEYS = {
  "plain names": { ...TOTP, ...EXAMPLE },
  spaces: { ...TOTP, issuer: "My Shop", account: "Alice B" },
  "plus signs": { ...TOTP, issuer: "A+B", account: "user+tag@example.com" },
  "characters of several bytes": { ...TOTP, issuer: "例 🔐", account: "ünï" },
  "characters that mean something in a URI": { ...TOTP, issuer: "100% & more", account: "a/b?c=d#e'f" },
  "a colon in the issuer": { ...TOTP, issuer: "My:Shop", account: "alice" },
  "a colon in the account": { ...TOTP, issuer: "Example", account: "a:b" },
  "8 digits, 60 seconds": { ...TOTP, ...EXAMPLE, digits: 8, period: 60 },
  SHA256: { ...TOTP, ...EXAMPLE, algorithm: "SHA256" },
  HOTP: { type: "hotp", algorithm: "SHA1", digits: 6, counter: 7, ...EXAMPLE },
};

const ASKED = { "8 digits, 60 seconds": "digits-ignored period-ignored", SHA256: "algorithm-ignored" };
const COLONS = { "a colon in the issuer": "colon-in-label", "a colon in the account": "colon-in-label" };
/** `URLSearchParams`, which writes a plus for a space (trap 77); the label tells that no plus was meant. */
const PLUS = "ambiguous-plus";
const FORM = { spaces: PLUS, "characters of several bytes": PLUS, "characters that mean something in a URI": PLUS };
const ONCE = "issuer-not-twice";

const PROBLEMS = {
  otplib: { ...ASKED, ...COLONS },
  "otplib-13": { ...ASKED, ...COLONS },
  otpauth: { ...ASKED, ...COLONS },
  // Only SHA-1.
  "@oslojs/otp": { ...ASKED, SHA256: null, ...COLONS, ...FORM },
  // The label is the account alone, as it is; a counter is asked for and not written.
  speakeasy: {
    ...Object.fromEntries(Object.keys(KEYS).map((what) => [what, ONCE])),
    "plus signs": `ambiguous-plus ${ONCE}`,
    "a colon in the issuer": `colon-in-label ${ONCE}`,
    "a colon in the account": "issuer-differs",
    "8 digits, 60 seconds": `digits-ignored period-ignored ${ONCE}`,
    SHA256: `algorithm-ignored ${ONCE}`,
    HOTP: `missing-counter ${ONCE}`,
  },
  "@epic-web/totp": { ...ASKED, ...COLONS, ...FORM, HOTP: null },
  time2fa: { ...ASKED, SHA256: "algorithm-ignored algorithm-spelling", ...COLONS, ...FORM, HOTP: null },
  // What better-auth writes its URIs with; only SHA-1 and TOTP.
  "@better-auth/utils": { ...ASKED, SHA256: null, ...COLONS, ...FORM, HOTP: null },
};

const rows = Object.entries(PROBLEMS).flatMap(([library, problems]) =>
  Object.entries(KEYS).flatMap(([what, { period, counter, ...key }]) =>
    problems[what] === null
      ? []
      : {
          library: `${library.replace(/-13$/, "")} ${version(library)}`,
          what,
          uri: writeUri[library](KEYS[what]),
          ...key,
          moving: counter ?? period,
          problems: problems[what] ?? "",
        },
  ),
);

const vectors = {
  source:
    "the libraries named, asked by vectors/moving/key-uris.js for a key with the secret of RFC 4226 appendix D; " +
    '"moving" is the period or the counter, "problems" what inspectUri has to say, in any order',
  written: rows,
};
const text = `${JSON.stringify(vectors, null, 1)}\n`;
const file = new URL("../foreign-uris.json", import.meta.url);
if (!process.argv.includes("--check")) writeFileSync(file, text);
else if (readFileSync(file, "utf8") !== text) {
  console.log("foreign-uris.json is not what the libraries write");
  process.exitCode = 1;
}
