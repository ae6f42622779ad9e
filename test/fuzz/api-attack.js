// Every public function with structured hostile input: nothing but an OtpError comes out, and nothing is left behind.
import { callsOf } from "./api-calls.js";
import { Own, valuesOf } from "./api-values.js";
import { randomOf } from "./random.js";

const SHARED = [Object.prototype, Array.prototype, Function.prototype, Promise.prototype, globalThis];
const namesOf = (object) => Reflect.ownKeys(object).map(String).join();

/** Not called: a class of errors checks nothing, so that an error can always be made. */
const LEFT_OUT = new Set(["OtpError"]);

/**
 * Calls until `count` calls are done or `goOn` says no.
 *
 * @param doors - the modules by the names of their doors.
 */
export async function attackAll(doors, { seed, count, goOn = () => true }) {
  const { isOtpError } = doors["otp-core"];
  const random = randomOf(seed);
  const { hostile, changed } = valuesOf(random);
  const { functions, methods } = callsOf(doors);
  const targets = [];
  for (const [door, module] of Object.entries(doors)) {
    for (const [name, call] of Object.entries(module)) {
      if (typeof call !== "function" || LEFT_OUT.has(name)) continue;
      const args = functions[door]?.[name];
      if (args === undefined) throw new Error(`there is no right call of ${door} ${name} to begin with`);
      targets.push({ name, args, bound: () => call });
    }
  }
  for (const [what, make, calls] of methods) {
    for (const name of Object.keys(make())) {
      const args = calls[name];
      if (typeof make()[name] !== "function") continue;
      if (args === undefined) throw new Error(`there is no right call of ${what} ${name} to begin with`);
      targets.push({ name: `${what}.${name}`, args, bound: () => make()[name] });
    }
  }

  const before = SHARED.map(namesOf).join();
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
    if (done % 500 === 0 && SHARED.map(namesOf).join() !== before) {
      throw new Error(`seed ${seed}, call ${done} or one shortly before it left something behind`);
    }
  }
  return { done, outcomes, targets: targets.length };
}

function shown(value, depth = 0) {
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
