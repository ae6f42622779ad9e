// What users hold: their authenticators, codes and cookies. The processes share it, so that several present the same code at the
// same time, and so that a process that starts knows what its predecessors were given.
import { FIRST_AUTHENTICATORS, firstSecret, PLACES, subjects } from "./subjects.js";

/** How many used codes are remembered, to be presented again. */
const REMEMBERED = 12;

export class Knowledge {
  #users = new Map(
    PLACES.flatMap((place) =>
      subjects.map(({ id }) => [
        `${place} ${id}`,
        {
          authenticators: FIRST_AUTHENTICATORS.map(({ authenticator, type }) => ({
            authenticator,
            type,
            secret: firstSecret(id, authenticator),
            position: -1,
          })),
          proposals: [],
          sent: [],
          recovery: [],
          devices: [],
        },
      ]),
    ),
  );

  /** What the user called `place id` holds. */
  of(name) {
    return this.#users.get(name);
  }

  learn(name, what, ...details) {
    LEARNING[what](this.#users.get(name), ...details);
  }

  toJSON() {
    return [...this.#users];
  }

  restore(users) {
    this.#users = new Map(users);
  }
}

const keepLast = (list) => list.splice(0, Math.max(0, list.length - REMEMBERED));

const LEARNING = {
  position({ authenticators }, authenticator, position) {
    const known = authenticators.find((each) => each.authenticator === authenticator);
    if (known !== undefined) known.position = Math.max(known.position, position);
  },
  proposed({ proposals }, authenticator, secret) {
    proposals.push({ authenticator, secret });
    keepLast(proposals);
  },
  confirmed(user, authenticator, secret, position) {
    user.proposals = user.proposals.filter((each) => each.authenticator !== authenticator);
    if (user.authenticators.some((each) => each.authenticator === authenticator)) return;
    user.authenticators.push({ authenticator, type: "totp", secret, position });
  },
  removed(user, authenticator) {
    user.authenticators = user.authenticators.filter((each) => each.authenticator !== authenticator);
    user.proposals = user.proposals.filter((each) => each.authenticator !== authenticator);
  },
  sent({ sent }, code) {
    sent.push(code);
    keepLast(sent);
  },
  recovery({ recovery }, codes) {
    // Codes of the old set are still tried now and then.
    recovery.push(...codes);
    keepLast(recovery);
  },
  trusted({ devices }, device, token) {
    const known = devices.find((each) => each.device === device);
    if (known === undefined) devices.push({ device, tokens: [token] });
    else if (!known.tokens.includes(token)) known.tokens.push(token);
  },
  untrusted(user, device) {
    user.devices = user.devices.filter((each) => each.device !== device);
  },
};
