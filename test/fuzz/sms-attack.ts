import type * as Core from "otp-core";
import type * as Passcodes from "otp-core/passcodes";
import { type AttackOptions, namesOfShared } from "./leftovers.ts";
import { messagesOf } from "./sms-inputs.js";

type Functions = Pick<typeof Passcodes, "inspectSms" | "smsMessage" | "mailMessage" | "maskCode"> &
  Pick<typeof Core, "isOtpError">;

/**
 * Reads texts, and writes messages with them, until `count` are done or `goOn` says no; throws for the first one after which something is
 * not as it should be. What comes out is how often each function answered what.
 */
export function attackMessages(
  { inspectSms, smsMessage, mailMessage, maskCode, isOtpError }: Functions,
  { seed, count, goOn = () => true }: AttackOptions,
) {
  const before = namesOfShared();
  const next = messagesOf(seed);
  const answers: Record<"inspectSms" | "smsMessage" | "mailMessage", Record<string, number>> = {
    inspectSms: {},
    smsMessage: {},
    mailMessage: {},
  };
  const note = (name: keyof typeof answers, answer: string) => {
    answers[name][answer] = (answers[name][answer] ?? 0) + 1;
  };
  let done = 0;
  for (; done < count && goOn(done); done++) {
    const { text, message } = next() as { readonly text: string; readonly message: Passcodes.SmsMessage };
    const wrong = (what: string) =>
      new Error(`seed ${seed}, text ${done}, ${JSON.stringify({ text, message })}: ${what}`);
    const inspect = (sms: string) => {
      const report = inspectSms(sms);
      const fault = faultOf(sms, report);
      if (fault !== null) throw wrong(fault);
      return report;
    };
    const { origin, encoding } = inspect(text);
    note("inspectSms", `${encoding}, ${origin === null ? "no origin" : "an origin"}`);
    if (maskCode(text).replace(/[* -]/g, "") !== "") throw wrong("a masked code shows something");

    const writers = { smsMessage, mailMessage };
    for (const name of ["smsMessage", "mailMessage"] as const) {
      const { appHash, ...mail } = message;
      let written: string;
      try {
        written = name === "smsMessage" ? writers[name](message) : writers[name](mail);
      } catch (error) {
        if (!isOtpError(error)) throw wrong(`${name} threw ${error}`);
        if (error.code !== "invalid-argument") throw wrong(`${name} threw ${error.code}`);
        note(name, "refused");
        continue;
      }
      note(name, "written");
      // What was written is found, and bound to the site that it was written for.
      const { found, origin } = inspect(written);
      if (found.ios !== message.code || found.chrome !== message.code) throw wrong(`${name}: another code is found`);
      if (origin === null || origin.host !== message.host || origin.code !== message.code)
        throw wrong(`${name}: another site is found`);
      const hosts = message.embeddedHosts ?? [];
      if (origin.embeddedHosts.join() !== hosts.join()) throw wrong(`${name}: other embedded hosts are found`);
    }
    if (done % 1000 === 0 && namesOfShared() !== before) {
      throw wrong("or one shortly before it left something behind");
    }
  }
  if (namesOfShared() !== before) throw new Error(`seed ${seed}: something was left behind`);
  return { done, answers };
}

/** What cannot be true of a report of this text. */
function faultOf(text: string, report: Passcodes.SmsReport): string | null {
  const { bytes, encoding, parts, firstUcs2, found, origin } = report;
  const isUcs2 = encoding === "UCS-2";
  if (isUcs2 !== (firstUcs2 !== null)) return "the encoding has no reason";
  if (firstUcs2 !== null && !text.includes(firstUcs2)) return "the reason of the encoding is not in the text";
  if (isUcs2 && bytes !== 2 * text.length) return "UCS-2 has two bytes for each unit";
  if (!isUcs2 && (bytes < Math.ceil((text.length * 7) / 8) || bytes > Math.ceil((text.length * 14) / 8)))
    return "GSM-7 has one or two units for each character";
  if (parts !== (text === "" ? 0 : bytes <= 140 ? 1 : Math.max(2, parts))) return "the parts do not fit the bytes";
  // A part of a longer message has 134 bytes, and up to one unit less than two of each part may stay empty.
  if (parts > 1 && (parts - 1) * 131 >= bytes + 3) return "there are more parts than the text needs";
  if (parts > 1 && parts * 134 < bytes) return "the parts do not hold the text";
  for (const code of Object.values(found))
    if (code !== null && !text.includes(code)) return "a code is not in the text";
  if (origin !== null && found.ios !== origin.code) return "iOS reads the last line first";
  if (origin !== null && !text.includes(`@${origin.host} #${origin.code}`)) return "an origin is not in the text";
  return null;
}
