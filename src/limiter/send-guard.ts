// Decides whether a code may be sent to a destination, so that an attacker cannot make you pay for useless messages.
import { refused } from "../attempts/outcome.ts";
import { checkInteger, checkOptions, type Options, refuse } from "../check.ts";
import { MachineRunner, SERVICE_OPTIONS, type ServiceOptions } from "../store/step/runner.ts";
import { addressKey } from "./address-key.ts";
import { checkPrefixes, type Destination, findPrefix, readDestination } from "./destination.ts";
import { markOf } from "./destinations.ts";
import { countVerified, decideAddress, decidePrefix } from "./send-decisions.ts";
import type { SendGuardEvent, SendGuardOutcome, SendGuardReason, SendRequest } from "./send-outcome.ts";

/** Who may be sent to, and how much. */
export interface SendGuardOptions extends ServiceOptions<SendGuardEvent> {
  /**
   * Prefixes that may be sent to, for example `["+49", "+43"]` or `["@example.com"]`. Default: all. The longest match of `allow`
   * and `deny` decides; `deny` wins a tie.
   */
  readonly allow?: readonly string[] | undefined;
  /** Prefixes that may not be sent to. Default: none. */
  readonly deny?: readonly string[] | undefined;
  /** The lowest share of verified codes per prefix: 0 to 1. Default: 0.2. */
  readonly minConversion?: number | undefined;
  /** Sends per prefix before `minConversion` decides: 10 to 10,000. Default: 50. */
  readonly minObservations?: number | undefined;
  /** Distinct destinations per address in 24 hours: 1 to 1000. Default: 5. */
  readonly destinationsPerAddress?: number | undefined;
  /**
   * `"record"` emits what it would refuse and refuses nothing but `deny`, `allow` and what is not a destination. Default:
   * `"refuse"`.
   */
  readonly mode?: "record" | "refuse" | undefined;
}

/** Limits sending by destination and by address. */
export interface SendGuard {
  /** Whether a code may be sent to this destination. Counts it. */
  take(request: SendRequest): Promise<boolean>;
  /** The same with a reason. Test `.ok`: the outcome itself is always truthy. */
  attempt(request: SendRequest): Promise<SendGuardOutcome>;
  /** Call it when a code that was sent there was accepted. */
  verified(request: Pick<SendRequest, "destination">): Promise<void>;
}

const OPTIONS: Options<SendGuardOptions> = {
  ...SERVICE_OPTIONS,
  allow: true,
  deny: true,
  minConversion: true,
  minObservations: true,
  destinationsPerAddress: true,
  mode: true,
};
const REQUEST_OPTIONS: Options<SendRequest> = { destination: true, address: true };
const VERIFIED_OPTIONS: Options<Pick<SendRequest, "destination">> = { destination: true };

interface Refusal {
  readonly reason: SendGuardReason;
  readonly prefix: string | null;
  readonly retryAfterMs: number | null;
}

/**
 * Stops SMS pumping: an attacker who has a share in the price of messages lets your server send thousands of them, to numbers from
 * which no code is ever entered. Ask it before `send`, and tell it when a code was accepted.
 *
 * Sends are counted by country code, by country code and four more digits, and by mail domain, over 24 hours and over 14 days. If
 * less than `minConversion` of at least `minObservations` sends were verified, further sends are refused, but for one in six hours,
 * by which an honest prefix recovers. The finest of the two prefixes with enough sends decides. Begin with `mode: "record"`, and
 * look at the events for a week.
 *
 * @example
 * ```ts
 * import { createSendGuard } from "otp-core/limiter";
 * import { memoryStore } from "otp-core/store";
 *
 * const sends = createSendGuard({ store: memoryStore(), allow: ["+49", "+43"], deny: ["+43 900"] });
 * console.log(await sends.take({ destination: "+49 30 123456", address: "192.0.2.1" })); // true
 * console.log(await sends.take({ destination: "+43 900 123456", address: "192.0.2.1" })); // false
 * await sends.verified({ destination: "+49 30 123456" });
 * ```
 *
 * @throws OtpError `invalid-argument` for an option out of range. The methods reject as `transact` does when the store failed.
 */
export function createSendGuard(options: SendGuardOptions): SendGuard {
  checkOptions(options, OPTIONS);
  const { mode = "refuse", minConversion = 0.2, minObservations = 50, destinationsPerAddress = 5 } = options;
  if (mode !== "record" && mode !== "refuse") refuse("mode", '"record" or "refuse"');
  if (typeof minConversion !== "number" || !(minConversion >= 0 && minConversion <= 1)) {
    refuse("minConversion", "a number from 0 to 1");
  }
  const policy = { minConversion, minObservations: checkInteger(minObservations, "minObservations", 10, 10_000) };
  const maxDestinations = checkInteger(destinationsPerAddress, "destinationsPerAddress", 1, 1000);
  const allow = options.allow === undefined ? null : checkPrefixes(options.allow, "allow");
  const deny = checkPrefixes(options.deny ?? [], "deny");
  const { onEvent, onListenerError, ...storeOptions } = options;
  if (onEvent !== undefined && typeof onEvent !== "function") refuse("onEvent", "a function");
  if (onListenerError !== undefined && typeof onListenerError !== "function") refuse("onListenerError", "a function");
  const runnerOf = (name: string) => new MachineRunner("send-guard", storeOptions, { name, ids: [] });
  const [prefixes, addresses] = [runnerOf("prefix"), runnerOf("address")];
  // Emits without a subject, which would be a prefix or an address.
  const events = new MachineRunner<{ readonly subject: string }, SendGuardEvent>("send-guard", {
    ...storeOptions,
    onEvent: onEvent && (({ subject: _, ...event }) => onEvent(event)),
    onListenerError: onListenerError && ((error, { subject: _, ...event }) => onListenerError(error, event)),
  });

  function emit(type: SendGuardEvent["type"], prefix: string | null, reason: SendGuardReason | null = null): void {
    events.emit({ subject: "" }, [{ type, at: events.now(), reason, prefix, mode }]);
  }

  /** Counts the send, or says why not. In the mode `record` it is counted in any case. */
  async function decide(destination: Destination, address: string): Promise<Refusal | null> {
    const mark = markOf(address, destination.text);
    const { ok, wait } = await addresses.run({ subject: address }, (state) =>
      decideAddress(state, mark, maxDestinations, addresses.now()),
    );
    const tooMany: Refusal | null = ok
      ? null
      : { reason: "destinations", prefix: destination.prefix, retryAfterMs: wait };
    if (tooMany !== null && mode === "refuse") return tooMany;
    return (await decidePrefixes(destination)) ?? tooMany;
  }

  /** The range decides if enough was sent to it, else the country. A send is counted in both. */
  async function decidePrefixes({ prefix, range }: Destination): Promise<Refusal | null> {
    const always = mode === "record";
    const look = (subject: string, counts: "always" | "if good" | "if decided") =>
      prefixes.run({ subject }, (state) => decidePrefix(state, policy, counts, prefixes.now()));
    const refusalOf = (refused: string, retryAfterMs: number): Refusal => ({
      reason: "conversion",
      prefix: refused,
      retryAfterMs,
    });
    if (range === null) {
      const { ok, wait } = await look(prefix, always ? "always" : "if good");
      return ok ? null : refusalOf(prefix, wait);
    }
    const fine = await look(range, always ? "always" : "if decided");
    if (!fine.ok && !always) return refusalOf(range, fine.wait);
    const coarse = await look(prefix, always || fine.isDecided ? "always" : "if good");
    if (fine.isDecided) return fine.ok ? null : refusalOf(range, fine.wait);
    if (!coarse.ok) return refusalOf(prefix, coarse.wait);
    if (!always) await look(range, "always");
    return null;
  }

  async function attempt(request: SendRequest): Promise<SendGuardOutcome> {
    checkOptions(request, REQUEST_OPTIONS, "request");
    const destination = readDestination(request.destination);
    if (destination === null) return turnDown(MALFORMED);
    const forbidden = forbid(destination);
    if (forbidden !== null) return turnDown(forbidden);
    const refusal = await decide(destination, addressKey(request.address));
    if (refusal === null) emit("send-allowed", destination.prefix);
    else if (mode === "record") emit("send-refused", refusal.prefix, refusal.reason);
    else return turnDown(refusal);
    return { ok: true, prefix: destination.prefix };
  }

  function turnDown({ reason, prefix, retryAfterMs }: Refusal): SendGuardOutcome {
    emit("send-refused", prefix, reason);
    return refused(reason, retryAfterMs);
  }

  function forbid(destination: Destination): Refusal | null {
    const denied = findPrefix(deny, destination);
    const allowed = findPrefix(allow ?? [], destination);
    if (denied !== null && denied.length >= (allowed?.length ?? 0)) {
      return { reason: "prefix-denied", prefix: denied, retryAfterMs: null };
    }
    if (allow === null || allowed !== null) return null;
    return { reason: "prefix-not-allowed", prefix: destination.prefix, retryAfterMs: null };
  }

  return {
    attempt,
    async take(request) {
      return (await attempt(request)).ok;
    },
    async verified(request) {
      checkOptions(request, VERIFIED_OPTIONS, "request");
      const destination = readDestination(request.destination);
      if (destination === null) return;
      const { prefix, range } = destination;
      for (const subject of range === null ? [prefix] : [range, prefix]) {
        await prefixes.run({ subject }, (state) => countVerified(state, prefixes.now()));
      }
      emit("send-verified", prefix);
    },
  };
}

const MALFORMED: Refusal = { reason: "malformed", prefix: null, retryAfterMs: 0 };
