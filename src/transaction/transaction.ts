// What a payment is bound to (PSD2 dynamic linking, RTS article 5), and the one text that stands for it.

import { checkOptions, type Options, refuse } from "../check.ts";
import { utf8Length } from "../encoding/utf8.ts";

/** A payment that a code confirms (PSD2 dynamic linking). Any change refuses the code. */
export interface Transaction {
  /** Decimal text as the payer sees it, at most 32 characters, for example `"1250.00"`. A number is an error. */
  readonly amount: string;
  /** Three capital letters (ISO 4217), for example `"EUR"`. */
  readonly currency: string;
  /** The name or account of the payee, 1 to 1024 characters, on one line. */
  readonly payee: string;
}

const OPTIONS: Options<Transaction> = { amount: true, currency: true, payee: true };

const MAX_AMOUNT_LENGTH = 32;
const MAX_PAYEE_LENGTH = 1024;

/** No sign, no thousands separator, no exponent, no leading zeros: one way to write a number of so many decimals. */
const AMOUNT = /^(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/;
const CURRENCY = /^[A-Z]{3}$/;

/**
 * Characters that end a line, or that reorder or hide the text around them. With them the payer would read another payee than
 * the one that is signed. The ranges are written out, because some engines cannot parse `\p{Cc}`.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to refuse
const DECEPTIVE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]|^\s|\s$/;

/**
 * The line that the payer must see: amount, currency and payee. It is the canonical form of a transaction, so a code is bound
 * to exactly what this line shows. Show it on the page that asks for the code, and put it into the message that carries it.
 *
 * @example
 * ```ts
 * import { transactionText } from "otp-core/passcodes";
 *
 * const transaction = { amount: "1250.00", currency: "EUR", payee: "Example Ltd" };
 * console.log(transactionText(transaction)); // 1250.00 EUR, Example Ltd
 * ```
 *
 * @throws OtpError `invalid-argument` that names the field, for example `transaction.amount`.
 */
export function transactionText(transaction: Transaction): string {
  const { amount, currency, payee } = checkTransaction(transaction);
  // Neither amount nor currency can hold a space, so no two transactions have the same text.
  return `${amount} ${currency}, ${payee}`;
}

/** A copy of the transaction, whose fields were checked. */
export function checkTransaction(transaction: unknown): Transaction {
  checkOptions(transaction, OPTIONS, "transaction");
  const { amount, currency, payee } = transaction as Record<string, unknown>;
  if (typeof amount !== "string" || amount.length > MAX_AMOUNT_LENGTH || !AMOUNT.test(amount)) {
    refuse("transaction.amount", `decimal text of at most ${MAX_AMOUNT_LENGTH} characters, such as "1250.00"`);
  }
  if (typeof currency !== "string" || !CURRENCY.test(currency)) {
    refuse("transaction.currency", 'three capital letters (ISO 4217), such as "EUR"');
  }
  if (typeof payee !== "string" || payee.length > MAX_PAYEE_LENGTH || utf8Length(payee) <= 0 || DECEPTIVE.test(payee)) {
    refuse(
      "transaction.payee",
      `text of 1 to ${MAX_PAYEE_LENGTH} characters on one line, without space at its ends, control or invisible characters`,
    );
  }
  return { amount, currency, payee };
}
