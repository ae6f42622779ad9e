// Writes the vectors of this folder from the real packages: `npm ci && node generate.js`; with `--check` it compares instead.
import { readFileSync, writeFileSync } from "node:fs";
import { appCode } from "./app.js";
import { generate, verify } from "./ask.js";
import { hotp, totp, typed } from "./questions.js";

const { dependencies } = JSON.parse(readFileSync(new URL("./package.json", import.meta.url), "utf8"));
const SOURCES = {
  "otplib-12": `otplib ${dependencies.otplib}`,
  "otplib-13": `otplib ${dependencies["otplib-13"].split("@")[1]}`,
  speakeasy: `speakeasy ${dependencies.speakeasy}`,
  otpauth: `otpauth ${dependencies.otpauth}`,
  notp: `notp ${dependencies.notp}`,
  oslo: `@oslojs/otp ${dependencies["@oslojs/otp"]}`,
};

/** Undefined is an answer too, and so is an exception. */
function answerOf(ask) {
  try {
    return String(JSON.stringify(ask()));
  } catch (error) {
    return `throws ${error.name}`;
  }
}

let different = 0;
for (const [library, source] of Object.entries(SOURCES)) {
  const vectors = {
    source: `${source}, asked by vectors/moving/generate.js; "app" is RFC 4226 on node:crypto`,
    totp: totp[library].map((row) => ({
      ...row,
      code: generate[library][row.call](row),
      app: appCode({ ...row, counter: Math.floor((row.now / 1000 - row.epoch) / row.period) }),
    })),
    hotp: hotp[library].map((row) => ({ ...row, code: generate[library][row.call](row), app: appCode(row) })),
    typed: typed[library].map(({ options, ...row }) => ({
      ...row,
      options: JSON.stringify(options),
      answer: answerOf(() => verify[library][row.call](row, options)),
    })),
  };
  const text = `${JSON.stringify(vectors, null, 1)}\n`;
  const file = new URL(`${library}.json`, import.meta.url);
  if (!process.argv.includes("--check")) writeFileSync(file, text);
  else if (readFileSync(file, "utf8") !== text) {
    different++;
    console.log(`${library}.json is not what ${source} answers`);
  }
}
process.exitCode = different === 0 ? 0 : 1;
