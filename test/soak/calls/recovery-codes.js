// Recovery codes: a new set, and a code of the last sets.
import { attempt } from "./attempt.js";

export function recoveryCodes(_process, subject) {
  return {
    claim: {},
    make: async (accounts) => {
      const codes = await accounts.generateRecoveryCodes(subject);
      return { answer: "ok", learn: [["recovery", codes]] };
    },
  };
}

export function recoveryCode(process, subject, user) {
  const code = process.dice.pick(user.recovery);
  if (code === undefined) return undefined;
  const { claim, make } = attempt(process, { subject, code }, user);
  // A recovery code cannot be guessed, so a wrong one is not counted.
  return { claim: { ...claim, counts: [], presents: [`recovery code ${code}`, null] }, make };
}
