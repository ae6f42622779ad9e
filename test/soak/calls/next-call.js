// What users, support and an attacker do. A call consists of a claim, which the ledger reads before the call (ledger/ledger.ts), and of
// `make`. `make` resolves to the answer, to what it tells the ledger (`told`), and to what the users know from then on (`learn`). A
// `learn` of the call itself holds if the answer is `ok`.
import { login, loginAgain, loginWrong, resync } from "./authenticator-codes.js";
import { oldToken, recognise, revoke, revokeAll, trust } from "./devices.js";
import { confirm, propose, remove } from "./enrolment.js";
import { recoveryCode, recoveryCodes } from "./recovery-codes.js";
import { send, sentAgain, sentCode, sentWrong } from "./sent-codes.js";
import { status, unlock } from "./support.js";

const CALLS = {
  ...{ login, loginAgain, loginWrong, resync, send, sentCode, sentAgain, sentWrong, recoveryCodes, recoveryCode },
  ...{ trust, recognise, oldToken, revoke, revokeAll, propose, confirm, remove, status, unlock },
};

/** How often each call is made. */
const WEIGHTS = {
  user: {
    ...{ login: 30, loginAgain: 8, loginWrong: 10, resync: 2, status: 12, unlock: 3 },
    ...{ send: 6, sentCode: 8, sentAgain: 3, sentWrong: 3, recoveryCodes: 0.5, recoveryCode: 4 },
    ...{ trust: 2, recognise: 8, oldToken: 0.05, revoke: 0.03, revokeAll: 0.01 },
    ...{ propose: 2, confirm: 4, remove: 1 },
  },
  guessed: { loginWrong: 80, sentWrong: 8, status: 10, unlock: 2 },
};

/** The next call: one that is drawn, or the status if the user has nothing that the call needs. */
export function nextCall(process, subject, user) {
  const kind = process.dice.pickWeighted(WEIGHTS[subject.kind]);
  const call = CALLS[kind](process, subject.id, user) ?? status(process, subject.id);
  return { ...call, claim: { kind, ...call.claim } };
}
