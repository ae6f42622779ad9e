import { defineHash, type Hash } from "./hash.ts";

// All 80 rounds written out and the message words in locals: 13 KB of bytecode, which V8 still optimises as one piece.
// Instead of shifting the five working variables, every round renames them. The sum's last operand is the rotation of
// `a`, which the round before has only just computed: adding it earlier costs 25-35 %.
// biome-ignore format: a round a line
function compress(state: Int32Array, block: Int32Array, out: Int32Array): void {
  const h0 = state[0] as number, h1 = state[1] as number, h2 = state[2] as number, h3 = state[3] as number, h4 = state[4] as number;
  let a = h0, b = h1, c = h2, d = h3, e = h4, t = 0;
  let w0 = block[0] as number, w1 = block[1] as number, w2 = block[2] as number, w3 = block[3] as number;
  let w4 = block[4] as number, w5 = block[5] as number, w6 = block[6] as number, w7 = block[7] as number;
  let w8 = block[8] as number, w9 = block[9] as number, w10 = block[10] as number, w11 = block[11] as number;
  let w12 = block[12] as number, w13 = block[13] as number, w14 = block[14] as number, w15 = block[15] as number;
  // Ch (section 4.1.1), K = floor(2^30 sqrt(2))
  e = ((d ^ (b & (c ^ d))) + e + w0 + 0x5a827999 + ((a << 5) | (a >>> 27))) | 0; b = (b << 30) | (b >>> 2);
  d = ((c ^ (a & (b ^ c))) + d + w1 + 0x5a827999 + ((e << 5) | (e >>> 27))) | 0; a = (a << 30) | (a >>> 2);
  c = ((b ^ (e & (a ^ b))) + c + w2 + 0x5a827999 + ((d << 5) | (d >>> 27))) | 0; e = (e << 30) | (e >>> 2);
  b = ((a ^ (d & (e ^ a))) + b + w3 + 0x5a827999 + ((c << 5) | (c >>> 27))) | 0; d = (d << 30) | (d >>> 2);
  a = ((e ^ (c & (d ^ e))) + a + w4 + 0x5a827999 + ((b << 5) | (b >>> 27))) | 0; c = (c << 30) | (c >>> 2);
  e = ((d ^ (b & (c ^ d))) + e + w5 + 0x5a827999 + ((a << 5) | (a >>> 27))) | 0; b = (b << 30) | (b >>> 2);
  d = ((c ^ (a & (b ^ c))) + d + w6 + 0x5a827999 + ((e << 5) | (e >>> 27))) | 0; a = (a << 30) | (a >>> 2);
  c = ((b ^ (e & (a ^ b))) + c + w7 + 0x5a827999 + ((d << 5) | (d >>> 27))) | 0; e = (e << 30) | (e >>> 2);
  b = ((a ^ (d & (e ^ a))) + b + w8 + 0x5a827999 + ((c << 5) | (c >>> 27))) | 0; d = (d << 30) | (d >>> 2);
  a = ((e ^ (c & (d ^ e))) + a + w9 + 0x5a827999 + ((b << 5) | (b >>> 27))) | 0; c = (c << 30) | (c >>> 2);
  e = ((d ^ (b & (c ^ d))) + e + w10 + 0x5a827999 + ((a << 5) | (a >>> 27))) | 0; b = (b << 30) | (b >>> 2);
  d = ((c ^ (a & (b ^ c))) + d + w11 + 0x5a827999 + ((e << 5) | (e >>> 27))) | 0; a = (a << 30) | (a >>> 2);
  c = ((b ^ (e & (a ^ b))) + c + w12 + 0x5a827999 + ((d << 5) | (d >>> 27))) | 0; e = (e << 30) | (e >>> 2);
  b = ((a ^ (d & (e ^ a))) + b + w13 + 0x5a827999 + ((c << 5) | (c >>> 27))) | 0; d = (d << 30) | (d >>> 2);
  a = ((e ^ (c & (d ^ e))) + a + w14 + 0x5a827999 + ((b << 5) | (b >>> 27))) | 0; c = (c << 30) | (c >>> 2);
  e = ((d ^ (b & (c ^ d))) + e + w15 + 0x5a827999 + ((a << 5) | (a >>> 27))) | 0; b = (b << 30) | (b >>> 2);
  t = w13 ^ w8 ^ w2 ^ w0; w0 = (t << 1) | (t >>> 31); d = ((c ^ (a & (b ^ c))) + d + w0 + 0x5a827999 + ((e << 5) | (e >>> 27))) | 0; a = (a << 30) | (a >>> 2);
  t = w14 ^ w9 ^ w3 ^ w1; w1 = (t << 1) | (t >>> 31); c = ((b ^ (e & (a ^ b))) + c + w1 + 0x5a827999 + ((d << 5) | (d >>> 27))) | 0; e = (e << 30) | (e >>> 2);
  t = w15 ^ w10 ^ w4 ^ w2; w2 = (t << 1) | (t >>> 31); b = ((a ^ (d & (e ^ a))) + b + w2 + 0x5a827999 + ((c << 5) | (c >>> 27))) | 0; d = (d << 30) | (d >>> 2);
  t = w0 ^ w11 ^ w5 ^ w3; w3 = (t << 1) | (t >>> 31); a = ((e ^ (c & (d ^ e))) + a + w3 + 0x5a827999 + ((b << 5) | (b >>> 27))) | 0; c = (c << 30) | (c >>> 2);
  // Parity, K = floor(2^30 sqrt(3))
  t = w1 ^ w12 ^ w6 ^ w4; w4 = (t << 1) | (t >>> 31); e = ((b ^ c ^ d) + e + w4 + 0x6ed9eba1 + ((a << 5) | (a >>> 27))) | 0; b = (b << 30) | (b >>> 2);
  t = w2 ^ w13 ^ w7 ^ w5; w5 = (t << 1) | (t >>> 31); d = ((a ^ b ^ c) + d + w5 + 0x6ed9eba1 + ((e << 5) | (e >>> 27))) | 0; a = (a << 30) | (a >>> 2);
  t = w3 ^ w14 ^ w8 ^ w6; w6 = (t << 1) | (t >>> 31); c = ((e ^ a ^ b) + c + w6 + 0x6ed9eba1 + ((d << 5) | (d >>> 27))) | 0; e = (e << 30) | (e >>> 2);
  t = w4 ^ w15 ^ w9 ^ w7; w7 = (t << 1) | (t >>> 31); b = ((d ^ e ^ a) + b + w7 + 0x6ed9eba1 + ((c << 5) | (c >>> 27))) | 0; d = (d << 30) | (d >>> 2);
  t = w5 ^ w0 ^ w10 ^ w8; w8 = (t << 1) | (t >>> 31); a = ((c ^ d ^ e) + a + w8 + 0x6ed9eba1 + ((b << 5) | (b >>> 27))) | 0; c = (c << 30) | (c >>> 2);
  t = w6 ^ w1 ^ w11 ^ w9; w9 = (t << 1) | (t >>> 31); e = ((b ^ c ^ d) + e + w9 + 0x6ed9eba1 + ((a << 5) | (a >>> 27))) | 0; b = (b << 30) | (b >>> 2);
  t = w7 ^ w2 ^ w12 ^ w10; w10 = (t << 1) | (t >>> 31); d = ((a ^ b ^ c) + d + w10 + 0x6ed9eba1 + ((e << 5) | (e >>> 27))) | 0; a = (a << 30) | (a >>> 2);
  t = w8 ^ w3 ^ w13 ^ w11; w11 = (t << 1) | (t >>> 31); c = ((e ^ a ^ b) + c + w11 + 0x6ed9eba1 + ((d << 5) | (d >>> 27))) | 0; e = (e << 30) | (e >>> 2);
  t = w9 ^ w4 ^ w14 ^ w12; w12 = (t << 1) | (t >>> 31); b = ((d ^ e ^ a) + b + w12 + 0x6ed9eba1 + ((c << 5) | (c >>> 27))) | 0; d = (d << 30) | (d >>> 2);
  t = w10 ^ w5 ^ w15 ^ w13; w13 = (t << 1) | (t >>> 31); a = ((c ^ d ^ e) + a + w13 + 0x6ed9eba1 + ((b << 5) | (b >>> 27))) | 0; c = (c << 30) | (c >>> 2);
  t = w11 ^ w6 ^ w0 ^ w14; w14 = (t << 1) | (t >>> 31); e = ((b ^ c ^ d) + e + w14 + 0x6ed9eba1 + ((a << 5) | (a >>> 27))) | 0; b = (b << 30) | (b >>> 2);
  t = w12 ^ w7 ^ w1 ^ w15; w15 = (t << 1) | (t >>> 31); d = ((a ^ b ^ c) + d + w15 + 0x6ed9eba1 + ((e << 5) | (e >>> 27))) | 0; a = (a << 30) | (a >>> 2);
  t = w13 ^ w8 ^ w2 ^ w0; w0 = (t << 1) | (t >>> 31); c = ((e ^ a ^ b) + c + w0 + 0x6ed9eba1 + ((d << 5) | (d >>> 27))) | 0; e = (e << 30) | (e >>> 2);
  t = w14 ^ w9 ^ w3 ^ w1; w1 = (t << 1) | (t >>> 31); b = ((d ^ e ^ a) + b + w1 + 0x6ed9eba1 + ((c << 5) | (c >>> 27))) | 0; d = (d << 30) | (d >>> 2);
  t = w15 ^ w10 ^ w4 ^ w2; w2 = (t << 1) | (t >>> 31); a = ((c ^ d ^ e) + a + w2 + 0x6ed9eba1 + ((b << 5) | (b >>> 27))) | 0; c = (c << 30) | (c >>> 2);
  t = w0 ^ w11 ^ w5 ^ w3; w3 = (t << 1) | (t >>> 31); e = ((b ^ c ^ d) + e + w3 + 0x6ed9eba1 + ((a << 5) | (a >>> 27))) | 0; b = (b << 30) | (b >>> 2);
  t = w1 ^ w12 ^ w6 ^ w4; w4 = (t << 1) | (t >>> 31); d = ((a ^ b ^ c) + d + w4 + 0x6ed9eba1 + ((e << 5) | (e >>> 27))) | 0; a = (a << 30) | (a >>> 2);
  t = w2 ^ w13 ^ w7 ^ w5; w5 = (t << 1) | (t >>> 31); c = ((e ^ a ^ b) + c + w5 + 0x6ed9eba1 + ((d << 5) | (d >>> 27))) | 0; e = (e << 30) | (e >>> 2);
  t = w3 ^ w14 ^ w8 ^ w6; w6 = (t << 1) | (t >>> 31); b = ((d ^ e ^ a) + b + w6 + 0x6ed9eba1 + ((c << 5) | (c >>> 27))) | 0; d = (d << 30) | (d >>> 2);
  t = w4 ^ w15 ^ w9 ^ w7; w7 = (t << 1) | (t >>> 31); a = ((c ^ d ^ e) + a + w7 + 0x6ed9eba1 + ((b << 5) | (b >>> 27))) | 0; c = (c << 30) | (c >>> 2);
  // Maj, K = floor(2^30 sqrt(5))
  t = w5 ^ w0 ^ w10 ^ w8; w8 = (t << 1) | (t >>> 31); e = (((b & c) | (d & (b | c))) + e + w8 + 0x8f1bbcdc + ((a << 5) | (a >>> 27))) | 0; b = (b << 30) | (b >>> 2);
  t = w6 ^ w1 ^ w11 ^ w9; w9 = (t << 1) | (t >>> 31); d = (((a & b) | (c & (a | b))) + d + w9 + 0x8f1bbcdc + ((e << 5) | (e >>> 27))) | 0; a = (a << 30) | (a >>> 2);
  t = w7 ^ w2 ^ w12 ^ w10; w10 = (t << 1) | (t >>> 31); c = (((e & a) | (b & (e | a))) + c + w10 + 0x8f1bbcdc + ((d << 5) | (d >>> 27))) | 0; e = (e << 30) | (e >>> 2);
  t = w8 ^ w3 ^ w13 ^ w11; w11 = (t << 1) | (t >>> 31); b = (((d & e) | (a & (d | e))) + b + w11 + 0x8f1bbcdc + ((c << 5) | (c >>> 27))) | 0; d = (d << 30) | (d >>> 2);
  t = w9 ^ w4 ^ w14 ^ w12; w12 = (t << 1) | (t >>> 31); a = (((c & d) | (e & (c | d))) + a + w12 + 0x8f1bbcdc + ((b << 5) | (b >>> 27))) | 0; c = (c << 30) | (c >>> 2);
  t = w10 ^ w5 ^ w15 ^ w13; w13 = (t << 1) | (t >>> 31); e = (((b & c) | (d & (b | c))) + e + w13 + 0x8f1bbcdc + ((a << 5) | (a >>> 27))) | 0; b = (b << 30) | (b >>> 2);
  t = w11 ^ w6 ^ w0 ^ w14; w14 = (t << 1) | (t >>> 31); d = (((a & b) | (c & (a | b))) + d + w14 + 0x8f1bbcdc + ((e << 5) | (e >>> 27))) | 0; a = (a << 30) | (a >>> 2);
  t = w12 ^ w7 ^ w1 ^ w15; w15 = (t << 1) | (t >>> 31); c = (((e & a) | (b & (e | a))) + c + w15 + 0x8f1bbcdc + ((d << 5) | (d >>> 27))) | 0; e = (e << 30) | (e >>> 2);
  t = w13 ^ w8 ^ w2 ^ w0; w0 = (t << 1) | (t >>> 31); b = (((d & e) | (a & (d | e))) + b + w0 + 0x8f1bbcdc + ((c << 5) | (c >>> 27))) | 0; d = (d << 30) | (d >>> 2);
  t = w14 ^ w9 ^ w3 ^ w1; w1 = (t << 1) | (t >>> 31); a = (((c & d) | (e & (c | d))) + a + w1 + 0x8f1bbcdc + ((b << 5) | (b >>> 27))) | 0; c = (c << 30) | (c >>> 2);
  t = w15 ^ w10 ^ w4 ^ w2; w2 = (t << 1) | (t >>> 31); e = (((b & c) | (d & (b | c))) + e + w2 + 0x8f1bbcdc + ((a << 5) | (a >>> 27))) | 0; b = (b << 30) | (b >>> 2);
  t = w0 ^ w11 ^ w5 ^ w3; w3 = (t << 1) | (t >>> 31); d = (((a & b) | (c & (a | b))) + d + w3 + 0x8f1bbcdc + ((e << 5) | (e >>> 27))) | 0; a = (a << 30) | (a >>> 2);
  t = w1 ^ w12 ^ w6 ^ w4; w4 = (t << 1) | (t >>> 31); c = (((e & a) | (b & (e | a))) + c + w4 + 0x8f1bbcdc + ((d << 5) | (d >>> 27))) | 0; e = (e << 30) | (e >>> 2);
  t = w2 ^ w13 ^ w7 ^ w5; w5 = (t << 1) | (t >>> 31); b = (((d & e) | (a & (d | e))) + b + w5 + 0x8f1bbcdc + ((c << 5) | (c >>> 27))) | 0; d = (d << 30) | (d >>> 2);
  t = w3 ^ w14 ^ w8 ^ w6; w6 = (t << 1) | (t >>> 31); a = (((c & d) | (e & (c | d))) + a + w6 + 0x8f1bbcdc + ((b << 5) | (b >>> 27))) | 0; c = (c << 30) | (c >>> 2);
  t = w4 ^ w15 ^ w9 ^ w7; w7 = (t << 1) | (t >>> 31); e = (((b & c) | (d & (b | c))) + e + w7 + 0x8f1bbcdc + ((a << 5) | (a >>> 27))) | 0; b = (b << 30) | (b >>> 2);
  t = w5 ^ w0 ^ w10 ^ w8; w8 = (t << 1) | (t >>> 31); d = (((a & b) | (c & (a | b))) + d + w8 + 0x8f1bbcdc + ((e << 5) | (e >>> 27))) | 0; a = (a << 30) | (a >>> 2);
  t = w6 ^ w1 ^ w11 ^ w9; w9 = (t << 1) | (t >>> 31); c = (((e & a) | (b & (e | a))) + c + w9 + 0x8f1bbcdc + ((d << 5) | (d >>> 27))) | 0; e = (e << 30) | (e >>> 2);
  t = w7 ^ w2 ^ w12 ^ w10; w10 = (t << 1) | (t >>> 31); b = (((d & e) | (a & (d | e))) + b + w10 + 0x8f1bbcdc + ((c << 5) | (c >>> 27))) | 0; d = (d << 30) | (d >>> 2);
  t = w8 ^ w3 ^ w13 ^ w11; w11 = (t << 1) | (t >>> 31); a = (((c & d) | (e & (c | d))) + a + w11 + 0x8f1bbcdc + ((b << 5) | (b >>> 27))) | 0; c = (c << 30) | (c >>> 2);
  // Parity, K = floor(2^30 sqrt(10))
  t = w9 ^ w4 ^ w14 ^ w12; w12 = (t << 1) | (t >>> 31); e = ((b ^ c ^ d) + e + w12 + 0xca62c1d6 + ((a << 5) | (a >>> 27))) | 0; b = (b << 30) | (b >>> 2);
  t = w10 ^ w5 ^ w15 ^ w13; w13 = (t << 1) | (t >>> 31); d = ((a ^ b ^ c) + d + w13 + 0xca62c1d6 + ((e << 5) | (e >>> 27))) | 0; a = (a << 30) | (a >>> 2);
  t = w11 ^ w6 ^ w0 ^ w14; w14 = (t << 1) | (t >>> 31); c = ((e ^ a ^ b) + c + w14 + 0xca62c1d6 + ((d << 5) | (d >>> 27))) | 0; e = (e << 30) | (e >>> 2);
  t = w12 ^ w7 ^ w1 ^ w15; w15 = (t << 1) | (t >>> 31); b = ((d ^ e ^ a) + b + w15 + 0xca62c1d6 + ((c << 5) | (c >>> 27))) | 0; d = (d << 30) | (d >>> 2);
  t = w13 ^ w8 ^ w2 ^ w0; w0 = (t << 1) | (t >>> 31); a = ((c ^ d ^ e) + a + w0 + 0xca62c1d6 + ((b << 5) | (b >>> 27))) | 0; c = (c << 30) | (c >>> 2);
  t = w14 ^ w9 ^ w3 ^ w1; w1 = (t << 1) | (t >>> 31); e = ((b ^ c ^ d) + e + w1 + 0xca62c1d6 + ((a << 5) | (a >>> 27))) | 0; b = (b << 30) | (b >>> 2);
  t = w15 ^ w10 ^ w4 ^ w2; w2 = (t << 1) | (t >>> 31); d = ((a ^ b ^ c) + d + w2 + 0xca62c1d6 + ((e << 5) | (e >>> 27))) | 0; a = (a << 30) | (a >>> 2);
  t = w0 ^ w11 ^ w5 ^ w3; w3 = (t << 1) | (t >>> 31); c = ((e ^ a ^ b) + c + w3 + 0xca62c1d6 + ((d << 5) | (d >>> 27))) | 0; e = (e << 30) | (e >>> 2);
  t = w1 ^ w12 ^ w6 ^ w4; w4 = (t << 1) | (t >>> 31); b = ((d ^ e ^ a) + b + w4 + 0xca62c1d6 + ((c << 5) | (c >>> 27))) | 0; d = (d << 30) | (d >>> 2);
  t = w2 ^ w13 ^ w7 ^ w5; w5 = (t << 1) | (t >>> 31); a = ((c ^ d ^ e) + a + w5 + 0xca62c1d6 + ((b << 5) | (b >>> 27))) | 0; c = (c << 30) | (c >>> 2);
  t = w3 ^ w14 ^ w8 ^ w6; w6 = (t << 1) | (t >>> 31); e = ((b ^ c ^ d) + e + w6 + 0xca62c1d6 + ((a << 5) | (a >>> 27))) | 0; b = (b << 30) | (b >>> 2);
  t = w4 ^ w15 ^ w9 ^ w7; w7 = (t << 1) | (t >>> 31); d = ((a ^ b ^ c) + d + w7 + 0xca62c1d6 + ((e << 5) | (e >>> 27))) | 0; a = (a << 30) | (a >>> 2);
  t = w5 ^ w0 ^ w10 ^ w8; w8 = (t << 1) | (t >>> 31); c = ((e ^ a ^ b) + c + w8 + 0xca62c1d6 + ((d << 5) | (d >>> 27))) | 0; e = (e << 30) | (e >>> 2);
  t = w6 ^ w1 ^ w11 ^ w9; w9 = (t << 1) | (t >>> 31); b = ((d ^ e ^ a) + b + w9 + 0xca62c1d6 + ((c << 5) | (c >>> 27))) | 0; d = (d << 30) | (d >>> 2);
  t = w7 ^ w2 ^ w12 ^ w10; w10 = (t << 1) | (t >>> 31); a = ((c ^ d ^ e) + a + w10 + 0xca62c1d6 + ((b << 5) | (b >>> 27))) | 0; c = (c << 30) | (c >>> 2);
  t = w8 ^ w3 ^ w13 ^ w11; w11 = (t << 1) | (t >>> 31); e = ((b ^ c ^ d) + e + w11 + 0xca62c1d6 + ((a << 5) | (a >>> 27))) | 0; b = (b << 30) | (b >>> 2);
  t = w9 ^ w4 ^ w14 ^ w12; w12 = (t << 1) | (t >>> 31); d = ((a ^ b ^ c) + d + w12 + 0xca62c1d6 + ((e << 5) | (e >>> 27))) | 0; a = (a << 30) | (a >>> 2);
  t = w10 ^ w5 ^ w15 ^ w13; w13 = (t << 1) | (t >>> 31); c = ((e ^ a ^ b) + c + w13 + 0xca62c1d6 + ((d << 5) | (d >>> 27))) | 0; e = (e << 30) | (e >>> 2);
  t = w11 ^ w6 ^ w0 ^ w14; w14 = (t << 1) | (t >>> 31); b = ((d ^ e ^ a) + b + w14 + 0xca62c1d6 + ((c << 5) | (c >>> 27))) | 0; d = (d << 30) | (d >>> 2);
  t = w12 ^ w7 ^ w1 ^ w15; w15 = (t << 1) | (t >>> 31); a = ((c ^ d ^ e) + a + w15 + 0xca62c1d6 + ((b << 5) | (b >>> 27))) | 0; c = (c << 30) | (c >>> 2);
  out[0] = h0 + a;
  out[1] = h1 + b;
  out[2] = h2 + c;
  out[3] = h3 + d;
  out[4] = h4 + e;
}

/** SHA-1 (FIPS 180-4 section 6.1). Broken for signatures; HMAC does not rest on what was broken (RFC 4226 appendix B.2). */
// biome-ignore format: the initial hash value
export const sha1: Hash = /* @__PURE__ */ defineHash("SHA1", 16, /* @__PURE__ */ Int32Array.of(
  0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0,
), compress);
