// `npm run fuzz:sms -- [texts] [seed]`: so many text messages through the built package, read and written. Default: a million, for at most
// ten minutes.
import { randomInt } from "node:crypto";
import { isOtpError } from "otp-core";
import { inspectSms, mailMessage, maskCode, smsMessage } from "otp-core/passcodes";
import { attackMessages } from "./sms-attack.ts";

const count = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? randomInt(2 ** 32));
const MAX_MS = 600_000;
const start = performance.now();
console.log(`seed ${seed}`);
const functions = { inspectSms, mailMessage, maskCode, smsMessage, isOtpError };
const { done, answers } = attackMessages(functions, { seed, count, goOn: () => performance.now() - start < MAX_MS });
console.log(`${done} text messages in ${((performance.now() - start) / 1000).toFixed(1)} s`);
console.table(answers);
if (done < count) console.log(`stopped after ${MAX_MS / 1000} s, short of ${count}`);
