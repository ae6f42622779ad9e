// What happened, as a sentence for the user.
const METHODS = {
  totp: "a code of your authenticator app",
  hotp: "a code of your token",
  recovery: "a recovery code",
  sent: "a sent code",
};

const SENTENCES = {
  accepted: ({ method, failures, remaining }) => {
    const left = remaining === null ? "" : `, ${remaining} left`;
    const before = failures === 0 ? "" : ` after ${plural(failures, "failed attempt")}`;
    return `Verified with ${METHODS[method]}${left}${before}.`;
  },
  rejected: () => "A wrong code was entered.",
  replayed: () => "A code was entered a second time. If that was not you, someone may have seen it.",
  throttled: () => "An attempt was refused: too many failures.",
  disabled: () => "Two-factor authentication was locked after too many failures.",
  unlocked: () => "Support unlocked two-factor authentication.",
  forgotten: () => "Two-factor authentication was reset.",
  proposed: () => "You started to add an authenticator app.",
  confirmed: ({ replaced }) => (replaced === null ? "An authenticator app was added." : "The phone was changed."),
  "confirm-refused": () => "A code for the new authenticator app did not match.",
  removed: () => "An authenticator app was removed.",
  "recovery-codes-generated": ({ count }) => `${plural(count, "recovery code")} generated. Older ones have ended.`,
  "device-trusted": ({ label }) => `This device is trusted now: ${label ?? "no name"}.`,
  "device-ended": ({ label, reason }) =>
    reason === "stolen"
      ? "The cookie of a trusted device was copied. The device has ended."
      : `A device has ended: ${label ?? "no name"}.`,
  sent: () => "A code was sent.",
  delivered: () => "The message with the code was delivered.",
  "delivery-failed": () => "The message with the code could not be delivered.",
  "send-refused": () => "A code was asked for too soon or too often.",
  refused: () => "A sent code was entered where it is not valid.",
  reported: () => "You reported a code that you did not ask for.",
};

const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

export const describeEvent = (event) => SENTENCES[event.type]?.(event) ?? event.type;
