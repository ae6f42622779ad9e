import { defineHash, type Hash } from "./hash.ts";

// All 80 rounds written out (FIPS 180-4 section 6.1.2) and the message words in locals: V8 still optimises it as one piece.
// - The shift of the five working variables costs nothing once it is compiled: straight-line code has no variables left.
//   Renaming them from round to round instead is not faster, and compresses to twice the size, because no two lines are alike.
// - A sum's operands stand in the order in which they come to be known: `e` is four rounds old, the rotation of `a` only just
//   computed. Any other order costs 12-35 %.
// biome-ignore format: a round a line
function compress(state: Int32Array, block: Int32Array, out: Int32Array): void {
  let a = state[0] as number, b = state[1] as number, c = state[2] as number, d = state[3] as number, e = state[4] as number, t = 0;
  let w0 = block[0] as number, w1 = block[1] as number, w2 = block[2] as number, w3 = block[3] as number;
  let w4 = block[4] as number, w5 = block[5] as number, w6 = block[6] as number, w7 = block[7] as number;
  let w8 = block[8] as number, w9 = block[9] as number, w10 = block[10] as number, w11 = block[11] as number;
  let w12 = block[12] as number, w13 = block[13] as number, w14 = block[14] as number, w15 = block[15] as number;
  // Ch(b, c, d) and K = floor(2^30 sqrt(2))
  t = (e + 0x5a827999 + w0 + (d ^ (b & (c ^ d))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = (e + 0x5a827999 + w1 + (d ^ (b & (c ^ d))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = (e + 0x5a827999 + w2 + (d ^ (b & (c ^ d))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = (e + 0x5a827999 + w3 + (d ^ (b & (c ^ d))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = (e + 0x5a827999 + w4 + (d ^ (b & (c ^ d))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = (e + 0x5a827999 + w5 + (d ^ (b & (c ^ d))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = (e + 0x5a827999 + w6 + (d ^ (b & (c ^ d))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = (e + 0x5a827999 + w7 + (d ^ (b & (c ^ d))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = (e + 0x5a827999 + w8 + (d ^ (b & (c ^ d))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = (e + 0x5a827999 + w9 + (d ^ (b & (c ^ d))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = (e + 0x5a827999 + w10 + (d ^ (b & (c ^ d))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = (e + 0x5a827999 + w11 + (d ^ (b & (c ^ d))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = (e + 0x5a827999 + w12 + (d ^ (b & (c ^ d))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = (e + 0x5a827999 + w13 + (d ^ (b & (c ^ d))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = (e + 0x5a827999 + w14 + (d ^ (b & (c ^ d))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = (e + 0x5a827999 + w15 + (d ^ (b & (c ^ d))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w13 ^ w8 ^ w2 ^ w0; w0 = t = (t << 1) | (t >>> 31); t = (e + 0x5a827999 + t + (d ^ (b & (c ^ d))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w14 ^ w9 ^ w3 ^ w1; w1 = t = (t << 1) | (t >>> 31); t = (e + 0x5a827999 + t + (d ^ (b & (c ^ d))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w15 ^ w10 ^ w4 ^ w2; w2 = t = (t << 1) | (t >>> 31); t = (e + 0x5a827999 + t + (d ^ (b & (c ^ d))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w0 ^ w11 ^ w5 ^ w3; w3 = t = (t << 1) | (t >>> 31); t = (e + 0x5a827999 + t + (d ^ (b & (c ^ d))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  // Parity(b, c, d) and K = floor(2^30 sqrt(3))
  t = w1 ^ w12 ^ w6 ^ w4; w4 = t = (t << 1) | (t >>> 31); t = (e + 0x6ed9eba1 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w2 ^ w13 ^ w7 ^ w5; w5 = t = (t << 1) | (t >>> 31); t = (e + 0x6ed9eba1 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w3 ^ w14 ^ w8 ^ w6; w6 = t = (t << 1) | (t >>> 31); t = (e + 0x6ed9eba1 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w4 ^ w15 ^ w9 ^ w7; w7 = t = (t << 1) | (t >>> 31); t = (e + 0x6ed9eba1 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w5 ^ w0 ^ w10 ^ w8; w8 = t = (t << 1) | (t >>> 31); t = (e + 0x6ed9eba1 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w6 ^ w1 ^ w11 ^ w9; w9 = t = (t << 1) | (t >>> 31); t = (e + 0x6ed9eba1 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w7 ^ w2 ^ w12 ^ w10; w10 = t = (t << 1) | (t >>> 31); t = (e + 0x6ed9eba1 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w8 ^ w3 ^ w13 ^ w11; w11 = t = (t << 1) | (t >>> 31); t = (e + 0x6ed9eba1 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w9 ^ w4 ^ w14 ^ w12; w12 = t = (t << 1) | (t >>> 31); t = (e + 0x6ed9eba1 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w10 ^ w5 ^ w15 ^ w13; w13 = t = (t << 1) | (t >>> 31); t = (e + 0x6ed9eba1 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w11 ^ w6 ^ w0 ^ w14; w14 = t = (t << 1) | (t >>> 31); t = (e + 0x6ed9eba1 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w12 ^ w7 ^ w1 ^ w15; w15 = t = (t << 1) | (t >>> 31); t = (e + 0x6ed9eba1 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w13 ^ w8 ^ w2 ^ w0; w0 = t = (t << 1) | (t >>> 31); t = (e + 0x6ed9eba1 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w14 ^ w9 ^ w3 ^ w1; w1 = t = (t << 1) | (t >>> 31); t = (e + 0x6ed9eba1 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w15 ^ w10 ^ w4 ^ w2; w2 = t = (t << 1) | (t >>> 31); t = (e + 0x6ed9eba1 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w0 ^ w11 ^ w5 ^ w3; w3 = t = (t << 1) | (t >>> 31); t = (e + 0x6ed9eba1 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w1 ^ w12 ^ w6 ^ w4; w4 = t = (t << 1) | (t >>> 31); t = (e + 0x6ed9eba1 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w2 ^ w13 ^ w7 ^ w5; w5 = t = (t << 1) | (t >>> 31); t = (e + 0x6ed9eba1 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w3 ^ w14 ^ w8 ^ w6; w6 = t = (t << 1) | (t >>> 31); t = (e + 0x6ed9eba1 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w4 ^ w15 ^ w9 ^ w7; w7 = t = (t << 1) | (t >>> 31); t = (e + 0x6ed9eba1 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  // Maj(b, c, d) and K = floor(2^30 sqrt(5))
  t = w5 ^ w0 ^ w10 ^ w8; w8 = t = (t << 1) | (t >>> 31); t = (e + 0x8f1bbcdc + t + ((b & c) | (d & (b | c))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w6 ^ w1 ^ w11 ^ w9; w9 = t = (t << 1) | (t >>> 31); t = (e + 0x8f1bbcdc + t + ((b & c) | (d & (b | c))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w7 ^ w2 ^ w12 ^ w10; w10 = t = (t << 1) | (t >>> 31); t = (e + 0x8f1bbcdc + t + ((b & c) | (d & (b | c))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w8 ^ w3 ^ w13 ^ w11; w11 = t = (t << 1) | (t >>> 31); t = (e + 0x8f1bbcdc + t + ((b & c) | (d & (b | c))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w9 ^ w4 ^ w14 ^ w12; w12 = t = (t << 1) | (t >>> 31); t = (e + 0x8f1bbcdc + t + ((b & c) | (d & (b | c))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w10 ^ w5 ^ w15 ^ w13; w13 = t = (t << 1) | (t >>> 31); t = (e + 0x8f1bbcdc + t + ((b & c) | (d & (b | c))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w11 ^ w6 ^ w0 ^ w14; w14 = t = (t << 1) | (t >>> 31); t = (e + 0x8f1bbcdc + t + ((b & c) | (d & (b | c))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w12 ^ w7 ^ w1 ^ w15; w15 = t = (t << 1) | (t >>> 31); t = (e + 0x8f1bbcdc + t + ((b & c) | (d & (b | c))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w13 ^ w8 ^ w2 ^ w0; w0 = t = (t << 1) | (t >>> 31); t = (e + 0x8f1bbcdc + t + ((b & c) | (d & (b | c))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w14 ^ w9 ^ w3 ^ w1; w1 = t = (t << 1) | (t >>> 31); t = (e + 0x8f1bbcdc + t + ((b & c) | (d & (b | c))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w15 ^ w10 ^ w4 ^ w2; w2 = t = (t << 1) | (t >>> 31); t = (e + 0x8f1bbcdc + t + ((b & c) | (d & (b | c))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w0 ^ w11 ^ w5 ^ w3; w3 = t = (t << 1) | (t >>> 31); t = (e + 0x8f1bbcdc + t + ((b & c) | (d & (b | c))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w1 ^ w12 ^ w6 ^ w4; w4 = t = (t << 1) | (t >>> 31); t = (e + 0x8f1bbcdc + t + ((b & c) | (d & (b | c))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w2 ^ w13 ^ w7 ^ w5; w5 = t = (t << 1) | (t >>> 31); t = (e + 0x8f1bbcdc + t + ((b & c) | (d & (b | c))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w3 ^ w14 ^ w8 ^ w6; w6 = t = (t << 1) | (t >>> 31); t = (e + 0x8f1bbcdc + t + ((b & c) | (d & (b | c))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w4 ^ w15 ^ w9 ^ w7; w7 = t = (t << 1) | (t >>> 31); t = (e + 0x8f1bbcdc + t + ((b & c) | (d & (b | c))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w5 ^ w0 ^ w10 ^ w8; w8 = t = (t << 1) | (t >>> 31); t = (e + 0x8f1bbcdc + t + ((b & c) | (d & (b | c))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w6 ^ w1 ^ w11 ^ w9; w9 = t = (t << 1) | (t >>> 31); t = (e + 0x8f1bbcdc + t + ((b & c) | (d & (b | c))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w7 ^ w2 ^ w12 ^ w10; w10 = t = (t << 1) | (t >>> 31); t = (e + 0x8f1bbcdc + t + ((b & c) | (d & (b | c))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w8 ^ w3 ^ w13 ^ w11; w11 = t = (t << 1) | (t >>> 31); t = (e + 0x8f1bbcdc + t + ((b & c) | (d & (b | c))) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  // Parity(b, c, d) and K = floor(2^30 sqrt(10))
  t = w9 ^ w4 ^ w14 ^ w12; w12 = t = (t << 1) | (t >>> 31); t = (e + 0xca62c1d6 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w10 ^ w5 ^ w15 ^ w13; w13 = t = (t << 1) | (t >>> 31); t = (e + 0xca62c1d6 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w11 ^ w6 ^ w0 ^ w14; w14 = t = (t << 1) | (t >>> 31); t = (e + 0xca62c1d6 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w12 ^ w7 ^ w1 ^ w15; w15 = t = (t << 1) | (t >>> 31); t = (e + 0xca62c1d6 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w13 ^ w8 ^ w2 ^ w0; w0 = t = (t << 1) | (t >>> 31); t = (e + 0xca62c1d6 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w14 ^ w9 ^ w3 ^ w1; w1 = t = (t << 1) | (t >>> 31); t = (e + 0xca62c1d6 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w15 ^ w10 ^ w4 ^ w2; w2 = t = (t << 1) | (t >>> 31); t = (e + 0xca62c1d6 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w0 ^ w11 ^ w5 ^ w3; w3 = t = (t << 1) | (t >>> 31); t = (e + 0xca62c1d6 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w1 ^ w12 ^ w6 ^ w4; w4 = t = (t << 1) | (t >>> 31); t = (e + 0xca62c1d6 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w2 ^ w13 ^ w7 ^ w5; w5 = t = (t << 1) | (t >>> 31); t = (e + 0xca62c1d6 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w3 ^ w14 ^ w8 ^ w6; w6 = t = (t << 1) | (t >>> 31); t = (e + 0xca62c1d6 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w4 ^ w15 ^ w9 ^ w7; w7 = t = (t << 1) | (t >>> 31); t = (e + 0xca62c1d6 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w5 ^ w0 ^ w10 ^ w8; w8 = t = (t << 1) | (t >>> 31); t = (e + 0xca62c1d6 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w6 ^ w1 ^ w11 ^ w9; w9 = t = (t << 1) | (t >>> 31); t = (e + 0xca62c1d6 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w7 ^ w2 ^ w12 ^ w10; w10 = t = (t << 1) | (t >>> 31); t = (e + 0xca62c1d6 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w8 ^ w3 ^ w13 ^ w11; w11 = t = (t << 1) | (t >>> 31); t = (e + 0xca62c1d6 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w9 ^ w4 ^ w14 ^ w12; w12 = t = (t << 1) | (t >>> 31); t = (e + 0xca62c1d6 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w10 ^ w5 ^ w15 ^ w13; w13 = t = (t << 1) | (t >>> 31); t = (e + 0xca62c1d6 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w11 ^ w6 ^ w0 ^ w14; w14 = t = (t << 1) | (t >>> 31); t = (e + 0xca62c1d6 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  t = w12 ^ w7 ^ w1 ^ w15; w15 = t = (t << 1) | (t >>> 31); t = (e + 0xca62c1d6 + t + (b ^ c ^ d) + ((a << 5) | (a >>> 27))) | 0; e = d; d = c; c = (b << 30) | (b >>> 2); b = a; a = t;
  out[0] = (state[0] as number) + a;
  out[1] = (state[1] as number) + b;
  out[2] = (state[2] as number) + c;
  out[3] = (state[3] as number) + d;
  out[4] = (state[4] as number) + e;
}

/** SHA-1 (FIPS 180-4 section 6.1). Broken for signatures; HMAC does not rest on what was broken (RFC 4226 appendix B.2). */
export function sha1(): Hash {
  return defineHash(16, Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0), compress);
}
