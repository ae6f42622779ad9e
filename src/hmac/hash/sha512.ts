import { defineHash, type Hash } from "./hash.ts";
import { rootFractions } from "./sha2-constants.ts";

// Low halves are added as unsigned numbers, at most five of them: below 5 * 2^32, which a double holds exactly, and the
// carry is what is above 2^32. Measured against carries from comparisons (2.5 times slower), from bitwise majority (1.2
// times) and against eight rounds written out (no faster).
// The tables are constants of a closure: those of a module become variables in a bundle, which costs V8 another 15 %.
function compressor(k: Int32Array): Hash["compress"] {
  // One message schedule is enough: compress calls no other function.
  const w = new Int32Array(160);
  return function compress(state, block, out): void {
    for (let i = 0; i < 32; i++) w[i] = block[i] as number;
    for (let i = 32; i < 160; i += 2) {
      const xh = w[i - 30] as number;
      const xl = w[i - 29] as number;
      const yh = w[i - 4] as number;
      const yl = w[i - 3] as number;
      const s0h = ((xh >>> 1) | (xl << 31)) ^ ((xh >>> 8) | (xl << 24)) ^ (xh >>> 7);
      const s0l = ((xl >>> 1) | (xh << 31)) ^ ((xl >>> 8) | (xh << 24)) ^ ((xl >>> 7) | (xh << 25));
      const s1h = ((yh >>> 19) | (yl << 13)) ^ ((yl >>> 29) | (yh << 3)) ^ (yh >>> 6);
      const s1l = ((yl >>> 19) | (yh << 13)) ^ ((yh >>> 29) | (yl << 3)) ^ ((yl >>> 6) | (yh << 26));
      const low = ((w[i - 31] as number) >>> 0) + (s0l >>> 0) + ((w[i - 13] as number) >>> 0) + (s1l >>> 0);
      w[i] = (w[i - 32] as number) + s0h + (w[i - 14] as number) + s1h + ((low / 0x100000000) | 0);
      w[i + 1] = low;
    }
    let ah = state[0] as number;
    let al = state[1] as number;
    let bh = state[2] as number;
    let bl = state[3] as number;
    let ch = state[4] as number;
    let cl = state[5] as number;
    let dh = state[6] as number;
    let dl = state[7] as number;
    let eh = state[8] as number;
    let el = state[9] as number;
    let fh = state[10] as number;
    let fl = state[11] as number;
    let gh = state[12] as number;
    let gl = state[13] as number;
    let hh = state[14] as number;
    let hl = state[15] as number;
    for (let i = 0; i < 80; i++) {
      // T1 = h + Sum1(e) + Ch(e, f, g) + K + W
      const sum1h = ((eh >>> 14) | (el << 18)) ^ ((eh >>> 18) | (el << 14)) ^ ((el >>> 9) | (eh << 23));
      const sum1l = ((el >>> 14) | (eh << 18)) ^ ((el >>> 18) | (eh << 14)) ^ ((eh >>> 9) | (el << 23));
      const chh = gh ^ (eh & (fh ^ gh));
      const chl = gl ^ (el & (fl ^ gl));
      const kl = k[2 * i + 1] as number;
      const wl = w[2 * i + 1] as number;
      const t1 = (kl >>> 0) + (wl >>> 0) + (hl >>> 0) + (chl >>> 0) + (sum1l >>> 0);
      const t1h = ((k[2 * i] as number) + (w[2 * i] as number) + hh + chh + sum1h + ((t1 / 0x100000000) | 0)) | 0;
      const t1l = t1 | 0;
      // T2 = Sum0(a) + Maj(a, b, c)
      const sum0h = ((ah >>> 28) | (al << 4)) ^ ((al >>> 2) | (ah << 30)) ^ ((al >>> 7) | (ah << 25));
      const sum0l = ((al >>> 28) | (ah << 4)) ^ ((ah >>> 2) | (al << 30)) ^ ((ah >>> 7) | (al << 25));
      const majh = (ah & bh) | (ch & (ah | bh));
      const majl = (al & bl) | (cl & (al | bl));
      hh = gh;
      hl = gl;
      gh = fh;
      gl = fl;
      fh = eh;
      fl = el;
      const e = (dl >>> 0) + (t1l >>> 0);
      eh = (dh + t1h + ((e / 0x100000000) | 0)) | 0;
      el = e | 0;
      dh = ch;
      dl = cl;
      ch = bh;
      cl = bl;
      bh = ah;
      bl = al;
      const a = (t1l >>> 0) + (majl >>> 0) + (sum0l >>> 0);
      ah = (t1h + majh + sum0h + ((a / 0x100000000) | 0)) | 0;
      al = a | 0;
    }
    add(state, out, 0, ah, al);
    add(state, out, 2, bh, bl);
    add(state, out, 4, ch, cl);
    add(state, out, 6, dh, dl);
    add(state, out, 8, eh, el);
    add(state, out, 10, fh, fl);
    add(state, out, 12, gh, gl);
    add(state, out, 14, hh, hl);
  };
}

function add(state: Int32Array, out: Int32Array, i: number, high: number, low: number): void {
  const sum = ((state[i + 1] as number) >>> 0) + (low >>> 0);
  out[i] = (state[i] as number) + high + ((sum / 0x100000000) | 0);
  out[i + 1] = sum;
}

/** SHA-512 (FIPS 180-4 section 6.4), every 64-bit word as a high and a low half, in this order. */
export function sha512(): Hash {
  return defineHash(32, rootFractions(8, 2), compressor(rootFractions(80, 3)));
}
