// One sentence for each answer of the guard.
import type { GuardOutcome } from "otp-core/guard";
import type { Kind } from "./try-codes.ts";

/** Wrong codes, each by where it comes from. */
const MISMATCHES = {
  totp: {
    wrong: "The code has the right form and belongs to no step within the window. It counts as a failure.",
    expired: "The code was valid too long ago. To the guard it is a wrong code like any other, and it counts.",
    early:
      "The code will be valid too far in the future. To the guard it is a wrong code like any other, and it counts.",
  },
  hotp: {
    wrong: "The code has the right form and belongs to none of the next counters. It counts as a failure.",
    expired:
      "The code belongs to a counter that has passed. To the guard it is a wrong code like any other, and it counts.",
    early:
      "The code belongs to a counter too far ahead. To the guard it is a wrong code like any other, and it counts.",
  },
} as const;

/** Why the guard answered so. */
export function explain(type: "totp" | "hotp", kind: Kind | "own", outcome: GuardOutcome): string {
  if (outcome.ok) {
    const place = type === "totp" ? "a step within the window" : "one of the next counters";
    return `The code belongs to ${place} and is new. The guard stored it as used before it answered.`;
  }
  switch (outcome.reason) {
    case "replayed":
      return "The code is valid, but it was accepted before. It is not counted, because the owner may have sent a form twice.";
    case "malformed":
      return "This text is not a code of this key, so it was compared with nothing and is not counted.";
    case "throttled":
      return "There were too many failures, so the guard did not look at the code. A valid code stays valid.";
    case "disabled":
      return "There were 100 consecutive failures. Only the support can open this user again.";
    default:
      return MISMATCHES[type][kind === "expired" || kind === "early" ? kind : "wrong"];
  }
}
