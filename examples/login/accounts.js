// Users and their passwords, in memory: an application has a table for them.
import { randomBytes, randomUUID, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const hash = (password, salt) => promisify(scrypt)(password.normalize("NFKC"), salt, 32);

export function createAccounts() {
  const byName = new Map();
  const byId = new Map();
  /** Compared with where there is no such user, so that the answer takes as long. */
  const nobody = { salt: randomBytes(16), hash: randomBytes(32) };

  return {
    /** The new user, or undefined when the name is taken or the password too short. */
    async register(name, password) {
      if (!/^[\w.@-]{1,64}$/.test(name) || password.length < 8) return undefined;
      const salt = randomBytes(16);
      const user = { id: randomUUID(), name, password: { salt, hash: await hash(password, salt) } };
      if (byName.has(name)) return undefined;
      byName.set(name, user);
      byId.set(user.id, user);
      return user;
    },

    /** The user of this name and password, or undefined. */
    async check(name, password) {
      const user = byName.get(name);
      const stored = user?.password ?? nobody;
      const same = timingSafeEqual(await hash(password, stored.salt), stored.hash);
      return same ? user : undefined;
    },

    find: (id) => byId.get(id),
  };
}
