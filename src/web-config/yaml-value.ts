import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';

/** What is wrong, and the line to correct. */
export interface Complaint {
  readonly line: number;
  readonly text: string;
}

/** What the values of one file share. */
interface Reading {
  readonly document: Document;
  readonly lines: LineCounter;
  readonly complaints: Complaint[];
}

/** A value of a YAML file that knows its line. What is wrong with it is said once, by whoever reads it. */
export class YamlValue {
  readonly line: number;
  /** Keys down to this one, with dots. */
  readonly path: string;
  readonly #node: Node | undefined;
  readonly #reading: Reading;

  constructor(node: Node | undefined, place: { readonly line: number; readonly path: string }, reading: Reading) {
    this.line = place.line;
    this.path = place.path;
    this.#node = isAlias(node) ? node.resolve(reading.document) : node;
    this.#reading = reading;
  }

  say(text: string): undefined {
    this.#reading.complaints.push({ line: this.line, text: this.path === '' ? text : `${this.path}: ${text}` });
  }

  /** Nothing but the key, or nothing at all. */
  isEmpty(): boolean {
    return this.#node === undefined || (isScalar(this.#node) && this.#node.value === null);
  }

  /** As it was typed: `123` is a text too. */
  text(): string | undefined {
    if (!isScalar(this.#node)) return this.say('is no text');
    return typeof this.#node.value === 'string' ? this.#node.value : (this.#node.source ?? '');
  }

  truth(): boolean | undefined {
    const value = isScalar(this.#node) ? this.#node.value : undefined;
    return typeof value === 'boolean' ? value : this.say('is neither true nor false');
  }

  items(): readonly YamlValue[] {
    if (this.isEmpty()) return [];
    if (!isSeq(this.#node)) return this.say('is no list') ?? [];
    return this.#node.items.map((item) => this.#child(item as Node, item as Node, ''));
  }

  /** The keys of a section, in their order. */
  entries(): readonly (readonly [string, YamlValue])[] {
    if (this.isEmpty()) return [];
    if (!isMap(this.#node)) return this.say('is no section with keys of its own') ?? [];
    return this.#node.items.map(({ key, value }) => {
      const name = isScalar(key) ? (key.source ?? String(key.value)) : '';
      return [name, this.#child((value ?? undefined) as Node | undefined, key as Node, name)] as const;
    });
  }

  #child(node: Node | undefined, at: Node, name: string): YamlValue {
    const line = this.#reading.lines.linePos(at.range?.[0] ?? 0).line;
    const path = [this.path, name].filter((part) => part !== '').join('.');
    return new YamlValue(node, { line, path }, this.#reading);
  }
}

/** @returns the whole file as one value; complaints come to the list while it is read */
export function parseYaml(text: string): { readonly root: YamlValue; readonly complaints: Complaint[] } {
  const lines = new LineCounter();
  // Version 1.1 is what Go's library reads: "yes" and "on" are true.
  const document = parseDocument(text, { lineCounter: lines, version: '1.1', prettyErrors: false });
  const complaints = document.errors.map(({ pos, message }) => ({
    line: lines.linePos(pos[0]).line,
    text: `is no YAML: ${message}`,
  }));
  const isReadable = complaints.length === 0 && document.contents !== null;
  const root = new YamlValue(
    isReadable ? (document.contents as Node) : undefined,
    { line: 1, path: '' },
    {
      document,
      lines,
      complaints,
    },
  );
  return { root, complaints };
}
