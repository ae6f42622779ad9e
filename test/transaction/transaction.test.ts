import fc from "fast-check";
import { type Transaction, transactionText } from "otp-core/passcodes";
import { describe, expect, it } from "vitest";
import { refusal } from "../support/refusal.ts";

const payment: Transaction = { amount: "1250.00", currency: "EUR", payee: "Example Ltd" };

const digit = fc.constantFrom(..."0123456789");
const amount = fc
  .tuple(
    fc.oneof(fc.constant("0"), fc.bigInt({ min: 1n, max: 10n ** 15n }).map(String)),
    fc.option(fc.string({ unit: digit, minLength: 1, maxLength: 8 })),
  )
  .map(([whole, decimals]) => (decimals === null ? whole : `${whole}.${decimals}`));
const letter = fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZ");
const currency = fc.string({ unit: letter, minLength: 3, maxLength: 3 });
// Characters that the canonical form itself contains are frequent, so that one field could be taken for another.
const payee = fc
  .string({ unit: fc.constantFrom(..."aB09.,- ", "é", "e\u0301", "銀", "🏦", "\u200d"), minLength: 1, maxLength: 12 })
  .map((text) => text.trim())
  .filter((text) => text !== "");
const transaction = fc.record({ amount, currency, payee });

describe("transactionText", () => {
  it("is amount, space, currency, comma, space, payee", () => {
    expect(transactionText(payment)).toBe("1250.00 EUR, Example Ltd");
    expect(transactionText({ amount: "0", currency: "JPY", payee: "株式会社" })).toBe("0 JPY, 株式会社");
  });

  it("is another text for every other transaction (payment 2)", () => {
    fc.assert(
      fc.property(transaction, transaction, (a, b) => {
        const same = a.amount === b.amount && a.currency === b.currency && a.payee === b.payee;
        expect(transactionText(a) === transactionText(b)).toBe(same);
      }),
    );
  });

  it("can be read back, so no field can pass for a part of another one", () => {
    fc.assert(
      fc.property(transaction, ({ amount, currency, payee }) => {
        const [, ...fields] = /^([0-9.]+) ([A-Z]{3}), (.+)$/su.exec(transactionText({ amount, currency, payee })) ?? [];
        expect(fields).toEqual([amount, currency, payee]);
      }),
    );
  });

  it("changes with every change: another decimal place, another case, another normalisation (payment 4)", () => {
    const changes: readonly Transaction[] = [
      payment,
      { ...payment, amount: "1250.0" },
      { ...payment, amount: "1250" },
      { ...payment, amount: "1250.01" },
      { ...payment, currency: "USD" },
      { ...payment, payee: "example Ltd" },
      { ...payment, payee: "Example  Ltd" },
      { ...payment, payee: "Exampl\u00e9" },
      { ...payment, payee: "Example\u0301" },
    ];
    expect(new Set(changes.map(transactionText)).size).toBe(changes.length);
  });

  it("takes the longest fields and none that is longer", () => {
    const longest = { amount: `${"9".repeat(29)}.99`, currency: "EUR", payee: "x".repeat(1024) };
    expect(transactionText(longest)).toHaveLength(32 + 5 + 1 + 1024);
    expect(() => transactionText({ ...longest, amount: `9${longest.amount}` })).toThrow(
      refusal("invalid-argument", "transaction.amount"),
    );
    expect(() => transactionText({ ...longest, payee: `${longest.payee}x` })).toThrow(
      refusal("invalid-argument", "transaction.payee"),
    );
  });

  it.each([
    1250,
    12.5,
    Number.NaN,
    1250n,
    "",
    "-1",
    "+1",
    "01",
    "00.5",
    "1.",
    ".5",
    "1,5",
    "1 250",
    "1e3",
    "0x10",
    "١",
    null,
    ["1250.00"],
    "1\n",
  ])("refuses %o as an amount, and names the field", (amount) => {
    const wrong = { ...payment, amount } as Transaction;
    expect(() => transactionText(wrong)).toThrow(refusal("invalid-argument", "transaction.amount"));
  });

  it.each(["eur", "EU", "EURO", "€", "E R", "", 978, null, undefined, "EUR\n", ["EUR"]])(
    "refuses %o as a currency",
    (currency) => {
      const wrong = { ...payment, currency } as Transaction;
      expect(() => transactionText(wrong)).toThrow(refusal("invalid-argument", "transaction.currency"));
    },
  );

  it.each([
    "",
    " ",
    " Example",
    "Example ",
    "a\nb",
    "a\r",
    "a\0b",
    "a\u0085b",
    "a\u2028b",
    "a\u202eb",
    "a\u2066b",
    "a\u200bb",
    "\ufeffa",
    "\ud800",
    5,
    ["Example"],
    null,
    undefined,
  ])("refuses %j as a payee: no character may hide, reorder or break the line", (payee) => {
    const wrong = { ...payment, payee } as Transaction;
    expect(() => transactionText(wrong)).toThrow(refusal("invalid-argument", "transaction.payee"));
  });

  it("refuses what is not a transaction, and a field that it does not know", () => {
    for (const wrong of [null, undefined, "1250.00 EUR", 5]) {
      expect(() => transactionText(wrong as never)).toThrow(refusal("invalid-argument", "transaction"));
    }
    const extra = { ...payment, reference: "4711" };
    expect(() => transactionText(extra)).toThrow(refusal("invalid-argument", "reference"));
  });
});
