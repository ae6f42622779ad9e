// Sessions in memory, named by a cookie. An application keeps them in its database.
const IDLE_MS = 30 * 60_000;
/** How long a log-in may wait between the password and the code. */
const PENDING_MS = 10 * 60_000;

export function createSessions(clock) {
  const sessions = new Map();

  function start(content) {
    for (const [id, { usedAt }] of sessions) if (usedAt < clock() - IDLE_MS) sessions.delete(id);
    const session = { ...content, id: token(), csrf: token(), usedAt: clock() };
    sessions.set(session.id, session);
    return session;
  }

  return {
    /** The session with this id, or a new one. A log-in that waits for its code ends after ten minutes. */
    open(id) {
      const session = sessions.get(id);
      if (session === undefined || session.usedAt < clock() - IDLE_MS) return start({});
      if (session.pending && session.pending.until < clock()) session.pending = undefined;
      session.usedAt = clock();
      return session;
    },

    /** A session with a new id. Call it whenever a visitor gains rights, so that an id that an attacker planted is worthless. */
    renew(session, content) {
      sessions.delete(session.id);
      return start(content);
    },

    /** A session that has the password and waits for the code. */
    wait: (session, user) => {
      sessions.delete(session.id);
      return start({ pending: { user, login: crypto.randomUUID(), until: clock() + PENDING_MS } });
    },

    /** Ends all other sessions of a user, for example those that were opened before there was a second factor. */
    endOthers(user, kept) {
      for (const [id, session] of sessions) {
        if (id !== kept.id && (session.user === user || session.pending?.user === user)) sessions.delete(id);
      }
    },
  };
}

function token() {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}
