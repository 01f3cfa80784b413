/** Little-endian numbers and strings of a file. Whatever lies outside of it, or is no safe integer, is undefined. */
export class ElfBytes {
  readonly #buffer: Buffer;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  get length(): number {
    return this.#buffer.length;
  }

  u8(offset: number): number | undefined {
    return this.#holds(offset, 1) ? this.#buffer.readUInt8(offset) : undefined;
  }

  u16(offset: number): number | undefined {
    return this.#holds(offset, 2) ? this.#buffer.readUInt16LE(offset) : undefined;
  }

  u32(offset: number): number | undefined {
    return this.#holds(offset, 4) ? this.#buffer.readUInt32LE(offset) : undefined;
  }

  u64(offset: number): number | undefined {
    if (!this.#holds(offset, 8)) return undefined;
    const value = this.#buffer.readBigUInt64LE(offset);
    return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
  }

  /** Up to the next zero byte; undefined where there is none within `limit` bytes. */
  text(offset: number, limit: number): string | undefined {
    if (!this.#holds(offset, 1)) return undefined;
    const end = this.#buffer.subarray(offset, offset + limit).indexOf(0);
    return end === -1 ? undefined : this.#buffer.toString('latin1', offset, offset + end);
  }

  hex(offset: number, length: number): string | undefined {
    return this.#holds(offset, length) ? this.#buffer.toString('hex', offset, offset + length) : undefined;
  }

  #holds(offset: number, length: number): boolean {
    return Number.isSafeInteger(offset) && offset >= 0 && length >= 0 && offset + length <= this.#buffer.length;
  }
}
