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

interface ModelPhone {
  /** The last accepted step. -1: none. */
  step: number;
  drift: number;
}

export class AccountModel {
  phones = new Map<string, ModelPhone>();
  /** When each proposal ends. */
  proposals = new Map<string, number>();
  /** Wrong codes for each proposal. Ten end it. */
  wrongs = new Map<string, number>();
  recovery: boolean[] | null = null;
  /** The recovery codes may have any form, so any text may be one. */
  isAdopted = false;
  devices: ModelDevice[] = [];
  code: ModelCode | null = null;
  sends: number[] = [];
  failures = 0;
  month = 0;
  trustableAt: number | null = null;
  usedUntil = 0;
  /** Codes of steps that began before are used up for a phone that is adopted. */
  removedUntil = 0;

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
    this.#end(replaces);
    this.phones = new Map([...others, [authenticator, { step, drift: 0 }]]);
    return true;
  }

  /** @param twin - a phone or a proposal with the same secret. Returns which phone has the secret; null: refused. */
  adopt(authenticator: string, twin: string | undefined, now: number): string | null {
    const isWaiting = (id = "") => now < (this.proposals.get(id) ?? 0);
    if (this.phones.has(authenticator)) return authenticator;
    if (isWaiting(authenticator)) return null;
    if (twin !== undefined) return isWaiting(twin) ? null : twin;
    if (this.phones.size >= 5) return null;
    this.proposals = new Map([...this.proposals].filter(([id]) => isWaiting(id)));
    this.phones.set(authenticator, { step: Math.ceil(this.removedUntil / 30_000) - 1, drift: 0 });
    return authenticator;
  }

  /** The codes are those of a phone, the first one so many steps from now. `null`: codes of none. */
  resync(authenticator: string, first: number | null, now: number): boolean {
    const phone = this.phones.get(authenticator);
    if (phone === undefined || this.month >= 10) return false;
    if (first === null) return this.#fail("mismatch", 1, null) === "ok";
    const step = Math.floor(now / 30_000) + first;
    if (step <= phone.step || step * 30_000 < this.usedUntil) return false;
    Object.assign(phone, { step: step + 1, drift: first + 1 });
    this.failures = 0;
    return true;
  }

  diagnose(authenticator: string): void {
    if (this.phones.has(authenticator) && this.month < 10) this.#fail("mismatch", 1, null);
  }

  remove(authenticator: string, now: number): boolean {
    const until = this.proposals.get(authenticator);
    if (until !== undefined && now < until) return this.proposals.delete(authenticator);
    if (!this.phones.has(authenticator)) return false;
    this.#end(authenticator);
    this.phones.delete(authenticator);
    if (this.phones.size === 0) [this.recovery, this.devices, this.trustableAt] = [null, [], null];
    return true;
  }

  /** @param phone - whose current code it is. `null`: a code of none. */
  typePhone(phone: string | null, device: string | null, now: number): string {
    if (this.phones.size === 0 && this.recovery === null) return "absent";
    if (this.phones.size === 0 && !this.isAdopted) return "malformed";
    if (device === null && this.month >= 10) return "throttled";
    // A wrong recovery code that cannot be guessed is not counted.
    if (this.phones.size === 0) return "mismatch";
    const step = Math.floor(now / 30_000);
    const known = phone === null ? undefined : this.phones.get(phone);
    if (known === undefined) return this.#fail("mismatch", Math.ceil(this.#candidates() / 3), device);
    if (step <= known.step || step * 30_000 < this.usedUntil) return "replayed";
    // Found around zero only: the clock was set right.
    Object.assign(known, { step, drift: known.drift > 1 ? 0 : known.drift });
    return this.#accept(device, now);
  }

  /** The steps around now, and around the drift of each phone. */
  #candidates(): number {
    const counts = [...this.phones.values()].map(({ drift }) => 3 + Math.min(drift, 3));
    return counts.reduce((sum, count) => sum + count, 0);
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
    for (const phone of this.phones.keys()) this.#end(phone);
    const usedUntil = Math.max(now, this.usedUntil, this.removedUntil);
    Object.assign(this, new AccountModel(), { usedUntil });
  }

  /** No step of the histories ends more than ten minutes from now. */
  #end(phone: string | undefined): void {
    const known = phone === undefined ? undefined : this.phones.get(phone);
    if (known !== undefined) this.removedUntil = Math.max(this.removedUntil, (known.step + 1) * 30_000);
  }

  revokeAll(): void {
    [this.devices, this.trustableAt] = [[], null];
  }

  /** The codes end, the sends stay. */
  report(): void {
    this.code = null;
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
