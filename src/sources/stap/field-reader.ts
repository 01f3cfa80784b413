import type { parseKeyValues } from './key-values.ts';

/** systemtap's word for what it could not read. */
const unreadable = '<unknown>';

/** Reads the known keys of one line and remembers whether one of them was malformed or missing. */
export class FieldReader {
  readonly #values = new Map<string, string>();
  #isMalformed = false;

  constructor(pairs: NonNullable<ReturnType<typeof parseKeyValues>>) {
    for (const { key, value } of pairs) if (value !== unreadable) this.#values.set(key, value);
  }

  get isMalformed(): boolean {
    return this.#isMalformed;
  }

  /** Undefined where the key is absent, or where `parse` refuses its value, which spoils the line. */
  optional<T>(key: string, parse: (text: string) => T | undefined): T | undefined {
    const text = this.#values.get(key);
    if (text === undefined) return undefined;
    const value = parse(text);
    if (value === undefined) this.#isMalformed = true;
    return value;
  }

  /** As `optional`, and absence spoils the line too. */
  required<T>(key: string, parse: (text: string) => T | undefined): T | undefined {
    if (!this.#values.has(key)) this.#isMalformed = true;
    return this.optional(key, parse);
  }
}
