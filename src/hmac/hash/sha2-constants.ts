/**
 * Where the constants of SHA-2 come from: the first 64 bits of the fractional parts of the square or cube roots of the first
 * primes (FIPS 180-4 sections 4.2.3 and 5.3.5), each as a high and a low word. Drawing 88 roots takes a quarter of a
 * millisecond, once, and a fifth of the bytes that the tables would be in every bundle.
 */
export function rootFractions(count: number, degree: 2 | 3): Int32Array {
  const words: number[] = [];
  const primes: number[] = [];
  for (let p = 2; primes.length < count; p++) {
    if (primes.some((prime) => p % prime === 0)) continue;
    primes.push(p);
    const root = scaledRoot(p, degree);
    words.push(Number(BigInt.asIntN(32, root >> 32n)), Number(BigInt.asIntN(32, root)));
  }
  return Int32Array.from(words);
}

/** The largest integer not above 2^64 times the root of `p`. */
function scaledRoot(p: number, degree: 2 | 3): bigint {
  const exponent = BigInt(degree);
  const target = BigInt(p) << (64n * exponent);
  // Newton's method falls towards the root from any start above it, and stops falling at the integer below it.
  let root = BigInt(Math.ceil(p ** (1 / degree) * 2 ** 32) + 1) << 32n;
  for (;;) {
    // Not `root ** (exponent - 1n)`: a bundler that lowers to ES2015 makes `Math.pow` of it, which refuses a BigInt.
    const next = ((exponent - 1n) * root + target / (degree === 2 ? root : root * root)) / exponent;
    if (next >= root) return root;
    root = next;
  }
}
