// Additional authenticators: proposed, confirmed, replaced by another one, removed.
import { decodeBase32 } from "otp-core";
import { codeAt, DIGITS, FIRST_AUTHENTICATORS } from "../subjects.js";
import { decided } from "./attempt.js";
import { dueOf } from "./authenticator-codes.js";

/** So many additional authenticators a user has as a rule. */
const ADDITIONAL = 2;

export function propose(_process, subject) {
  return {
    claim: {},
    make: async (accounts) => {
      const request = { subject, issuer: "Soak", account: subject, digits: DIGITS };
      const { authenticator, secret } = await accounts.propose(request);
      const hex = Buffer.from(decodeBase32(secret)).toString("hex");
      return { answer: "ok", learn: [["proposed", authenticator, hex]] };
    },
  };
}

/** The newest proposal. It replaces an additional authenticator if there are enough, and otherwise now and then. */
export function confirm(process, subject, user) {
  const { dice } = process;
  const proposal = user.proposals.at(-1);
  if (proposal === undefined) return undefined;
  const { authenticator, secret } = proposal;
  const position = dueOf(process, { type: "totp" });
  const additional = additionalOf(user);
  const replaces =
    additional.length >= ADDITIONAL || dice.draw() < 0.3 ? dice.pick(additional)?.authenticator : undefined;
  return {
    claim: { presents: [`a:${authenticator}`, position], ...(replaces && { ends: [`a:${replaces}`] }) },
    make: async (accounts) => {
      const code = codeAt(secret, position);
      const confirmed = await accounts.confirm({ subject, authenticator, code, replaces });
      if (confirmed === null) return decided(null);
      const learn = [["confirmed", authenticator, secret, position]];
      if (replaces) learn.push(["removed", replaces]);
      return { answer: "ok", told: { made: `a:${authenticator}` }, learn };
    },
  };
}

export function remove({ dice }, subject, user) {
  const known = dice.pick(additionalOf(user));
  if (known === undefined) return undefined;
  const { authenticator } = known;
  return {
    claim: { ends: [`a:${authenticator}`] },
    make: async (accounts) => decided(await accounts.remove({ subject, authenticator })),
    learn: [["removed", authenticator]],
  };
}

function additionalOf({ authenticators }) {
  return authenticators.filter(
    (each) => !FIRST_AUTHENTICATORS.some(({ authenticator }) => authenticator === each.authenticator),
  );
}
