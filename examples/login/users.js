// Users and their passwords, in memory. An application has a table for them.
const HASH = { name: "PBKDF2", hash: "SHA-256" };

/** @param iterations - PBKDF2 with SHA-256. OWASP recommends 600,000. */
export function createUsers(iterations = 600_000) {
  const byName = new Map();
  const byId = new Map();
  /** A password is compared with this if the user is unknown, so that the answer takes the same time. */
  const unknown = { salt: random(16), hash: random(32) };

  async function hash(password, salt) {
    const bytes = new TextEncoder().encode(password.normalize("NFKC"));
    const key = await crypto.subtle.importKey("raw", bytes, "PBKDF2", false, ["deriveBits"]);
    return new Uint8Array(await crypto.subtle.deriveBits({ ...HASH, salt, iterations }, key, 256));
  }

  return {
    /** The new user, or `undefined` when the name is taken or the password too short. */
    async register(name, password) {
      if (!/^[\w.@-]{1,64}$/.test(name) || password.length < 8 || password.length > 256) return undefined;
      const salt = random(16);
      const user = { id: crypto.randomUUID(), name, password: { salt, hash: await hash(password, salt) } };
      if (byName.has(name)) return undefined;
      byName.set(name, user);
      byId.set(user.id, user);
      return user;
    },

    /** The user with this name and password, or `undefined`. */
    async check(name, password) {
      const user = byName.get(name);
      const stored = user?.password ?? unknown;
      const typed = await hash(password.slice(0, 256), stored.salt);
      return isEqual(typed, stored.hash) ? user : undefined;
    },

    find: (id) => byId.get(id),
  };
}

function random(length) {
  return crypto.getRandomValues(new Uint8Array(length));
}

function isEqual(a, b) {
  let difference = 0;
  for (const [i, byte] of a.entries()) difference |= byte ^ b[i];
  return difference === 0;
}
