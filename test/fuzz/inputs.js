// What a stranger may show to a camera or paste into a field: random text, and URIs that were right before something happened.
import { randomOf } from "./random.js";

const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const URIS = [
  `otpauth://totp/Example:alice@example.com?secret=${SECRET}&issuer=Example&algorithm=SHA1&digits=6&period=30`,
  `otpauth://hotp/My%20Shop:bob?secret=${SECRET}&issuer=My%20Shop&algorithm=SHA512&digits=8&counter=9007199254740991`,
  `otpauth://totp/%E4%BE%8B:%F0%9F%94%90?secret=JBSWY3DP&issuer=%E4%BE%8B&epoch=1&image=https%3A%2F%2Fa&color=red&lock`,
  `apple-otpauth://totp/Example:alice?secret=${SECRET}&issuer=example.com`,
  `otpauth://steam/Steam:carol?secret=${SECRET}&encoder=steam`,
  `steam://${SECRET}`,
  "otpauth-migration://offline?data=CjEKCkhlbGxvId6tvu8SGEV4YW1wbGU6YWxpY2VAZ29vZ2xlLmNvbRoHRXhhbXBsZTAC",
  "otpauth-migration://offline?data=CiMKFPur%2F%2B8AAAAAAAAAAAAAAAAAAAAAEgVhbGljZSABKAEwATgHEAEYAiABKPv%2F%2F%2F%2F%2F%2F%2F%2F%2FAQ%3D%3D",
  SECRET,
  "jbsw y3dp-ehpk 3pxp====",
];
const PIECES = [
  ..."%&=:?#/+@ -._~0159AZaz\0\n\x7f\x85\u00a0\u2028\ufeff\ud800\udc00\uff11",
  ..."ßİſ例🔐".match(/./gu),
  ...[
    "%00",
    "%0a",
    "%41",
    "%3A",
    "%3a",
    "%26",
    "%3D",
    "%ff",
    "%c3",
    "%c0%af",
    "%ed%a0%80",
    "%f0%9f%94%90",
    "%zz",
    "%2",
  ],
  ...["secret=", "issuer=", "digits=", "period=", "counter=", "algorithm=", "encoder=steam", "epoch=", "%64igits=8"],
  ...["__proto__=1", "constructor=1", "toString=", "hasOwnProperty", "&&&&", "====", "otpauth://", "://", "?data="],
  ...["-1", "6.5", "1e1", "9007199254740993", "99999999999999999999", "SHA256", "MD5"],
];
const MIGRATION = "otpauth-migration://offline?data=";

/** An endless row of texts that the seed decides. */
export function inputsOf(seed) {
  const { below, oneOf, ofLength } = randomOf(seed);
  /** Few changes mostly, so that what is behind the first check is reached too. */
  const mutated = (text) => {
    let changed = text;
    for (let edits = oneOf([0, 1, 1, 1, 1, 2, 3]); edits > 0; edits--) {
      const at = below(changed.length + 1);
      const to = Math.min(changed.length, at + oneOf([0, 0, 1, 1, 2, 8]));
      const letter = oneOf(["A", "a", "7", "-", "%41", "", ""]);
      const inserted = oneOf([
        letter,
        letter,
        letter,
        oneOf(PIECES),
        changed.slice(below(at + 1), at),
        oneOf(PIECES).repeat(below(200)),
      ]);
      changed = changed.slice(0, at) + inserted + changed.slice(to);
    }
    return changed;
  };
  const payload = (uri) => {
    const bytes = [...Buffer.from(decodeURIComponent(uri.slice(MIGRATION.length)), "base64")];
    for (let edits = below(4); edits > 0; edits--) {
      const at = below(bytes.length + 1);
      bytes.splice(
        at,
        below(3),
        ...Array.from({ length: below(3) }, () => oneOf([below(256), 0, 0x80, 0xff, 0x0a, 0x38])),
      );
    }
    return MIGRATION + encodeURIComponent(Buffer.from(bytes).toString("base64"));
  };
  const migrations = URIS.filter((uri) => uri.startsWith(MIGRATION));
  const kinds = [
    () => ofLength(60, () => String.fromCharCode(below(0x10000))),
    () => ofLength(60, () => String.fromCharCode(0x20 + below(0x5f))),
    () =>
      oneOf(["otpauth://totp/", "otpauth://hotp/a?", "steam://", MIGRATION, ""]) + ofLength(12, () => oneOf(PIECES)),
    () => ofLength(40, () => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567abz= -"[below(38)]),
    () => payload(oneOf(migrations)),
    () => mutated(oneOf(URIS)),
    () => mutated(oneOf(URIS)),
    () => mutated(oneOf(URIS)),
  ];
  return () => oneOf(kinds)();
}
