// Codes that are sent: one of the last two, any code again, a wrong code.
import { DIGITS, PURPOSE } from "../subjects.js";
import { attempt } from "./attempt.js";

export function send(_process, subject) {
  return {
    claim: {},
    make: async (accounts) => {
      const learn = [];
      const deliver = (code) => void learn.push(["sent", code]);
      const { ok, reason } = await accounts.send({ subject, purpose: PURPOSE, deliver });
      return { answer: ok ? "ok" : reason, learn };
    },
  };
}

export function sentCode(process, subject, user) {
  return present(process, subject, user, user.sent.at(-process.dice.between(1, 2)));
}

export function sentAgain(process, subject, user) {
  return present(process, subject, user, process.dice.pick(user.sent));
}

function present(process, subject, user, code) {
  if (code === undefined) return undefined;
  const call = attempt(process, { subject, code, purpose: PURPOSE }, user);
  return { ...call, claim: { ...call.claim, presents: [`sent code ${code}`, null] } };
}

export function sentWrong(process, subject, user) {
  const code = String(Math.floor(process.dice.draw() * 10 ** DIGITS)).padStart(DIGITS, "0");
  const call = attempt(process, { subject, code, purpose: PURPOSE }, user);
  return { ...call, claim: { ...call.claim, isWrong: true } };
}
