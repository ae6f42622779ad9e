// OCRA once more, from the words of RFC 6287 and with hexadecimal text, as its appendix A has it. Nothing of `src` is used.
import { createHash, createHmac } from "node:crypto";
import type { OcraInput, OcraSuite } from "otp-core/ocra";

export function referenceMessage(text: string, suite: OcraSuite, input: OcraInput): Buffer {
  const hexWord = (value: number | bigint | undefined) =>
    BigInt(value as bigint)
      .toString(16)
      .padStart(16, "0");
  const parts = [
    Buffer.from(text, "ascii").toString("hex"),
    "00",
    suite.counter ? hexWord(input.counter) : "",
    challengeHex(input.challenge, suite.challenge.format).padEnd(256, "0"),
    suite.pin === null
      ? ""
      : createHash(suite.pin)
          .update(input.pin as string, "utf8")
          .digest("hex"),
    suite.session === null ? "" : sessionHex(input.session).padStart(suite.session * 2, "0"),
    suite.period === null ? "" : hexWord(input.step),
  ];
  return Buffer.from(parts.join(""), "hex");
}

export function referenceOcra(text: string, suite: OcraSuite, key: Uint8Array, input: OcraInput): string {
  const digest = createHmac(suite.algorithm, key)
    .update(referenceMessage(text, suite, input))
    .digest();
  if (suite.digits === 0) return digest.toString("hex");
  const value = digest.readUInt32BE((digest.at(-1) as number) & 15) & 0x7fffffff;
  return String(value).padStart(10, "0").slice(-suite.digits);
}

function challengeHex(challenge: string, format: "A" | "N" | "H"): string {
  if (format === "A") return Buffer.from(challenge, "ascii").toString("hex");
  return format === "N" ? BigInt(challenge).toString(16) : challenge;
}

function sessionHex(session: string | Uint8Array | undefined): string {
  return Buffer.from(session as string).toString("hex");
}
