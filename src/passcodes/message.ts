// The texts that carry a code, with a last line that binds the code to a site.

import { checkOptions, refuse } from "../check.ts";
import { utf8Length } from "../encoding/utf8.ts";

/** A text message with a code. */
export interface SmsMessage {
  /** What people read. It must contain the code. 1 to 1,000 characters, in a mail 1 to 100,000; it may have several lines. */
  readonly text: string;
  /** 1 to 32 characters of `A-Z a-z 0-9 -`. */
  readonly code: string;
  /** The domain of the page that asks for the code, without scheme and port, in lower case. An international domain as Punycode. */
  readonly host: string;
  /** Domains of frames that ask for the code: up to 10. Browsers read the first one. Default: none. */
  readonly embeddedHosts?: readonly string[] | undefined;
  /** Android's 11-character app hash, for the SMS Retriever. It reads messages of at most 140 bytes. */
  readonly appHash?: string | undefined;
}

const MAIL_OPTIONS = { text: true, code: true, host: true, embeddedHosts: true } as const;
const SMS_OPTIONS = { ...MAIL_OPTIONS, appHash: true } as const;

const MAX_SMS_TEXT = 1000;
const MAX_MAIL_TEXT = 100_000;
const MAX_EMBEDDED_HOSTS = 10;
const CODE = /^[0-9A-Za-z-]{1,32}$/;
/** The first 66 bits of a SHA-256 digest in base64. */
const APP_HASH = /^[0-9A-Za-z+/]{11}$/;
const LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
const HOST = /* @__PURE__ */ new RegExp(`^(?=.{1,253}$)(${LABEL}\\.)*${LABEL}$`);
/** Chrome takes the first match of this form in a message, wherever it stands (`content/browser/sms/sms_parser.cc`). */
const BOUND_CODE = /(?:^|\s)@[a-zA-Z0-9.-]+ #[^#\s]/;

/**
 * A text message whose last line binds the code to a site, so that phones and browsers offer it on that site only (WICG,
 * "Origin-bound one-time codes delivered via SMS"). Let the gateway append nothing: the line has to stay the last one.
 *
 * @returns the text, an empty line, and `@host #code`, followed by the embedded hosts and the app hash.
 *
 * @example
 * ```ts
 * import { smsMessage } from "otp-core/passcodes";
 *
 * const message = smsMessage({ text: "747723 is your code.", code: "747723", host: "example.com" });
 * console.log(message.split("\n").at(-1)); // @example.com #747723
 * ```
 *
 * @throws OtpError `invalid-argument` for a text without its code, for a text that holds such a line itself, and for a code, host
 * or app hash that would break the line.
 */
export function smsMessage(message: SmsMessage): string {
  checkOptions(message, SMS_OPTIONS, "message");
  const { appHash } = message;
  if (appHash !== undefined && (typeof appHash !== "string" || !APP_HASH.test(appHash))) {
    refuse("appHash", "11 characters of A-Z, a-z, 0-9, + and /");
  }
  const text = bindText(message, MAX_SMS_TEXT);
  // The SMS Retriever wants the hash at the end. Browsers ignore whatever follows the hosts.
  return appHash === undefined ? text : `${text} ${appHash}`;
}

/**
 * A mail text with the same last line as a text message. Apple's Mail offers the code on that site only.
 *
 * @example
 * ```ts
 * import { mailMessage } from "otp-core/passcodes";
 *
 * const text = mailMessage({ text: "Your code is 747723.", code: "747723", host: "example.com" });
 * console.log(text.split("\n").at(-1)); // @example.com #747723
 * ```
 *
 * @throws OtpError `invalid-argument`, as {@link smsMessage} does.
 */
export function mailMessage(message: Omit<SmsMessage, "appHash">): string {
  checkOptions(message, MAIL_OPTIONS, "message");
  return bindText(message, MAX_MAIL_TEXT);
}

function bindText({ text, code, host, embeddedHosts = [] }: SmsMessage, maxLength: number): string {
  if (typeof text !== "string" || text.length > maxLength || utf8Length(text) <= 0) {
    refuse("text", `well-formed text of 1 to ${maxLength} characters`);
  }
  if (typeof code !== "string" || !CODE.test(code)) refuse("code", "1 to 32 characters of A-Z, a-z, 0-9 and -");
  if (!holdsWord(text, code)) refuse("text", "a text that contains the code as a word of its own");
  if (BOUND_CODE.test(text)) refuse("text", "a text without a line of the form @host #code");
  if (!Array.isArray(embeddedHosts) || embeddedHosts.length > MAX_EMBEDDED_HOSTS) {
    refuse("embeddedHosts", `a list of up to ${MAX_EMBEDDED_HOSTS} domains`);
  }
  const hosts = Array.from(embeddedHosts, (embedded, i) => ` @${checkHost(embedded, `embeddedHosts[${i}]`)}`);
  return `${text}\n\n@${checkHost(host, "host")} #${code}${hosts.join("")}`;
}

/** Whether the code stands in the text with no letter or digit next to it: "1234567" does not hold the code 123456. */
function holdsWord(text: string, code: string): boolean {
  for (let at = text.indexOf(code); at >= 0; at = text.indexOf(code, at + 1)) {
    const around = text.charAt(at - 1) + text.charAt(at + code.length);
    if (!/[0-9A-Za-z]/.test(around)) return true;
  }
  return false;
}

function checkHost(host: unknown, argument: string): string {
  // Lower case only: browsers do not change the case before they compare.
  if (typeof host !== "string" || !HOST.test(host)) refuse(argument, "a domain in lower case, without scheme or port");
  return host;
}

const LONGEST_MASK = 32;

/**
 * A code as it may stand in a log: stars instead of characters. Spaces and dashes stay, so that the form of the input shows and
 * none of its content. At most 32 characters; empty for anything but text.
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
