import { type ContainerKind, parseBodyLine } from './dbus-monitor-value.ts';

/** D-Bus allows 32 arrays in 32 structs. */
const maxDepth = 64;

interface Container {
  readonly kind: ContainerKind;
  readonly items: unknown[];
}

/** One pair of a dictionary, until its array is complete. */
class Entry {
  readonly key: unknown;
  readonly value: unknown;
  constructor(key: unknown, value: unknown) {
    this.key = key;
    this.value = value;
  }
}

/** Builds a message's arguments from the lines after its header. */
export class MonitorBody {
  readonly #body: unknown[] = [];
  readonly #open: Container[] = [];
  #openText: string[] | undefined;

  /** False where the line belongs to no body. */
  accept(line: string): boolean {
    if (this.#openText !== undefined) return this.#continueText(line, this.#openText);
    const part = parseBodyLine(line);
    switch (part?.kind) {
      case undefined:
        return false;
      case 'value':
        return this.#add(part.value);
      case 'open-text':
        this.#openText = [part.text];
        return true;
      case 'begin':
        return this.#begin(part.container);
      case 'end':
        return this.#close(part.container);
      case 'hex':
        return this.#addBytes(part.bytes);
      case 'comment':
        return true;
    }
  }

  /** What is complete, or was when the text broke off: all but a text, a pair or a struct without its end. */
  end(): { readonly body: readonly unknown[]; readonly partial: boolean } {
    const partial = this.#open.length > 0 || this.#openText !== undefined;
    this.#openText = undefined;
    for (let last = this.#open.pop(); last !== undefined; last = this.#open.pop()) {
      if (isUsable(last)) this.#add(completed(last));
    }
    return { body: this.#body, partial };
  }

  #continueText(line: string, text: string[]): boolean {
    text.push(line);
    if (!line.endsWith('"')) return true;
    this.#openText = undefined;
    return this.#add(text.join('\n').slice(0, -1));
  }

  #begin(kind: ContainerKind): boolean {
    if (this.#open.length >= maxDepth) return false;
    this.#open.push({ kind, items: [] });
    return true;
  }

  #close(kind: ContainerKind): boolean {
    const last = this.#open.at(-1);
    const isEnd = last !== undefined && (last.kind === kind || (last.kind === 'bytes' && kind === 'array'));
    if (!isEnd) return false;
    this.#open.pop();
    return this.#add(completed(last));
  }

  #add(value: unknown): true {
    (this.#open.at(-1)?.items ?? this.#body).push(value);
    return true;
  }

  #addBytes(bytes: readonly number[]): boolean {
    const last = this.#open.at(-1);
    if (last?.kind !== 'bytes') return false;
    last.items.push(...bytes);
    return true;
  }
}

/** Half a struct or half a byte array could be taken for another value. */
function isUsable({ kind, items }: Container): boolean {
  return kind === 'array' || (kind === 'entry' && items.length === 2);
}

function completed({ kind, items }: Container): unknown {
  if (kind === 'entry') return new Entry(items[0], items[1]);
  const entries = items.filter((item) => item instanceof Entry);
  if (kind === 'array' && entries.length > 0) return new Map(entries.map(({ key, value }) => [key, value]));
  return items;
}
