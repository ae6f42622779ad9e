// Every public function with structured hostile input: nothing but an OtpError comes out, and nothing is left behind.
import type * as Core from "otp-core";
import { callsOf } from "./api-calls.js";
import { Own, valuesOf } from "./api-values.js";
import { type AttackOptions, namesOfShared } from "./leftovers.ts";
import { randomOf } from "./random.js";

/** Correct calls to begin with: arguments by entry point and function, and objects with the arguments of their methods. */
interface Calls {
  readonly functions: Readonly<Record<string, Readonly<Record<string, () => unknown[]>>>>;
  readonly methods: readonly [
    what: string,
    make: () => Readonly<Record<string, unknown>>,
    calls: Readonly<Record<string, () => unknown[]>>,
  ][];
}

type Call = (...given: unknown[]) => unknown;

interface Target {
  readonly name: string;
  readonly args: () => unknown[];
  readonly bound: () => Call;
}

/** Not called: a class of errors checks nothing, so that an error can always be made. */
const LEFT_OUT = new Set(["OtpError"]);

/**
 * Calls until `count` calls are done or `goOn` says no.
 *
 * @param entryPoints - the exports of each entry point, by its name.
 */
export async function attackAll(
  entryPoints: Readonly<Record<string, object>>,
  { seed, count, goOn = () => true }: AttackOptions,
) {
  const { isOtpError } = entryPoints["otp-core"] as typeof Core;
  const random = randomOf(seed);
  const { hostile, changed } = valuesOf(random);
  const { functions, methods } = callsOf(entryPoints) as unknown as Calls;
  const targets: Target[] = [];
  for (const [entryPoint, module] of Object.entries(entryPoints)) {
    for (const [name, call] of Object.entries(module)) {
      if (typeof call !== "function" || LEFT_OUT.has(name)) continue;
      const args = functions[entryPoint]?.[name];
      if (args === undefined) throw new Error(`there is no right call of ${entryPoint} ${name} to begin with`);
      targets.push({ name, args, bound: () => call });
    }
  }
  for (const [what, make, calls] of methods) {
    for (const name of Object.keys(make())) {
      const args = calls[name];
      if (typeof make()[name] !== "function") continue;
      if (args === undefined) throw new Error(`there is no right call of ${what} ${name} to begin with`);
      targets.push({ name: `${what}.${name}`, args, bound: () => make()[name] as Call });
    }
  }

  const before = namesOfShared();
  const outcomes = { returned: 0, refused: 0, own: 0 };
  let done = 0;
  for (; done < count && goOn(done); done++) {
    const { name, args, bound } = random.oneOf(targets);
    let given = args();
    for (let edits = random.oneOf([0, 1, 1, 1, 2, 3]); edits > 0; edits--) {
      const at = random.below(given.length + 1);
      given = [...given];
      given[at] = at < given.length && random.below(6) > 0 ? changed(given[at]) : hostile();
    }
    try {
      await bound()(...given);
      outcomes.returned++;
    } catch (error) {
      if (isOtpError(error)) outcomes.refused++;
      else if (error instanceof Own) outcomes.own++;
      else throw new Error(`seed ${seed}, call ${done}, ${name}(${shown(given)})`, { cause: error });
    }
    if (done % 500 === 0 && namesOfShared() !== before) {
      throw new Error(`seed ${seed}, call ${done} or one shortly before it left something behind`);
    }
  }
  return { done, outcomes, targets: targets.length };
}

function shown(value: unknown, depth = 0): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value);
  if (typeof value === "function") return "a function";
  if (value === null || typeof value !== "object") return String(value);
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${value.byteLength})`;
  if (depth > 3) return "...";
  const inner = Object.entries(value)
    .slice(0, 12)
    .map(([name, field]) => `${name}: ${shown(field, depth + 1)}`);
  return `${value.constructor?.name ?? "null"} {${inner.join(", ")}}`;
}
