import type * as Core from "otp-core";
import type * as Tokens from "otp-core/tokens";
import { filesOf, PRE_SHARED_KEY, SECRETS } from "./file-inputs.js";
import { type AttackOptions, namesOfShared } from "./leftovers.ts";

type Functions = Pick<typeof Tokens, "importPskc" | "importCsv" | "exportPskc"> &
  Pick<typeof Core, "parseKey" | "isOtpError">;

const REASONS = ["secret", "algorithm", "digits", "period", "counter", "type", "mac", "columns"];
/** Every so many files that were read, their keys are written and read again. */
const ROUND_TRIP = 50;

/**
 * Imports files until `count` of each kind are done or `goOn` says no; throws for the first one after which something is not as it should be.
 * What comes out is how often each function answered what.
 */
export async function attackFiles(
  { importPskc, importCsv, exportPskc, parseKey, isOtpError }: Functions,
  { seed, count, goOn = () => true }: AttackOptions,
) {
  const before = namesOfShared();
  const next = filesOf(seed);
  const answers: Record<"importPskc" | "importCsv", Record<string, number>> = { importPskc: {}, importCsv: {} };
  let done = 0;
  let read = 0;
  for (; done < 2 * count && goOn(done); done++) {
    const { kind, text } = next();
    const name = kind === "pskc" ? "importPskc" : "importCsv";
    const wrong = (what: string) => new Error(`seed ${seed}, file ${done}, ${JSON.stringify(text)}: ${what}`);
    const run = kind === "pskc" ? importPskc(text, { preSharedKey: PRE_SHARED_KEY }) : importCsv(text);
    const result = await run.catch((error) => {
      if (!isOtpError(error)) throw wrong(`${name} threw ${error}`);
      if (error.code !== "invalid-file") throw wrong(`${name} threw ${error.code}`);
      if (SECRETS.some((secret: string) => error.message.includes(secret))) throw wrong("the error repeats a secret");
      return null;
    });
    const answer = result === null ? "invalid-file" : result.keys.length + result.ocra.length > 0 ? "read" : "nothing";
    answers[name][answer] = (answers[name][answer] ?? 0) + 1;
    if (result !== null) {
      for (const { key } of result.keys) {
        const { secret, digits } = parseKey(key);
        if (secret !== key.secret || digits !== key.digits) throw wrong("a key is not as it would be stored");
      }
      for (const { at, reason } of result.skipped) {
        if (!(Number.isInteger(at) && at >= 1 && REASONS.includes(reason))) throw wrong("an entry has no reason");
      }
      if (result.keys.length > 0 && read++ % ROUND_TRIP === 0) {
        const again = await importPskc(await exportPskc(result.keys.map(printable)));
        if (JSON.stringify(again.keys.map(({ key }) => key)) !== JSON.stringify(result.keys.map(({ key }) => key))) {
          throw wrong("the keys do not come back from a file");
        }
      }
    }
    if (done % 1000 === 0 && namesOfShared() !== before) {
      throw wrong("or one shortly before it left something behind");
    }
  }
  if (namesOfShared() !== before) throw new Error(`seed ${seed}: something was left behind`);
  return { done: Math.floor(done / 2), answers };
}

/** Serial numbers of a CSV file may hold characters that XML cannot. */
function printable<Entry extends object>(entry: Entry) {
  return { ...entry, serial: null, manufacturer: null, model: null, startsAt: null, expiresAt: null };
}
