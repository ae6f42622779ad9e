import { Console } from "node:console";
import { webcrypto } from "node:crypto";
import { Writable } from "node:stream";
import { format, inspect } from "node:util";
import { serialize } from "node:v8";
import { encodeBase32, hotp } from "otp-core";
import { hmac } from "otp-core/hmac";
import { nodeHmac } from "otp-core/hmac/node";
import { webHmac } from "otp-core/hmac/web";
import { describe, expect, it } from "vitest";

// No four consecutive characters of it occur in other text, so that all printed text can be searched for them.
const TEXT = "Zq7#kV9!xW2@pL5$mB8%tJ4&";
const BYTES = Uint8Array.from(Buffer.from(TEXT, "latin1"));

/** Every notation of every four consecutive bytes. */
const TRACES: readonly string[] = Array.from({ length: BYTES.length - 3 }, (_, i) => {
  const four = Buffer.from(BYTES.subarray(i, i + 4));
  const decimals = [...four];
  return [
    ...[
      four.toString("latin1"),
      four.toString("hex"),
      four.toString("hex").toUpperCase(),
      four.toString("base64").slice(0, 5),
    ],
    ...[decimals.join(), decimals.join(", "), four.toString("hex").replace(/..\B/g, "$& "), String(four.readInt32BE())],
  ];
}).flat();
const BASE32 = encodeBase32(BYTES);

function expectSilence(text: string): void {
  // A list of bytes is printed in columns.
  const printed = text.replace(/\s+/g, " ");
  const found = TRACES.filter((trace) => printed.includes(trace));
  expect(found).toEqual([]);
  for (let i = 0; i + 6 <= BASE32.length; i++) expect(printed).not.toContain(BASE32.slice(i, i + 6));
}

const cryptoKey = await webcrypto.subtle.importKey("raw", BYTES, { name: "HMAC", hash: "SHA-1" }, true, ["sign"]);
const used = webHmac(BYTES);
await used.sign(new Uint8Array(8));

const HANDLES: readonly (readonly [string, object])[] = [
  ["hmac", hmac(BYTES)],
  ["hmac with a key longer than a block", hmac(Uint8Array.from([...BYTES, ...BYTES, ...BYTES]))],
  ["nodeHmac", nodeHmac(BYTES)],
  ["webHmac", webHmac(BYTES)],
  ["webHmac after its first signature", used],
  ["webHmac with a CryptoKey", webHmac(cryptoKey)],
];

describe("the search itself", () => {
  it("finds the secret in what is usually printed of it", () => {
    const prints = [inspect(BYTES), inspect(Buffer.from(BYTES)), JSON.stringify([...BYTES]), BASE32, TEXT];
    for (const printed of [
      ...prints,
      JSON.stringify(BYTES.slice(4, 20)).replace(/"\d+":/g, ""),
      Buffer.from(BYTES).toString("base64"),
    ]) {
      expect(() => expectSilence(printed)).toThrow();
    }
  });
});

describe.each(HANDLES)("trap 79: a handle of %s", (_, handle) => {
  it("prints as [redacted] in console.log, however deep it is", () => {
    let printed = "";
    const stdout = new Writable({
      write(chunk, _encoding, done) {
        printed += chunk;
        done();
      },
    });
    const out = new Console({ stdout });
    out.log(handle);
    out.log("%s %o %O %j", handle, handle, handle, handle);
    out.log({ key: { secret: handle } }, [handle], new Map([[handle, handle]]), new Set([handle]));
    out.dir(handle, { showHidden: true, depth: null });
    out.table([{ secret: handle }]);
    expect(printed.match(/\[redacted\]/g)?.length).toBeGreaterThanOrEqual(10);
    expectSilence(printed);
  });

  it("is [redacted] for util.inspect and util.format", () => {
    expect(inspect(handle)).toBe("[redacted]");
    expect(inspect(handle, { showHidden: true, depth: null, getters: true, showProxy: true })).toBe("[redacted]");
    expect(inspect({ secret: handle })).toBe("{ secret: [redacted] }");
    expect(format("%s", handle)).toBe("[redacted]");
    expectSilence(inspect(handle, { customInspect: false, showHidden: true, depth: null, getters: true }));
    expectSilence(inspect(new Proxy(handle, {}), { showProxy: true, showHidden: true, depth: null }));
  });

  it("is [redacted] in JSON", () => {
    expect(JSON.stringify(handle)).toBe('"[redacted]"');
    expect(JSON.stringify({ type: "totp", secret: handle })).toBe('{"type":"totp","secret":"[redacted]"}');
    expect(format("%j", { secret: handle })).toBe('{"secret":"[redacted]"}');
  });

  it("is [redacted] as text", () => {
    expect(`${handle}`).toBe("[redacted]");
    expect(String(handle)).toBe("[redacted]");
    expect(`${handle}`.concat([handle].join())).toBe("[redacted][redacted]");
    expect(new Error(`no code from ${handle}`).message).toBe("no code from [redacted]");
  });

  it("has no properties but its algorithm and whether it is asynchronous", () => {
    const names = "async" in handle ? ["algorithm", "async"] : ["algorithm"];
    expect(Object.keys(handle)).toEqual(names);
    expect(Object.getOwnPropertyNames(handle)).toEqual(names);
    expect(Reflect.ownKeys(handle)).toEqual(names);
    const inherited: string[] = [];
    for (const name in handle) inherited.push(name);
    expect(inherited).toEqual(names);
  });

  it("gives nothing to a copy: spread, Object.assign, structuredClone, v8.serialize", () => {
    const copies: readonly object[] = [{ ...handle }, Object.assign({}, handle), structuredClone(handle)];
    for (const copy of copies) {
      expect(copy).toEqual("async" in handle ? { algorithm: "SHA1", async: true } : { algorithm: "SHA1" });
      expect(() => hotp({ secret: copy as never }, 0)).toThrow();
    }
    expectSilence(serialize(handle).toString("latin1"));
    expectSilence(serialize(handle).toString("hex"));
  });
});
