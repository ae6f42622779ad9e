import { refuse } from "../check.ts";

/** `Uint8Array<ArrayBuffer>` from TypeScript 5.7 on, `Uint8Array` before: what WebCrypto and `fetch` accept. */
export type Bytes = ReturnType<typeof Uint8Array.of>;

/**
 * A Uint8Array, a Buffer too, also of another realm (an iframe, `vm`, a test runner's sandbox), where `instanceof` says no.
 * The tag is a getter that looks at the object's kind, not at its prototype.
 */
export function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && (value as Partial<Uint8Array>)[Symbol.toStringTag] === "Uint8Array";
}

/**
 * Whether two byte strings are equal, in a time that depends on their lengths only.
 *
 * @example
 * ```ts
 * import { equalBytes } from "otp-core";
 *
 * console.log(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))); // true
 * console.log(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 3))); // false
 * ```
 *
 * @throws OtpError `invalid-argument` when one of them is not a Uint8Array.
 */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (!isBytes(a)) refuse("a", "a Uint8Array");
  if (!isBytes(b)) refuse("b", "a Uint8Array");
  let difference = a.length ^ b.length;
  // Over b in both cases; beyond the end of a, `undefined ^ x` is x, and the lengths differ already.
  for (let i = 0; i < b.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}
