// Migration payloads put together by hand, byte by byte and with big numbers, so that ours are not checked by ours.

export type Field = readonly [number: number, value: bigint | number | string | Uint8Array | Fixed];

interface Fixed {
  readonly fixed: 4 | 8;
}

export const fixed = (bytes: 4 | 8): Fixed => ({ fixed: bytes });

/** Seven bits a byte, the lowest first; a negative number as its two's complement of 64 bits: ten bytes. */
export function varint(value: bigint | number): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

export function message(...fields: readonly Field[]): Uint8Array {
  return Uint8Array.from(
    fields.flatMap(([number, value]) => {
      const tag = (wireType: number) => varint((BigInt(number) << 3n) | BigInt(wireType));
      if (typeof value === "number" || typeof value === "bigint") return [...tag(0), ...varint(value)];
      if (typeof value === "object" && "fixed" in value) {
        return [...tag(value.fixed === 8 ? 1 : 5), ...Array<number>(value.fixed).fill(0xff)];
      }
      const bytes = typeof value === "string" ? Buffer.from(value) : value;
      return [...tag(2), ...varint(bytes.length), ...bytes];
    }),
  );
}

export const SCHEME = "otpauth-migration://offline?data=";
export const uriOfPayload = (payload: Uint8Array) =>
  `${SCHEME}${encodeURIComponent(Buffer.from(payload).toString("base64"))}`;

/** The bytes of a URI of ours, by the platform's own decoders. */
export const payloadOfUri = (uri: string) =>
  new Uint8Array(Buffer.from(new URL(uri).searchParams.get("data") ?? "", "base64"));
