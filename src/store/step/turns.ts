// The queue of one process for each record. Compare and swap alone would be safe; the queue keeps calls of one process from
// competing with each other.
import { OtpError } from "../../errors.ts";
import type { Store } from "../store.ts";
import { clearTimer, startTimer, type TimeLimit, type TimeUp } from "./time-limit.ts";

/** Calls that may wait for their turn on one record. Another one is refused immediately, so that memory stays bounded. */
const MAX_WAITING = 256;
/** Calls of an administrator go first, and this many more may wait. */
const MAX_URGENT = 64;
/** A call that has held its turn for this share of the time limit goes on without it: what it waits for may hang. */
const TENURE = 1 / 4;

interface Waiting {
  readonly limit: TimeLimit;
  readonly urgent: boolean;
  readonly begin: () => void;
}

interface Queue {
  /** The call whose turn it is. */
  holder: TimeLimit;
  waiting: Waiting[];
  /** Ends the turn of the holder, if other calls wait. */
  timer: unknown;
}

const queuesByStore = new WeakMap<Store, Map<string, Queue>>();
/** Most queues are never waited in. Nothing is ever added to this list. */
const EMPTY: Waiting[] = [];

/** Takes a turn if the record is free. Otherwise returns a promise of the turn, which rejects with `store-contention`. */
export function takeTurn(store: Store, key: string, limit: TimeLimit, urgent: boolean): Promise<void> | undefined {
  let queues = queuesByStore.get(store);
  if (queues === undefined) {
    queues = new Map();
    queuesByStore.set(store, queues);
  }
  const queue = queues.get(key);
  if (queue === undefined) {
    queues.set(key, { holder: limit, waiting: EMPTY, timer: undefined });
    return undefined;
  }
  return waitForTurn(queues, key, queue, limit, urgent);
}

/** Ends the turn of a call, if it still has one, and begins the next one. */
export function endTurn(store: Store, key: string, limit: TimeLimit): void {
  const queues = queuesByStore.get(store);
  const queue = queues?.get(key);
  if (queues !== undefined && queue?.holder === limit) beginNext(queues, key, queue);
}

async function waitForTurn(
  queues: Map<string, Queue>,
  key: string,
  queue: Queue,
  limit: TimeLimit,
  urgent: boolean,
): Promise<void> {
  if (queue.waiting.length >= MAX_WAITING + (urgent ? MAX_URGENT : 0)) {
    throw new OtpError("store-contention", `${queue.waiting.length} calls wait for this record already`);
  }
  let waiting: Waiting | undefined;
  const turn = new Promise<void>((begin) => {
    waiting = { limit, urgent, begin };
    enqueue(queue, waiting);
  });
  queue.timer ??= startTimer(() => beginNext(queues, key, queue), limit.ms * TENURE);
  try {
    await limit.within(turn, "the calls before this one");
  } catch (cause) {
    // Only the deadline ends the wait.
    queue.waiting = queue.waiting.filter((other) => other !== waiting);
    const { message } = cause as TimeUp;
    throw new OtpError("store-contention", message, { cause });
  }
}

function enqueue(queue: Queue, waiting: Waiting): void {
  if (queue.waiting === EMPTY) queue.waiting = [];
  const firstOther = waiting.urgent ? queue.waiting.findIndex(({ urgent }) => !urgent) : -1;
  if (firstOther < 0) queue.waiting.push(waiting);
  else queue.waiting.splice(firstOther, 0, waiting);
}

function beginNext(queues: Map<string, Queue>, key: string, queue: Queue): void {
  clearTimer(queue.timer);
  queue.timer = undefined;
  const next = queue.waiting.shift();
  if (next === undefined) {
    queues.delete(key);
    return;
  }
  queue.holder = next.limit;
  if (queue.waiting.length > 0) queue.timer = startTimer(() => beginNext(queues, key, queue), next.limit.ms * TENURE);
  next.begin();
}
