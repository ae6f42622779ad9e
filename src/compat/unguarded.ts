// Tells where a program accepts codes that nothing remembers.

/** A line of the program that verifies a code which nothing remembers. */
export interface UnguardedPlace {
  /** The function that was called, for example `totp.verify`. */
  readonly call: string;
  /** The stack of the call. Its first line is the line of the program, on engines that can say so. */
  readonly stack: string;
}

/** Gets each calling line once. */
export type UnguardedListener = (place: UnguardedPlace) => void;

/** A program has far fewer places. The limit bounds the memory of one that makes its code at run time. */
const MAX_PLACES = 1000;

type Function = (...given: never[]) => unknown;

export class UnguardedCalls {
  #listener: UnguardedListener | null = null;
  readonly #reported = new Set<string>();

  listen(listener: UnguardedListener | null): void {
    this.#listener = listener;
    this.#reported.clear();
  }

  /**
   * Costs nothing if nothing listens.
   *
   * @param called - the public function that runs, at which the stack is cut.
   */
  report(call: string, called: Function): void {
    if (this.#listener === null) return;
    const stack = stackAbove(called);
    const [line] = stack.split("\n", 1);
    const place = `${call} ${line}`;
    if (this.#reported.has(place) || this.#reported.size >= MAX_PLACES) return;
    this.#reported.add(place);
    tell(this.#listener, { call, stack });
  }
}

/** The stack without the frames of this package. Without `captureStackTrace` these frames are in it, and come first. */
function stackAbove(called: Function): string {
  const holder = { stack: "" };
  const { captureStackTrace } = Error as { captureStackTrace?: (holder: object, above: Function) => void };
  if (captureStackTrace === undefined) return `${new Error().stack}`;
  captureStackTrace(holder, called);
  return holder.stack.replace(/^Error.*\n/, "");
}

/** A listener must not decide about a log-in, so its failures are dropped. It may be asynchronous. */
function tell(listener: UnguardedListener, place: UnguardedPlace): void {
  try {
    Promise.resolve(listener(place) as unknown).catch(() => {});
  } catch {}
}
