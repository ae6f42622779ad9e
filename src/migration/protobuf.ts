import { utf8Length, writeUtf8 } from "../encoding/utf8.ts";

// As much of the protobuf wire format as the migration payload needs (protobuf.dev/programming-guides/encoding).

/** A field's value: a number of a varint, or bytes. Numbers beyond 2^53 are not exact, and no safe integers. */
export type Value = number | Uint8Array;

/** Shows each field to `visit`, in their order; false when the bytes are no message. What has a fixed length is passed over. */
export function readMessage(bytes: Uint8Array, visit: (field: number, value: Value) => void): boolean {
  const reader = new Reader(bytes);
  while (reader.at < bytes.length) {
    const tag = reader.varint();
    // Of 32 bits in all; this also ends what is broken.
    if (tag < 8 || tag > 0xffffffff) return false;
    const field = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        visit(field, reader.varint());
        break;
      case 1:
        reader.take(8);
        break;
      case 2:
        visit(field, reader.take(reader.varint()));
        break;
      case 5:
        reader.take(4);
        break;
      default:
        return false;
    }
    if (reader.broken) return false;
  }
  return true;
}

class Reader {
  at = 0;
  /** Something reached beyond the end, or went on for too long. */
  broken = false;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Up to ten bytes of seven bits, the lowest first, for a signed number of 64 bits. */
  varint(): number {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#bytes[this.at++];
      if (byte === undefined) break;
      const seven = byte & 0x7f;
      if (shift < 28) low += seven * 2 ** shift;
      else high += seven * 2 ** (shift - 28);
      if (byte >= 0x80) continue;
      // 28 bits below, 36 and some above, of which those beyond 64 are dropped.
      const above = high % 2 ** 36;
      return (above >= 2 ** 35 ? above - 2 ** 36 : above) * 2 ** 28 + low;
    }
    this.broken = true;
    return 0;
  }

  take(length: number): Uint8Array {
    const end = this.at + length;
    if (!(length >= 0 && end <= this.#bytes.length)) this.broken = true;
    const bytes = this.#bytes.subarray(this.at, this.broken ? this.at : end);
    this.at = end;
    return bytes;
  }
}

/** A message in the making. */
export class MessageWriter {
  readonly #bytes: number[] = [];

  /** A safe integer from 0 on. */
  number(field: number, value: number): this {
    pushVarint(this.#bytes, field * 8);
    pushVarint(this.#bytes, value);
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    pushVarint(this.#bytes, field * 8 + 2);
    pushVarint(this.#bytes, value.length);
    for (const byte of value) this.#bytes.push(byte);
    return this;
  }

  text(field: number, value: string): this {
    const bytes = new Uint8Array(utf8Length(value));
    writeUtf8(value, bytes, 0);
    return this.bytes(field, bytes);
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

function pushVarint(bytes: number[], value: number): void {
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
}
