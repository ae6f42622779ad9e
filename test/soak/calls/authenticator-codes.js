// Log-ins with codes of an app or a token: the next code, a used code, a wrong code.
import { codeAt, PERIOD_MS, wrongCode } from "../subjects.js";
import { attempt, decided } from "./attempt.js";

/** The position of the next code: the current step, or the next counter. */
export function dueOf({ clock }, { type, position }) {
  return type === "hotp" ? position + 1 : Math.floor(clock() / PERIOD_MS);
}

export function login(process, subject, user) {
  const { dice } = process;
  const known = dice.pick(user.authenticators);
  const distance = known.type === "hotp" ? dice.between(0, 2) : dice.between(-1, 1);
  return present(process, subject, user, known, dueOf(process, known) + distance);
}

export function loginAgain(process, subject, user) {
  const { dice } = process;
  const known = dice.pick(user.authenticators);
  const last = Math.min(known.position - dice.between(0, 1), dueOf(process, known) + 1);
  return present(process, subject, user, known, Math.max(0, last));
}

function present(process, subject, user, { authenticator, secret }, position) {
  const call = attempt(process, { subject, code: codeAt(secret, position) }, user);
  const learn = [["position", authenticator, position]];
  return { ...call, claim: { ...call.claim, presents: [`a:${authenticator}`, position] }, learn };
}

export function loginWrong(process, subject, user) {
  const call = attempt(process, { subject, code: wrongCode(process.dice) }, user);
  return { ...call, claim: { ...call.claim, isWrong: true } };
}

export function resync(process, subject, user) {
  const { authenticator, secret, ...known } = process.dice.pick(user.authenticators);
  const position = dueOf(process, known) + 1 + process.dice.between(0, 3);
  const codes = [codeAt(secret, position - 1), codeAt(secret, position)];
  return {
    claim: { presents: [`a:${authenticator}`, position], resets: true },
    make: async (accounts) => decided(await accounts.resync({ subject, authenticator, codes })),
    learn: [["position", authenticator, position]],
  };
}
