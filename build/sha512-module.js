// Writes the WebAssembly module of src/hmac/hash/sha512-module.ts: `node build/sha512-module.js --write`. The compression of SHA-512 (FIPS 180-4
// section 6.4.2) in words of 64 bits, as a loop of one round. test/hmac/wasm.test.ts compares the result with what is in the source.
//
// Memory: the constants K at 0 (80 words), the message schedule W at 640 (80 words), the state at 1280 (8 words).
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [K, W, STATE] = [0, 640, 1280];
// Locals: a to h, two scratch words, and an address.
const [A, B, C, D, E, F, G, H, X, Y, AT] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/** LEB128 (WebAssembly core specification, section 5.2.2). */
const unsigned = (n) => (n < 128 ? [n] : [(n & 127) | 128, ...unsigned(n >> 7)]);
const signed = (n) => (n < 64 ? [n] : [(n & 127) | 128, ...signed(n >> 7)]);

const get = (local) => [0x20, local];
const set = (local) => [0x21, local];
const tee = (local) => [0x22, local];
const address = (n) => [0x41, ...signed(n)];
const word = (n) => [0x42, ...signed(n)];
const [add, and, or, xor, shiftRight, rotateRight, addAddress, isBelow] = [
  0x7c, 0x83, 0x84, 0x85, 0x88, 0x8a, 0x6a, 0x49,
];
const loop = (...body) => [0x03, 0x40, ...body.flat(), 0x0b];
/** Goes on with the loop while the address is below a bound, after it was moved by one word. */
const next = (bound) => [...get(AT), ...address(8), addAddress, ...tee(AT), ...address(bound), isBelow, 0x0d, 0];
/** Alignment of 8 bytes. The address is on the stack. */
const load = (offset) => [0x29, 3, ...unsigned(offset)];
const store = (offset) => [0x37, 3, ...unsigned(offset)];
const at = (offset) => [...get(AT), ...load(offset)];
const rotated = (local, bits) => [...get(local), ...word(bits), rotateRight];
const shifted = (local, bits) => [...get(local), ...word(bits), shiftRight];
/** x op y op z. */
const chain = (op, first, ...others) => [...first, ...others.flatMap((each) => [...each, op])];

const schedule = [
  ...address(W),
  ...set(AT),
  ...loop(
    get(AT),
    // W[t-16] + sigma0(W[t-15]) + W[t-7] + sigma1(W[t-2])
    chain(add, at(0), [...at(8), ...set(X), ...chain(xor, rotated(X, 1), rotated(X, 8), shifted(X, 7))], at(72), [
      ...at(112),
      ...set(X),
      ...chain(xor, rotated(X, 19), rotated(X, 61), shifted(X, 6)),
    ]),
    store(128),
    next(W + 64 * 8),
  ),
];

const rounds = [
  ...address(0),
  ...set(AT),
  ...loop(
    // T1 = h + Sum1(e) + Ch(e, f, g) + K + W
    chain(
      add,
      get(H),
      chain(xor, rotated(E, 14), rotated(E, 18), rotated(E, 41)),
      [...get(G), ...get(E), ...get(F), ...get(G), xor, and, xor],
      at(K),
      at(W),
    ),
    set(X),
    // T2 = Sum0(a) + Maj(a, b, c)
    chain(xor, rotated(A, 28), rotated(A, 34), rotated(A, 39)),
    [...get(A), ...get(B), and, ...get(C), ...get(A), ...get(B), or, and, or, add],
    set(Y),
    [H, G, F].flatMap((local) => [...get(local - 1), ...set(local)]),
    [...get(D), ...get(X), add, ...set(E)],
    [D, C, B].flatMap((local) => [...get(local - 1), ...set(local)]),
    [...get(X), ...get(Y), add, ...set(A)],
    next(640),
  ),
];

const words = [A, B, C, D, E, F, G, H];
const body = [
  // Two groups of locals: ten words and one address.
  ...[2, 10, 0x7e, 1, 0x7f],
  ...words.flatMap((local) => [...address(0), ...load(STATE + 8 * local), ...set(local)]),
  ...schedule,
  ...rounds,
  ...words.flatMap((local) => [
    ...address(0),
    ...[...address(0), ...load(STATE + 8 * local), ...get(local), add],
    ...store(STATE + 8 * local),
  ]),
  0x0b,
];

const section = (id, content) => [id, ...unsigned(content.length), ...content];
const name = (text) => [text.length, ...Buffer.from(text)];

/** The module: a memory of one page, `m`, and a function without arguments, `c`. */
export const sha512Module = Buffer.from([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...section(1, [1, 0x60, 0, 0]),
  ...section(3, [1, 0]),
  ...section(5, [1, 0, 1]),
  ...section(7, [2, ...name("m"), 2, 0, ...name("c"), 0, 0]),
  ...section(10, [1, ...unsigned(body.length), ...body]),
]);

export const sha512Source = `/** The compression of SHA-512 as WebAssembly, in base64. Written by \`node build/sha512-module.js --write\`. */
export const SHA512_MODULE =
  "${sha512Module.toString("base64")}";
`;

if (process.argv.includes("--write")) {
  writeFileSync(fileURLToPath(new URL("../src/hmac/hash/sha512-module.ts", import.meta.url)), sha512Source);
  console.log(`${sha512Module.length} bytes`);
}
