// The second factor of an account: all that this server does with otp-core. Everything else here is a server like any other.
import { randomUUID } from "node:crypto";
import { createTotpKey, formatUri } from "otp-core";
import { createGuard } from "otp-core/guard";
import { createPasscodes } from "otp-core/passcodes";
import { createRecoveryCodes } from "otp-core/recovery";

const REFUSED = { ok: false, retryAfterMs: 0 };

/**
 * @param settings - `store` remembers what was used and guessed; `pepper` is 32 random bytes that stay the same; `onEvent` is told
 * what happens, with the id of the user.
 */
export function createSecondFactor({ store, clock, pepper, onEvent }) {
  /** Who owns which factor: an event names the factor. */
  const owners = new Map();
  const guard = createGuard({ store, clock, onEvent: ({ subject, ...event }) => onEvent(owners.get(subject), event) });
  const told = ({ subject, ...event }) => onEvent(subject, event);
  const passcodes = createPasscodes({ store, clock, pepper, onEvent: told });
  const recovery = createRecoveryCodes({ store, clock, pepper, onEvent: told });

  return {
    /** What is shown for scanning; a page that is loaded again shows the same. Counts for nothing until it is confirmed. */
    propose(user) {
      user.proposed ??= { subject: randomUUID(), key: createTotpKey({ issuer: "Example", account: user.name }) };
      return { uri: formatUri(user.proposed.key), secret: user.proposed.key.secret };
    },

    /** The first code shows that the secret arrived, and is used up by that. Resolves to recovery codes, which are shown once. */
    async confirm(user, code) {
      const { proposed } = user;
      if (proposed === undefined) return { verdict: REFUSED };
      owners.set(proposed.subject, user.id);
      const verdict = await guard.attempt({ ...proposed, code });
      if (!verdict.ok) return { verdict };
      user.factor = proposed;
      user.proposed = undefined;
      return { verdict, codes: await recovery.generate(user.id) };
    },

    /** A code of the authenticator app. */
    verify: (user, code) => (user.factor === undefined ? REFUSED : guard.attempt({ ...user.factor, code })),

    /** Sends a code that is good for this login alone; `resendAt` of the result is for the page. */
    send: (user, login, deliver) => passcodes.send({ subject: user.id, purpose: "login", context: login, deliver }),

    redeem: (user, login, code) => passcodes.attempt({ subject: user.id, purpose: "login", context: login, code }),

    /** One of the codes on paper. */
    recover: (user, code) => recovery.attempt({ subject: user.id, code }),

    newRecoveryCodes: (user) => recovery.generate(user.id),

    async remaining(user) {
      return (await recovery.status(user.id)).remaining;
    },

    /** A new enrolment takes a new id, so nothing that was used for the old one can count for it. */
    async disable(user) {
      if (user.factor !== undefined) await guard.forget(user.factor.subject);
      user.factor = undefined;
      await recovery.forget(user.id);
    },
  };
}
