import { refuse } from "../check.ts";

/** Where a test's delivery function puts the codes that a server sends. */
export interface Inbox {
  /** For the `deliver` of `issue`. Takes the code alone; read it out of a message first with `inspectSms`. */
  readonly deliver: (code: string) => void;
  /** All codes that came, the newest last. */
  readonly codes: readonly string[];
  /** The newest code. */
  code(): string;
  /** The code before the newest one, which a resend has replaced. */
  replaced(): string;
  /** Of the same form as the newest one, and none of those that came. Another one with each call. */
  wrong(): string;
  /** Texts that are no code of this form at all. */
  malformed(): readonly string[];
}

/**
 * An inbox for codes that a server sends by mail, message or voice.
 *
 * @example
 * ```ts
 * import { createInbox } from "otp-core/testing";
 *
 * const inbox = createInbox();
 * inbox.deliver("123456");
 * inbox.deliver("654321");
 * console.log(inbox.code(), inbox.replaced(), inbox.codes.length); // 654321 123456 2
 * ```
 *
 * @throws OtpError `invalid-argument` when a code is asked for that did not come.
 */
export function createInbox(): Inbox {
  const codes: string[] = [];
  let tried = 0;
  const code = () => codes.at(-1) ?? refuse("code", "delivered before it is asked for");
  return {
    codes,
    deliver(code) {
      if (typeof code !== "string" || code === "") refuse("code", "text");
      codes.push(code);
    },
    code,
    replaced: () => codes.at(-2) ?? refuse("code", "delivered twice before the first one is asked for"),
    wrong() {
      let guess: string;
      // The form is the newest code's: the same length, in digits, which every alphabet of ours has.
      do guess = String(tried++).padStart(code().length, "0");
      while (codes.includes(guess));
      return guess;
    },
    malformed: () => [
      "",
      " ",
      code().slice(1),
      `${code()}0`,
      `${code()}\n`,
      `+${code().slice(1)}`,
      "😀".repeat(code().length),
    ],
  };
}
