// What must be true of a guard's record and answers at every moment, in whatever order things happened and whatever went wrong.
import { isOtpError } from "otp-core";
import { createGuardMachine, type GuardPolicy, type GuardVerdict } from "otp-core/guard";
import type { Answer, History, Write } from "./simulated-store.ts";

/** What a call asked the guard for. */
export type Asked = "attempt" | "unlock" | "forget" | "status";

const REMEMBERED = 4;

interface Seen {
  readonly by: string;
  /** The step or counter that was used up with this write. */
  readonly accepted: number | null;
  /** A wrong code was counted. */
  readonly failed: boolean;
  /** Before this write nothing was to be compared: waiting, disabled or forgotten. */
  readonly closed: boolean;
  readonly forgotten: boolean;
  readonly position: number | null;
  readonly failures: number;
}

/** A record is the nonces of its last writes, and the machine's state in the line below. */
export function stateOf(record: string | null): string | null {
  return record === null ? null : record.slice(record.indexOf("\n") + 1) || null;
}

/**
 * @param asked - of the call that an answer or a write belongs to.
 */
export function guardInvariants(asked: (by: string) => Asked, policy: GuardPolicy = {}): (history: History) => void {
  const machine = createGuardMachine(policy);
  const known = new WeakMap<Write, Seen>();

  function look(write: Write): Seen {
    const before = machine.status(stateOf(write.before), write.at);
    const after = machine.status(stateOf(write.after), write.at);
    const position = after.step ?? after.counter;
    const forgotten = asked(write.by) === "forget";
    const seen = {
      by: write.by,
      accepted: position !== (before.step ?? before.counter) ? position : null,
      failed: after.failures > before.failures,
      closed: before.state === "waiting" || before.state === "disabled",
      forgotten,
      position,
      failures: after.failures,
    };
    if (after.failures > before.failures + 1) throw new Error("one write counts more than one failure");
    if (seen.accepted !== null && after.failures !== 0) throw new Error("an acceptance keeps failures");
    if (forgotten && after.state !== "disabled") throw new Error("what was forgotten is open");
    known.set(write, seen);
    return seen;
  }

  function judge(answer: Answer, all: readonly Seen[], history: History): void {
    const { by, error } = answer;
    const own = all.filter((seen) => seen.by === by);
    const accepted = own.some((seen) => seen.accepted !== null);
    if ("error" in answer) {
      if (history.faults === 0) throw new Error(`${by} failed though nothing went wrong: ${String(error)}`);
      if (!isOtpError(error) || !["store-failed", "store-uncertain"].includes(error.code)) {
        throw new Error(`${by} failed with ${String(error)}`);
      }
      if (history.thrown.has(by) && !(error.cause instanceof Error)) throw new Error(`${by} failed without a cause`);
      if (error.code !== "store-uncertain" && accepted) {
        throw new Error(`${by} failed with ${error.code}, but its acceptance is stored`);
      }
      return;
    }
    switch (asked(by)) {
      case "attempt": {
        const verdict = answer.value as GuardVerdict;
        if (verdict.ok && !accepted) throw new Error(`${by} is ok, but no acceptance of it is stored`);
        // The record names its last four writes. Who is told false about a write that took place, and looks for it after four
        // others, cannot know better: all that is left to him is what his store has said.
        const buried = history.deceived.has(by) && all.length - all.findIndex((seen) => seen.by === by) > REMEMBERED;
        if (!verdict.ok && accepted && !buried) throw new Error(`${by} is ${verdict.reason}, but accepted`);
        if (verdict.reason === "mismatch" && !own.some(({ failed }) => failed)) {
          throw new Error(`${by} is a mismatch that nobody counted`);
        }
        break;
      }
      case "forget":
        if (own.length === 0) throw new Error(`${by} has forgotten nothing`);
        break;
      case "unlock":
      case "status":
        if (accepted) throw new Error(`${by} accepted a code`);
    }
  }

  return (history) => {
    const all: Seen[] = [];
    const used = new Set<number>();
    let last = Number.NEGATIVE_INFINITY;
    let forgotten = false;
    for (const write of history.writes) {
      const seen = known.get(write) ?? look(write);
      if (write.before === null) {
        // The first one, or the first one after the record was dropped. What was used stays used.
        last = Number.NEGATIVE_INFINITY;
        forgotten = false;
      }
      all.push(seen);
      if (forgotten && (seen.accepted !== null || seen.failed)) throw new Error("a forgotten factor was tried");
      if (seen.forgotten) forgotten = true;
      if (seen.closed && seen.accepted !== null) throw new Error(`${write.by} was accepted without being looked at`);
      if (seen.closed && seen.failed) throw new Error(`${write.by} was compared while the guard waits`);
      if (seen.position !== null) {
        if (seen.position < last) throw new Error(`${write.by} went backwards`);
        last = seen.position;
      }
      if (seen.accepted === null) continue;
      if (used.has(seen.accepted)) throw new Error(`${seen.accepted} was accepted twice`);
      used.add(seen.accepted);
    }
    for (const answer of history.answers) judge(answer, all, history);
  };
}
