// The demo's phone: the codes of the authenticator app, and the messages that would be sent. A real server has neither.
import { parseUri, timeRemainingMs, totp } from "otp-core";

export function createDemoPhone(clock) {
  const keys = new Map();
  const inboxes = new Map();
  return {
    /** The app scans the QR code. */
    scan: (user, uri) => keys.set(user, parseUri(uri)),
    /** What the app shows, or `null` before it has scanned anything. */
    show(user) {
      const key = keys.get(user);
      if (key === undefined) return null;
      const now = clock();
      return {
        code: totp(key, { now }),
        next: totp(key, { now: now + 30_000 }),
        remainingMs: timeRemainingMs(key, { now }),
      };
    },
    /** A message arrives during this log-in. */
    receive: (login, message) => inboxes.set(login, [message, ...(inboxes.get(login) ?? [])].slice(0, 5)),
    messages: (login) => inboxes.get(login) ?? [],
  };
}
