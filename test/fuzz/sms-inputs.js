// Text messages as they may arrive or be written: random text, and messages that were right before something happened to them.
import { randomOf } from "./random.js";

const MESSAGES = [
  "Your code: 747723\n\n@example.com #747723",
  "747723 is your passcode.\n\n@shop.example.com #747723 @pay.example.com @a.example FA+9qCX9VSu",
  "Ihr Bestätigungscode lautet 4711\u00a0. €5 für Sie {1}\r\n@xn--bcher-kva.example #4711",
  "\u9a8c\u8bc1\u7801 123456, valid for 5 min \ud83d\udd10\n@example.com #123456",
  "G-552044 is your code. Do not share it.",
  "@example.com #ab-12 trailing words",
];
const PIECES = [
  ..."@#.-:0159AZaz \n\r\t\f\v\0\x7f\x85\u00a0\u2028\ufeff\ud800\udc00\uff11",
  ..."£¥èΔΩÆß¤¡§¿à^{}[]~|\\€ÀçΑ例".match(/./gu),
  ..."🔐👩‍👩‍👧".match(/./gu),
  ...[
    "code",
    "passcode",
    "codes",
    "123456",
    "12345678901",
    "@example.com",
    " #",
    " @",
    "\n@a.b #1",
    "__proto__",
    "constructor",
  ],
];
const HOSTS = [
  "example.com",
  "shop.example.com",
  "xn--bcher-kva.example",
  "localhost",
  "Example.com",
  "a..b",
  "a b",
  "",
  "x".repeat(64),
];
const CODES = ["747723", "0", "ab-12", "A1B2C3D4", "-", "12 34", "", "x".repeat(33), "7\n7"];

/** An endless row of texts and of messages to write that the seed decides: `{ text, message }`. */
export function messagesOf(seed) {
  const { below, oneOf, ofLength } = randomOf(seed);
  const mutated = (text) => {
    let changed = text;
    for (let edits = oneOf([0, 1, 1, 1, 2, 3]); edits > 0; edits--) {
      const at = below(changed.length + 1);
      const to = Math.min(changed.length, at + oneOf([0, 0, 1, 1, 2, 8]));
      const moved = changed.slice(below(at + 1), at);
      const inserted = oneOf(["", "", oneOf(PIECES), oneOf(PIECES), moved, oneOf(PIECES).repeat(below(200))]);
      changed = changed.slice(0, at) + inserted + changed.slice(to);
    }
    return changed;
  };
  const kinds = [
    () => ofLength(60, () => String.fromCharCode(below(0x10000))),
    () => ofLength(200, () => String.fromCharCode(0x20 + below(0x5f))),
    () => ofLength(40, () => oneOf(PIECES)),
    ...Array(4).fill(() => mutated(oneOf(MESSAGES))),
  ];
  const message = (text) => {
    const code = oneOf([...CODES, "747723", "747723"]);
    const host = oneOf([...HOSTS, "example.com", "example.com"]);
    const parts = { text: oneOf([text, `${text} ${code}`, `${code} ${text.slice(0, 20)}`]), code, host };
    if (below(4) === 0) parts.embeddedHosts = Array.from({ length: below(12) }, () => oneOf(HOSTS));
    if (below(4) === 0) parts.appHash = oneOf(["FA+9qCX9VSu", "FA+9qCX9VS", "FA+9qCX9VS\n", "x".repeat(11)]);
    return parts;
  };
  return () => {
    const text = oneOf(kinds)();
    return { text, message: message(text) };
  };
}
