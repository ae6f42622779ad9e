import { defineHash, type Hash } from "./hash.ts";
import { rootFractions } from "./sha2-constants.ts";

// Sixteen rounds are written out (FIPS 180-4 section 6.2.2) and run four times, with the message words in locals. V8 optimises
// a function of 64 written-out rounds late, because it is too long. A loop over single rounds takes half as long again.
// biome-ignore format: a round a line
function compressor(k: Int32Array): Hash["compress"] {
  return function compress(state, block, out) {
    let a = state[0] as number, b = state[1] as number, c = state[2] as number, d = state[3] as number;
    let e = state[4] as number, f = state[5] as number, g = state[6] as number, h = state[7] as number;
    let t = 0, x = 0, y = 0;
    let w0 = block[0] as number, w1 = block[1] as number, w2 = block[2] as number, w3 = block[3] as number;
    let w4 = block[4] as number, w5 = block[5] as number, w6 = block[6] as number, w7 = block[7] as number;
    let w8 = block[8] as number, w9 = block[9] as number, w10 = block[10] as number, w11 = block[11] as number;
    let w12 = block[12] as number, w13 = block[13] as number, w14 = block[14] as number, w15 = block[15] as number;
    for (let j = 0; ; j += 16) {
      t = (w0 + (k[j + 0] as number) + h + (g ^ (e & (f ^ g))) + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7)))) | 0; h = g; g = f; f = e; e = (d + t) | 0; t = (t + ((a & b) | (c & (a | b))) + (((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10)))) | 0; d = c; c = b; b = a; a = t;
      t = (w1 + (k[j + 1] as number) + h + (g ^ (e & (f ^ g))) + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7)))) | 0; h = g; g = f; f = e; e = (d + t) | 0; t = (t + ((a & b) | (c & (a | b))) + (((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10)))) | 0; d = c; c = b; b = a; a = t;
      t = (w2 + (k[j + 2] as number) + h + (g ^ (e & (f ^ g))) + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7)))) | 0; h = g; g = f; f = e; e = (d + t) | 0; t = (t + ((a & b) | (c & (a | b))) + (((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10)))) | 0; d = c; c = b; b = a; a = t;
      t = (w3 + (k[j + 3] as number) + h + (g ^ (e & (f ^ g))) + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7)))) | 0; h = g; g = f; f = e; e = (d + t) | 0; t = (t + ((a & b) | (c & (a | b))) + (((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10)))) | 0; d = c; c = b; b = a; a = t;
      t = (w4 + (k[j + 4] as number) + h + (g ^ (e & (f ^ g))) + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7)))) | 0; h = g; g = f; f = e; e = (d + t) | 0; t = (t + ((a & b) | (c & (a | b))) + (((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10)))) | 0; d = c; c = b; b = a; a = t;
      t = (w5 + (k[j + 5] as number) + h + (g ^ (e & (f ^ g))) + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7)))) | 0; h = g; g = f; f = e; e = (d + t) | 0; t = (t + ((a & b) | (c & (a | b))) + (((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10)))) | 0; d = c; c = b; b = a; a = t;
      t = (w6 + (k[j + 6] as number) + h + (g ^ (e & (f ^ g))) + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7)))) | 0; h = g; g = f; f = e; e = (d + t) | 0; t = (t + ((a & b) | (c & (a | b))) + (((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10)))) | 0; d = c; c = b; b = a; a = t;
      t = (w7 + (k[j + 7] as number) + h + (g ^ (e & (f ^ g))) + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7)))) | 0; h = g; g = f; f = e; e = (d + t) | 0; t = (t + ((a & b) | (c & (a | b))) + (((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10)))) | 0; d = c; c = b; b = a; a = t;
      t = (w8 + (k[j + 8] as number) + h + (g ^ (e & (f ^ g))) + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7)))) | 0; h = g; g = f; f = e; e = (d + t) | 0; t = (t + ((a & b) | (c & (a | b))) + (((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10)))) | 0; d = c; c = b; b = a; a = t;
      t = (w9 + (k[j + 9] as number) + h + (g ^ (e & (f ^ g))) + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7)))) | 0; h = g; g = f; f = e; e = (d + t) | 0; t = (t + ((a & b) | (c & (a | b))) + (((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10)))) | 0; d = c; c = b; b = a; a = t;
      t = (w10 + (k[j + 10] as number) + h + (g ^ (e & (f ^ g))) + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7)))) | 0; h = g; g = f; f = e; e = (d + t) | 0; t = (t + ((a & b) | (c & (a | b))) + (((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10)))) | 0; d = c; c = b; b = a; a = t;
      t = (w11 + (k[j + 11] as number) + h + (g ^ (e & (f ^ g))) + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7)))) | 0; h = g; g = f; f = e; e = (d + t) | 0; t = (t + ((a & b) | (c & (a | b))) + (((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10)))) | 0; d = c; c = b; b = a; a = t;
      t = (w12 + (k[j + 12] as number) + h + (g ^ (e & (f ^ g))) + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7)))) | 0; h = g; g = f; f = e; e = (d + t) | 0; t = (t + ((a & b) | (c & (a | b))) + (((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10)))) | 0; d = c; c = b; b = a; a = t;
      t = (w13 + (k[j + 13] as number) + h + (g ^ (e & (f ^ g))) + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7)))) | 0; h = g; g = f; f = e; e = (d + t) | 0; t = (t + ((a & b) | (c & (a | b))) + (((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10)))) | 0; d = c; c = b; b = a; a = t;
      t = (w14 + (k[j + 14] as number) + h + (g ^ (e & (f ^ g))) + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7)))) | 0; h = g; g = f; f = e; e = (d + t) | 0; t = (t + ((a & b) | (c & (a | b))) + (((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10)))) | 0; d = c; c = b; b = a; a = t;
      t = (w15 + (k[j + 15] as number) + h + (g ^ (e & (f ^ g))) + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7)))) | 0; h = g; g = f; f = e; e = (d + t) | 0; t = (t + ((a & b) | (c & (a | b))) + (((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10)))) | 0; d = c; c = b; b = a; a = t;
      if (j === 48) break;
      // The message schedule for the next sixteen rounds, in place.
      x = w1; y = w14; w0 = (w0 + w9 + (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) + (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10))) | 0;
      x = w2; y = w15; w1 = (w1 + w10 + (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) + (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10))) | 0;
      x = w3; y = w0; w2 = (w2 + w11 + (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) + (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10))) | 0;
      x = w4; y = w1; w3 = (w3 + w12 + (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) + (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10))) | 0;
      x = w5; y = w2; w4 = (w4 + w13 + (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) + (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10))) | 0;
      x = w6; y = w3; w5 = (w5 + w14 + (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) + (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10))) | 0;
      x = w7; y = w4; w6 = (w6 + w15 + (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) + (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10))) | 0;
      x = w8; y = w5; w7 = (w7 + w0 + (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) + (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10))) | 0;
      x = w9; y = w6; w8 = (w8 + w1 + (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) + (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10))) | 0;
      x = w10; y = w7; w9 = (w9 + w2 + (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) + (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10))) | 0;
      x = w11; y = w8; w10 = (w10 + w3 + (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) + (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10))) | 0;
      x = w12; y = w9; w11 = (w11 + w4 + (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) + (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10))) | 0;
      x = w13; y = w10; w12 = (w12 + w5 + (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) + (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10))) | 0;
      x = w14; y = w11; w13 = (w13 + w6 + (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) + (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10))) | 0;
      x = w15; y = w12; w14 = (w14 + w7 + (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) + (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10))) | 0;
      x = w0; y = w13; w15 = (w15 + w8 + (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) + (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10))) | 0;
    }
    out[0] = (state[0] as number) + a;
    out[1] = (state[1] as number) + b;
    out[2] = (state[2] as number) + c;
    out[3] = (state[3] as number) + d;
    out[4] = (state[4] as number) + e;
    out[5] = (state[5] as number) + f;
    out[6] = (state[6] as number) + g;
    out[7] = (state[7] as number) + h;
  };
}

/**
 * SHA-256 (FIPS 180-4 section 6.2). Its constants are the first 32 bits where those of SHA-512 are the first 64
 * (sections 4.2.2 and 5.3.3).
 */
export function sha256(): Hash {
  const highHalves = (pairs: Int32Array) => pairs.filter((_, i) => i % 2 === 0);
  return defineHash(16, highHalves(rootFractions(8, 2)), compressor(highHalves(rootFractions(64, 3))));
}
