// Tokens of devices: a newer token replaces an older one, which is good for a short overlap. So once two tokens were accepted, nothing
// older than both is accepted any more, whatever the clocks say.
import type { Interval } from "./ledger.ts";

export class DeviceTokens {
  /** By device: when each generation was accepted first. */
  readonly #accepted = new Map<string, Map<number, number>>();

  recognise([device, generation]: readonly [string, number], { start, end }: Interval): string[] {
    const accepted = this.#accepted.get(device) ?? new Map<number, number>();
    this.#accepted.set(device, accepted);
    accepted.set(generation, Math.min(accepted.get(generation) ?? end, end));
    const newer = [...accepted].filter(([other, at]) => other > generation && at < start);
    return newer.length < 2
      ? []
      : [`d:${device} was recognised by token ${generation}, which two newer ones have replaced`];
  }
}
