// A payment that its payer signs with a hardware token (OCRA, RFC 6287). The payer types digits of the amount and of the payee into the
// token and reads off a response, which is accepted for this payment only, and once. `node examples/ocra.js`
import assert from "node:assert/strict";
import { createOcraGuard, ocra, parseSuite, transactionText } from "otp-core/ocra";
import { memoryStore } from "otp-core/store";

const say = (what, value) => console.log(`${what.padEnd(26)}${value}`);

// THE TOKENS. The suite is printed in their data sheet. `T1M`: a response changes every minute, so an old one is worth nothing.
const suite = "OCRA-1:HOTP-SHA256-8:QN16-T1M";
const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA"; // of the token's seed file, encrypted in your database
/** What the token shows when these digits were typed in. */
const token = (question) => ocra(suite, secret, { challenge: question });

// THE SERVER. Yours reads a random pepper from an environment variable, and all servers share its store.
const signing = createOcraGuard({ store: memoryStore(), suite, pepper: new Uint8Array(32).fill(7) });
const subject = "user-1";

// A PAYMENT, as it stands in the server's database. Everything below reads it from there and nothing from the request.
const payment = { amount: "1250.00", currency: "EUR", payee: "DE02 1203 0000 0000 2020 51" };
say("To pay", transactionText(payment));

/** What the payer types: the amount in cents, then the end of the payee's account. A forged payment has another question. */
function questionOf({ amount, payee }) {
  const cents = amount.replace(".", "");
  const account = payee.replace(/\D/g, "").slice(-8);
  return (cents + account).slice(-parseSuite(suite).challenge.length);
}

// ASK. The page says: "Type 125000 (the amount) and 00202051 (the payee) into your token."
const { challenge } = await signing.challenge({ subject, question: questionOf(payment), transaction: payment });
say("The payer types", challenge);
const code = token(challenge);
say("The token shows", code);

// ANSWER. If the response arrives with another payment, the server refuses it, and the response stays valid.
const forged = { ...payment, amount: "9250.00" };
await check("Another amount", { subject, secret, code, transaction: forged }, "other-transaction");
await check("The payment itself", { subject, secret, code, transaction: payment }, "signed");
await check("The same response again", { subject, secret, code, transaction: payment }, "replayed");

// The same payee a minute later is another response. Within the minute it would be the same one, so that one is refused.
await signing.challenge({ subject, question: questionOf(payment), transaction: payment });
await check("In a second payment", { subject, secret, code, transaction: payment }, "replayed");

async function check(what, attempt, expected) {
  const outcome = await signing.attempt(attempt);
  const answer = outcome.ok ? "signed" : outcome.reason;
  say(what, answer);
  assert.equal(answer, expected);
}
