// What must be true of a guard's record and answers at every moment, in whatever order things happened and whatever went wrong.
import { isOtpError } from "otp-core";
import { createGuardMachine, type GuardOutcome, type GuardPolicy, type GuardStatus } from "otp-core/guard";
import type { Answer, History, Write } from "./simulated-store.ts";

/** What a call asked the guard for. */
export type Asked = "attempt" | "unlock" | "remove" | "forget" | "status";

const REMEMBERED = 4;

interface Seen {
  readonly by: string;
  /** The authenticator whose step or counter was used up with this write, and which one. */
  readonly accepted: { readonly keyName: string; readonly position: number } | null;
  /** A wrong code was counted. */
  readonly failed: boolean;
  /** Before this write nothing was to be compared: waiting or disabled. */
  readonly closed: boolean;
  /** The authenticators whose positions ended with this write on purpose. */
  readonly ended: readonly string[];
  readonly positions: ReadonlyMap<string, number>;
  readonly failures: number;
  /** The failures of the last 30 days. */
  readonly monthly: number;
}

/** The steps and counters of the authenticators. */
function positionsOf({ keys }: GuardStatus): ReadonlyMap<string, number> {
  const positions = Object.entries(keys).map(
    ([keyName, key]) => [keyName, key.method === "totp" ? key.step : key.counter] as const,
  );
  return new Map(positions);
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
    const [old, positions] = [positionsOf(before), positionsOf(after)];
    const moved = [...positions].filter(([keyName, position]) => old.get(keyName) !== position);
    const ended = [...old.keys()].filter((keyName) => !positions.has(keyName));
    const [[keyName, position] = [null, null]] = moved;
    const seen = {
      by: write.by,
      accepted: keyName === null ? null : { keyName, position },
      failed: after.failures > before.failures,
      closed: before.state === "waiting" || before.state === "disabled",
      ended,
      positions,
      failures: after.failures,
      monthly: after.monthlyFailures,
    };
    const what = asked(write.by);
    if (moved.length > 1) throw new Error("one write accepts codes of two authenticators");
    if (after.failures > before.failures + 1) throw new Error("one write counts more than one failure");
    if (seen.accepted !== null && after.failures !== 0) throw new Error("an acceptance keeps failures");
    if (what === "forget" && after.forgottenAt === null) throw new Error("what was forgotten left no trace");
    if (before.forgottenAt !== null && after.forgottenAt === null) throw new Error("that it was forgotten is lost");
    if (ended.length > 0 && what !== "forget" && what !== "remove") throw new Error("a position is lost");
    if (what === "attempt" && after.monthlyFailures < before.monthlyFailures) {
      throw new Error("an attempt forgives failures of the last 30 days");
    }
    if (seen.failed && after.monthlyFailures <= before.monthlyFailures) {
      throw new Error("a failure is missing among those of the last 30 days");
    }
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
        const { value } = answer;
        // A resynchronisation says only whether it was accepted.
        const verdict: { readonly ok: boolean; readonly reason?: string; readonly keyName?: string } =
          typeof value === "boolean" ? { ok: value, reason: "refused" } : (value as GuardOutcome);
        if (verdict.ok && !accepted) throw new Error(`${by} is ok, but no acceptance of it is stored`);
        const { keyName } = verdict;
        if (keyName !== undefined && !own.some((seen) => seen.accepted?.keyName === keyName)) {
          throw new Error(`${by} is ok for ${keyName}, but another authenticator is used up`);
        }
        // The record names its last four writes. Who is told false about a write that took place, and looks for it after four
        // others, cannot know better: it can only rely on the replies of its store.
        const buried = history.deceived.has(by) && all.length - all.findIndex((seen) => seen.by === by) > REMEMBERED;
        // A write that failed may arrive after a failover has dropped what the refusal was decided on.
        const revived = history.failovers > 0 && history.thrown.has(by);
        if (!verdict.ok && accepted && !buried && !revived) throw new Error(`${by} is ${verdict.reason}, but accepted`);
        if (verdict.reason === "mismatch" && !own.some(({ failed }) => failed)) {
          throw new Error(`${by} is an uncounted mismatch`);
        }
        break;
      }
      case "forget":
        if (own.length === 0) throw new Error(`${by} has forgotten nothing`);
        break;
      case "remove":
      case "unlock":
        // Even if there was nothing to forgive: what said so may be dropped by a failover.
        if (own.length === 0) throw new Error(`${by} is done, but nothing of it is stored`);
        if (accepted) throw new Error(`${by} accepted a code`);
        break;
      case "status":
        if (accepted) throw new Error(`${by} accepted a code`);
    }
  }

  return (history) => {
    const all: Seen[] = [];
    const used = new Set<string>();
    let last = new Map<string, number>();
    for (const write of history.writes) {
      const seen = known.get(write) ?? look(write);
      if (write.before === null) {
        // The first one, or the first one after the record was dropped. What was used stays used.
        last = new Map();
      }
      all.push(seen);
      if (seen.closed && seen.accepted !== null) throw new Error(`${write.by} was accepted without being looked at`);
      if (seen.closed && seen.failed) throw new Error(`${write.by} was compared while the guard waits`);
      for (const [keyName, position] of seen.positions) {
        if (position < (last.get(keyName) ?? position)) throw new Error(`${write.by} went backwards`);
        last.set(keyName, position);
      }
      if (seen.accepted === null) continue;
      // Also after a position ended: a code of a step that began before stays used up.
      const place = `${seen.accepted.keyName} ${seen.accepted.position}`;
      if (used.has(place)) throw new Error(`${place} was accepted twice`);
      used.add(place);
    }
    for (const answer of history.answers) judge(answer, all, history);
  };
}
