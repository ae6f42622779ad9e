import type * as Core from "otp-core";
import { inputsOf } from "./inputs.js";
import { type AttackOptions, namesOfShared } from "./leftovers.ts";

type Functions = Pick<typeof Core, "parseUri" | "inspectUri" | "parseMigration" | "decodeBase32" | "isOtpError">;
type Name = "parseUri" | "inspectUri" | "parseMigration" | "decodeBase32";

/**
 * Puts inputs through each function until `count` are done or `goOn` says no; throws for the first one after which something is not as it
 * should be. What comes out is how often each function answered what.
 */
export function attack(
  { parseUri, inspectUri, parseMigration, decodeBase32, isOtpError }: Functions,
  { seed, count, goOn = () => true }: AttackOptions,
) {
  const before = namesOfShared();
  const next = inputsOf(seed);
  const answers: Record<Name, Record<string, number>> = {
    parseUri: {},
    inspectUri: {},
    parseMigration: {},
    decodeBase32: {},
  };
  const note = (name: Name, answer: string) => {
    answers[name][answer] = (answers[name][answer] ?? 0) + 1;
  };
  const refusals = { parseUri, parseMigration, decodeBase32 };
  let done = 0;
  for (; done < count && goOn(done); done++) {
    const input = next();
    const wrong = (what: string) => new Error(`seed ${seed}, input ${done}, ${JSON.stringify(input)}: ${what}`);
    let key: unknown;
    for (const [name, call] of Object.entries(refusals) as [Name, (text: string) => unknown][]) {
      try {
        const value = call(input);
        if (name === "parseUri") key = value;
        note(name, "read");
      } catch (error) {
        if (!isOtpError(error)) throw wrong(`${name} threw ${error}`);
        if (!["invalid-uri", "invalid-secret"].includes(error.code)) throw wrong(`${name} threw ${error.code}`);
        note(name, error.code);
      }
    }
    const report = inspectUri(input);
    if (report.problems.every(({ severity }) => severity !== "error") !== (key !== undefined)) {
      throw wrong("inspectUri and parseUri do not agree");
    }
    if (JSON.stringify(key) !== JSON.stringify(key && report.key))
      throw wrong("inspectUri and parseUri read different keys");
    note("inspectUri", report.ok ? "read" : "not read");
    const extra = report.key?.extra;
    if (extra !== undefined && Object.getPrototypeOf(extra) !== null) throw wrong("extra has a prototype");
    if (done % 1000 === 0 && namesOfShared() !== before) throw wrong("or one shortly before it left something behind");
  }
  if (namesOfShared() !== before) throw new Error(`seed ${seed}: something was left behind`);
  return { done, answers };
}
