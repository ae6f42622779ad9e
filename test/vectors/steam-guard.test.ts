import { attemptTotp, decodeBase32, totp } from "otp-core";
import { describe, expect, it } from "vitest";
import { SIGNERS } from "../support/engines.ts";
import { counterBytes, toHex } from "../support/vector-bytes.ts";
import { list, rows, vectorFile } from "../support/vector-file.ts";

const file = vectorFile("steam-guard", ["algorithm", "alphabet", "vectors", "uriForms", "confirmationKey"]);
const vectors = rows(file.vectors, {
  secretBase32: "string",
  secretHex: "string",
  time: "number",
  code: "string",
  source: "string",
});
const confirmations = rows(file.confirmationKey, {
  identitySecretAscii: "string",
  tag: "string",
  time: "number",
  hex: "string",
});

describe("Steam Guard", () => {
  it("has codes of five characters of its alphabet, and every row says where it comes from", () => {
    expect(file.algorithm).toEqual(expect.stringContaining(String(file.alphabet)));
    const alphabet = new RegExp(`^[${file.alphabet}]{5}$`);
    for (const { code, source } of vectors) {
      expect(code).toMatch(alphabet);
      expect(source).toMatch(/\S/);
    }
  });

  it.each(vectors)("the code at $time is $code ($source)", ({ secretBase32, secretHex, time, code }) => {
    expect(toHex(decodeBase32(secretBase32))).toBe(secretHex);
    expect(totp({ secret: secretBase32, encoder: "steam" }, { now: time * 1000 })).toBe(code);
  });

  describe.each(SIGNERS)("on the engine $name", ({ prepare }) => {
    it.each(vectors)(
      "the code at $time is $code, and is accepted in lower case too",
      async ({ secretBase32, time, code }) => {
        const now = time * 1000;
        const key = { secret: prepare(decodeBase32(secretBase32), "SHA1"), encoder: "steam", digits: 5 } as const;
        expect(await totp(key, { now })).toBe(code);
        for (const typed of [code, code.toLowerCase()]) {
          expect(await attemptTotp(key, typed, { after: null, now, window: 0 })).toMatchObject({ ok: true, drift: 0 });
        }
      },
    );

    it.each(confirmations)("a confirmation key is the HMAC of the time and the tag $tag", async (confirmation) => {
      const secret = Buffer.from(confirmation.identitySecretAscii, "latin1");
      const message = Uint8Array.from([...counterBytes(confirmation.time), ...Buffer.from(confirmation.tag, "latin1")]);
      expect(toHex(await prepare(secret, "SHA1").sign(message))).toBe(confirmation.hex);
    });
  });

  it("lists five spellings of its key URI", () => {
    expect(list(file.uriForms, "string")).toHaveLength(5);
  });
});
