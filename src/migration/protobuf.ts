import { utf8Length, writeUtf8 } from "../encoding/utf8.ts";

// The part of the protobuf wire format that the migration payload needs (protobuf.dev/programming-guides/encoding).

/** The value of a field: the number of a varint, or bytes. A number beyond 2^53 is not exact, and not a safe integer. */
export type Value = number | Uint8Array;

/** Calls `visit` for each field, in order. False if the bytes are not a message. Fields of a fixed length are skipped. */
export function readMessage(bytes: Uint8Array, visit: (field: number, value: Value) => void): boolean {
  const reader = new Reader(bytes);
  while (reader.at < bytes.length) {
    const tag = reader.varint();
    // A tag has 32 bits. This also ends the reading of a broken message.
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
  /** A field reached beyond the end, or a varint was too long. */
  broken = false;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** A signed number of 64 bits: up to ten bytes of seven bits, the lowest first. */
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
      // 28 bits in `low` and 36 in `high`. Bits beyond 64 are dropped.
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

/** Writes a message. */
export class MessageWriter {
  readonly #bytes: number[] = [];

  /** @param value - a safe integer of 0 or more. */
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
