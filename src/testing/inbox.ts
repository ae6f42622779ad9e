// An inbox for the codes that a server sends, in tests.
import { checkOptions, type Options, refuse } from "../check.ts";
import type { Delivery } from "../passcodes/deliver.ts";
import { checkMovable, type FakeClock } from "./fake-clock.ts";

/** Where a test's delivery function puts the codes that a server sends. */
export interface Inbox {
  /** For `deliver` of `send`. It takes the code itself; read it out of a message first with `inspectSms`. */
  readonly deliver: (code: string, delivery?: Delivery) => void;
  /** All codes that came, the newest last. */
  readonly codes: readonly string[];
  /** The newest code. */
  code(): string;
  /** The code before the newest one, which is still valid with the default `keep`. */
  previous(): string;
  /** The newest code that is older than the last `keep` codes. @param keep - 1 or more. Default: 2. */
  superseded(keep?: number): string;
  /** The newest code, after the clock was moved to its expiry. Needs `clock`, and a `deliver` that gets its second argument. */
  expired(): string;
  /** A code of the same form as the newest one that did not come. Another one with each call. */
  wrong(): string;
  /** Texts that are not codes of this form. */
  malformed(): readonly string[];
}

/** The options of {@link createInbox}. */
export interface InboxOptions {
  /** The clock of the server under test, which `expired` moves. Default: none. */
  readonly clock?: FakeClock | undefined;
}

const OPTIONS: Options<InboxOptions> = { clock: true };

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
 * console.log(inbox.code(), inbox.previous(), inbox.codes.length); // 654321 123456 2
 * ```
 *
 * @throws OtpError `invalid-argument` for a clock that cannot be moved. The methods throw it if a code is asked for that did not come.
 */
export function createInbox(options: InboxOptions = {}): Inbox {
  checkOptions(options, OPTIONS);
  const { clock } = options;
  if (clock !== undefined) checkMovable(clock);
  const codes: string[] = [];
  let expiresAt: number | undefined;
  let tried = 0;
  const nth = (back: number, expected: string) => codes[codes.length - 1 - back] ?? refuse("code", expected);
  const code = () => nth(0, "delivered before it is asked for");
  return {
    codes,
    deliver(code, delivery) {
      if (typeof code !== "string" || code === "") refuse("code", "text");
      codes.push(code);
      expiresAt = delivery?.expiresAt;
    },
    code,
    previous: () => nth(1, "delivered twice before the previous one is asked for"),
    superseded(keep = 2) {
      if (!Number.isInteger(keep) || keep < 1) refuse("keep", "an integer of 1 or more");
      return nth(keep, `one of more than ${keep} that were delivered`);
    },
    expired() {
      const newest = code();
      if (clock === undefined) refuse("clock", "a fakeClock: createInbox({ clock })");
      if (expiresAt === undefined) refuse("delivery", "passed on to the inbox: it says when the code expires");
      if (clock() < expiresAt) clock.set(expiresAt);
      return newest;
    },
    wrong() {
      let guess: string;
      // The form is that of the newest code: the same length, in digits, which every alphabet of ours has.
      do guess = String(tried++).padStart(code().length, "0");
      while (codes.includes(guess));
      return guess;
    },
    malformed: () => [
      "",
      " ",
      code().slice(1),
      `${code()}0`,
      `${code()}.`,
      `+${code().slice(1)}`,
      "\u{1f600}".repeat(code().length),
    ],
  };
}
