// Hands a code to the channels that can send it, one after the other, each within its time.
import { checkInteger, checkOptions, type Options, refuse } from "../check.ts";
import { TimeLimit, TimeUp } from "../store/step/time-limit.ts";
import type { Transaction } from "../transaction/transaction.ts";

/** What a delivery function gets in addition to the code. */
export interface Delivery {
  /** The name of the channel, `"default"` for a single function. */
  readonly channel: string;
  readonly purpose: string;
  /** When the code expires, in milliseconds since 1970. */
  readonly expiresAt: number;
  readonly transaction: Transaction | null;
}

/** Sends a code. Resolve to the gateway's message id if there is one. Text that contains the code is dropped. */
export type Deliver = (code: string, delivery: Delivery) => unknown;

/** One way to send a code. */
export interface DeliveryChannel {
  /** `[A-Za-z0-9_-]{1,64}`, for example `"sms"`. */
  readonly channel: string;
  readonly deliver: Deliver;
  /** After which the next channel is tried: 1 to 600,000 ms. Default: 10,000. */
  readonly timeoutMs?: number | undefined;
}

/** One function, or 1 to 10 channels in order: the same code is tried on each until one resolves. */
export type DeliverOption = Deliver | readonly [DeliveryChannel, ...DeliveryChannel[]];

export interface CheckedChannel {
  readonly channel: string;
  readonly deliver: Deliver;
  readonly timeoutMs: number;
}

const OPTIONS: Options<DeliveryChannel> = { channel: true, deliver: true, timeoutMs: true };
const NAME = /^[A-Za-z0-9_-]{1,64}$/;
const MAX_CHANNELS = 10;
const TIMEOUT_MS = 10_000;
const MAX_TIMEOUT_MS = 600_000;

export function checkChannels(deliver: unknown): readonly CheckedChannel[] {
  if (typeof deliver === "function")
    return [{ channel: "default", deliver: deliver as Deliver, timeoutMs: TIMEOUT_MS }];
  if (!Array.isArray(deliver) || deliver.length < 1 || deliver.length > MAX_CHANNELS) {
    refuse("deliver", `a function that sends the code, or a list of 1 to ${MAX_CHANNELS} channels`);
  }
  const names = new Set<string>();
  return Array.from(deliver as readonly unknown[], (value, i) => {
    const name = `deliver[${i}]`;
    checkOptions(value, OPTIONS, name);
    const { channel, deliver, timeoutMs } = value as DeliveryChannel;
    if (typeof channel !== "string" || !NAME.test(channel) || names.has(channel)) {
      refuse(`${name}.channel`, "a name of 1 to 64 characters of A-Z, a-z, 0-9, _ and -, each once");
    }
    names.add(channel);
    if (typeof deliver !== "function") refuse(`${name}.deliver`, "a function that sends the code");
    return { channel, deliver, timeoutMs: checkTimeout(timeoutMs, `${name}.timeoutMs`) };
  });
}

function checkTimeout(timeoutMs: unknown, argument: string): number {
  return timeoutMs === undefined ? TIMEOUT_MS : checkInteger(timeoutMs, argument, 1, MAX_TIMEOUT_MS);
}

/** A channel that took the code, or why it did not. */
export type ChannelResult =
  | { readonly ok: true; readonly deliveryId: string | null }
  | { readonly ok: false; readonly timedOut: boolean; readonly cause: unknown };

/** What is reported of a channel. */
export type DeliveryEvent =
  | { readonly type: "delivered"; readonly channel: string; readonly deliveryId: string | null }
  | { readonly type: "delivery-failed"; readonly channel: string; readonly timedOut: boolean };

/** Which channel took a code, or the error of the last one. */
export type Delivered =
  | { readonly ok: true; readonly channel: string; readonly deliveryId: string | null }
  | { readonly ok: false; readonly cause: unknown };

/** Tries the channels in order until one takes the code. Each result is reported. */
export async function deliverCode(
  channels: readonly CheckedChannel[],
  code: string,
  delivery: Omit<Delivery, "channel">,
  report: (event: DeliveryEvent) => void,
): Promise<Delivered> {
  let cause: unknown;
  for (const tried of channels) {
    const { channel } = tried;
    const result = await tryChannel(tried, code, delivery);
    if (result.ok) {
      const { deliveryId } = result;
      report({ type: "delivered", channel, deliveryId });
      return { ok: true, channel, deliveryId };
    }
    report({ type: "delivery-failed", channel, timedOut: result.timedOut });
    cause = result.cause;
  }
  return { ok: false, cause };
}

/** Never rejects. What a channel does after its time is ignored. */
async function tryChannel(
  { deliver, timeoutMs, channel }: CheckedChannel,
  code: string,
  delivery: Omit<Delivery, "channel">,
): Promise<ChannelResult> {
  const limit = new TimeLimit(timeoutMs);
  try {
    // Inside an async function, so that a synchronous error is a rejection.
    const delivering = (async () => deliver(code, { channel, ...delivery }))();
    const resolved = await limit.within(delivering, `the channel ${channel}`);
    return { ok: true, deliveryId: readDeliveryId(resolved, code) };
  } catch (cause) {
    return { ok: false, timedOut: cause instanceof TimeUp, cause };
  } finally {
    limit.clear();
  }
}

const MAX_ID_LENGTH = 200;

/** `(code) => (x = code)` resolves to the code, which must be neither in a result nor in an event, however it is grouped. */
function readDeliveryId(resolved: unknown, code: string): string | null {
  if (typeof resolved !== "string" || resolved.length < 1 || resolved.length > MAX_ID_LENGTH) return null;
  const symbols = resolved.replace(/[^0-9A-Za-z]/g, "").toUpperCase();
  return symbols.includes(code) ? null : resolved;
}
