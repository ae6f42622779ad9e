import { checkOptions, refuse } from "../check.ts";
import { utf8Length } from "../encoding/utf8.ts";

/** A message to a phone, from whose last line browsers and phones fill a code in on one site only. */
export interface SmsMessage {
  /** What people read, the code included; it may have several lines. */
  readonly text: string;
  /** 1 to 32 of `A-Z`, `a-z`, `0-9` and `-`. */
  readonly code: string;
  /** The domain of the page that asks for the code, without scheme and port; as Punycode where it is international. */
  readonly host: string;
  /** The domain of the frame that asks for the code, where it is in one. */
  readonly embeddedHost?: string | undefined;
}

/** What a browser finds in a message. */
export interface OriginBoundCode {
  readonly host: string;
  readonly code: string;
  readonly embeddedHost: string | null;
}

const OPTIONS = { text: true, code: true, host: true, embeddedHost: true } as const;
const MAX_TEXT = 1000;
const LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
const HOST = /* @__PURE__ */ new RegExp(`^(?=.{1,253}$)(${LABEL}\\.)*${LABEL}$`);

/**
 * A text message whose last line binds the code to a site (WICG, "Origin-bound one-time codes delivered via SMS"), so that it is
 * not filled in on another one.
 *
 * @example
 * ```ts
 * import { smsMessage } from "otp-core/passcodes";
 *
 * const message = smsMessage({ text: "747723 is your code.", code: "747723", host: "example.com" });
 * console.log(message.split("\n").at(-1)); // @example.com #747723
 * ```
 *
 * @throws OtpError `invalid-argument` for what would break the last line.
 */
export function smsMessage(message: SmsMessage): string {
  checkOptions(message, OPTIONS, "message");
  const { text, code, host, embeddedHost } = message;
  if (typeof text !== "string" || text.length > MAX_TEXT || utf8Length(text) <= 0) {
    refuse("text", `well-formed text of 1 to ${MAX_TEXT} characters`);
  }
  if (typeof code !== "string" || !/^[0-9A-Za-z-]{1,32}$/.test(code)) refuse("code", "1 to 32 of A-Z, a-z, 0-9 and -");
  const line = `@${checkHost(host, "host")} #${code}`;
  return `${text}\n\n${line}${embeddedHost === undefined ? "" : ` @${checkHost(embeddedHost, "embeddedHost")}`}`;
}

function checkHost(host: unknown, argument: string): string {
  // Not in upper case: the parser leaves the host as it is written, and so may whoever compares it.
  if (typeof host !== "string" || !HOST.test(host)) refuse(argument, "a domain in lower case, without scheme or port");
  return host;
}

/**
 * What a browser reads from a message: its last line only, fields in order, one space between them, and what follows is left
 * for the future. Null when it is not such a message. For tests of your templates.
 *
 * @example
 * ```ts
 * import { parseSmsMessage } from "otp-core/passcodes";
 *
 * console.log(parseSmsMessage("Your code:\n\n@example.com #747723")?.code); // 747723
 * console.log(parseSmsMessage("Your code is 747723.")); // null
 * ```
 */
export function parseSmsMessage(message: unknown): OriginBoundCode | null {
  if (typeof message !== "string") return null;
  const line = message.slice(Math.max(message.lastIndexOf("\n"), message.lastIndexOf("\r")) + 1);
  // A token is whatever is no ASCII whitespace; U+000B is none.
  const [, host, code, embedded] = /^@([^\t\f ]+) #([^\t\f ]+)(?: @([^\t\f ]+))?/.exec(line) ?? [];
  if (host === undefined || code === undefined) return null;
  return { host, code, embeddedHost: embedded ?? null };
}

const LONGEST_MASK = 32;

/**
 * A code as it may stand in a log: stars for its characters, however it was typed. It shows the form of what was typed and nothing
 * of what it was.
 *
 * @example
 * ```ts
 * import { maskCode } from "otp-core/passcodes";
 *
 * console.log(maskCode("747 723")); // *** ***
 * ```
 */
export function maskCode(code: unknown): string {
  if (typeof code !== "string") return "";
  return code.slice(0, LONGEST_MASK).replace(/[^ -]/g, "*");
}
