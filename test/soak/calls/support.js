// What support does: it takes over the first authenticators, looks at an account, and unlocks it.
import { DIGITS, firstSecret } from "../subjects.js";

/** An authenticator that the subject has from the beginning. */
export function adopt(subject, { authenticator, type }) {
  const secret = new Uint8Array(Buffer.from(firstSecret(subject, authenticator), "hex"));
  return {
    claim: { kind: "adopt" },
    make: async (accounts) => {
      await accounts.adopt({ subject, authenticator, key: { type, secret, digits: DIGITS } });
      return { answer: "ok", told: { made: `a:${authenticator}` } };
    },
  };
}

export function status(_process, subject) {
  return {
    claim: { kind: "status" },
    make: async (accounts) => ({ answer: "status", told: toldBy(await accounts.status(subject)) }),
  };
}

/** What a status tells the ledger. */
export function toldBy({ authenticators, devices, failures }) {
  const ids = [
    ...authenticators.map(({ authenticator }) => `a:${authenticator}`),
    ...devices.map(({ device }) => `d:${device}`),
  ];
  return { listed: ids, failures };
}

export function unlock(_process, subject) {
  return {
    claim: { resets: true },
    make: async (accounts) => {
      await accounts.unlock(subject);
      return { answer: "ok" };
    },
  };
}
