// A user's second factor as DESIGN describes it, in plain numbers. It shares no code with the library.
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
/** The policy of the histories. No history is longer than three days, so no failure of the month leaks away. */
export const MODEL_POLICY = {
  attempts: { freeFailures: 99, monthly: 10 },
  devices: { maxFailures: 4, max: 2 },
  sent: { keep: 1 },
} as const;

interface ModelDevice {
  readonly device: string;
  current: number;
  currentAt: number;
  previous: number | null;
  previousUntil: number;
  successor: number | null;
  successorAt: number;
  month: number;
  seenAt: number;
  wasSeen: boolean;
}

interface ModelCode {
  readonly sentAt: number;
  tries: number;
  used: boolean;
}

export class AccountModel {
  /** The last accepted step of each phone. */
  phones = new Map<string, number>();
  /** When each proposal ends. */
  proposals = new Map<string, number>();
  /** Wrong codes for each proposal. Ten end it. */
  wrongs = new Map<string, number>();
  recovery: boolean[] | null = null;
  devices: ModelDevice[] = [];
  code: ModelCode | null = null;
  sends: number[] = [];
  failures = 0;
  month = 0;
  trustableAt: number | null = null;
  usedUntil = 0;

  propose(authenticator: string, now: number): void {
    const waiting = [...this.proposals].filter(([, until]) => now < until).slice(-2);
    this.proposals = new Map([...waiting, [authenticator, now + 15 * MINUTE]]);
  }

  /** @param isRight - whether the code is that of the proposal. */
  confirm(authenticator: string, replaces: string | undefined, isRight: boolean, now: number): boolean {
    const until = this.proposals.get(authenticator);
    if (until === undefined) return false;
    if (now >= until) return !this.proposals.delete(authenticator);
    const others = [...this.phones].filter(([phone]) => phone !== replaces);
    const step = Math.floor(now / 30_000);
    if (others.length >= 5) return false;
    if (!isRight || step * 30_000 < this.usedUntil) {
      const wrongs = (this.wrongs.get(authenticator) ?? 0) + 1;
      this.wrongs.set(authenticator, wrongs);
      if (wrongs === 10) this.proposals.delete(authenticator);
      return false;
    }
    this.proposals.delete(authenticator);
    this.phones = new Map([...others, [authenticator, step]]);
    return true;
  }

  remove(authenticator: string, now: number): boolean {
    const until = this.proposals.get(authenticator);
    if (until !== undefined && now < until) return this.proposals.delete(authenticator);
    if (!this.phones.delete(authenticator)) return false;
    if (this.phones.size === 0) [this.recovery, this.devices, this.trustableAt] = [null, [], null];
    return true;
  }

  /** @param phone - whose current code it is. `null`: a code of none. */
  typePhone(phone: string | null, device: string | null, now: number): string {
    if (this.phones.size === 0) return this.recovery === null ? "absent" : "malformed";
    if (device === null && this.month >= 10) return "throttled";
    const step = Math.floor(now / 30_000);
    const last = phone === null ? undefined : this.phones.get(phone);
    if (phone === null || last === undefined) return this.#fail("mismatch", Math.max(1, this.phones.size), device);
    if (step <= last || step * 30_000 < this.usedUntil) return "replayed";
    this.phones.set(phone, step);
    return this.#accept(device, now);
  }

  /** @param index - which code of the newest set. */
  typeRecovery(index: number, now: number): string {
    if (this.recovery === null) return this.phones.size === 0 ? "absent" : "malformed";
    if (this.recovery[index]) return this.month >= 10 ? "throttled" : "replayed";
    this.recovery[index] = true;
    this.#accept(null, now);
    this.month = 0;
    return "ok";
  }

  send(now: number): string {
    const fifth = this.sends[4];
    const waits = now - (this.sends[0] ?? 0) < 30_000 || (fifth !== undefined && now - fifth < 15 * MINUTE);
    if (this.month >= 10 || waits) return "throttled";
    this.sends.unshift(now);
    this.code = { sentAt: now, tries: 0, used: false };
    return "ok";
  }

  typeSent(isRight: boolean, device: string | null, now: number): string {
    if (device === null && this.month >= 10) return "throttled";
    const code = this.code !== null && now - this.code.sentAt < DAY ? this.code : null;
    const isAlive = code !== null && !code.used && code.tries < 5 && now < code.sentAt + 5 * MINUTE;
    if (isRight && isAlive) {
      code.used = true;
      return this.#accept(device, now);
    }
    if (isRight && code?.used) return "replayed";
    const ended = code === null || code.used ? "absent" : code.tries === 5 ? "exhausted" : "expired";
    if (isAlive) code.tries++;
    return this.#fail(isAlive ? "mismatch" : ended, 1, device);
  }

  trust(device: string, now: number): void {
    this.trustableAt = null;
    const byAge = [...this.devices].sort((a, b) => b.seenAt - a.seenAt);
    const kept = this.devices.filter((each) => byAge.indexOf(each) < 1);
    const rotation = { current: 0, currentAt: now, previous: null, previousUntil: 0, successor: null, successorAt: 0 };
    this.devices = [...kept, { device, ...rotation, month: 0, seenAt: now, wasSeen: false }];
  }

  isTrustable(now: number): boolean {
    return this.trustableAt !== null && now - this.trustableAt <= 15 * MINUTE;
  }

  /** The device of a token, and the generation that replaces it. */
  present(device: string, generation: number, now: number, mayRotate: boolean) {
    const known = this.devices.find((each) => each.device === device);
    if (known === undefined) return null;
    let handOut: number | null = null;
    if (generation === known.successor) {
      Object.assign(known, { previous: known.current, previousUntil: now + MINUTE });
      Object.assign(known, { current: generation, currentAt: now, successor: null });
    } else if (generation === known.current) {
      if (mayRotate && (known.successor !== null || now - known.currentAt >= DAY)) {
        const isSame = known.successor !== null && now < known.successorAt + MINUTE;
        known.successor = isSame ? known.successor : (known.successor ?? known.current) + 1;
        known.successorAt = now;
        handOut = known.successor;
      }
    } else if (generation === known.previous && now < known.previousUntil) {
      handOut = mayRotate ? known.current : null;
    } else {
      this.devices = this.devices.filter((each) => each !== known);
      return null;
    }
    const isDue = !known.wasSeen || now - known.seenAt >= 60 * MINUTE;
    if (mayRotate && isDue) Object.assign(known, { seenAt: now, wasSeen: true });
    return { device, handOut };
  }

  forget(now: number): void {
    const ends = [...this.phones.values()].map((step) => (step + 1) * 30_000);
    const usedUntil = Math.max(now, this.usedUntil, ...ends);
    Object.assign(this, new AccountModel(), { usedUntil });
  }

  unlock(): void {
    [this.failures, this.month] = [0, 0];
  }

  #accept(device: string | null, now: number): string {
    // A success on a device forgives nothing, and no success forgives the month.
    if (device === null) this.failures = 0;
    this.trustableAt = now;
    return "ok";
  }

  #fail(reason: string, cost: number, device: string | null): string {
    const known = this.devices.find((each) => each.device === device);
    if (known === undefined) this.failures++;
    this.month += cost;
    if (known !== undefined && ++known.month >= 4) this.devices = this.devices.filter((each) => each !== known);
    return reason;
  }
}
