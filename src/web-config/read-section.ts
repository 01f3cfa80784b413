import { unknownName } from '../config/unknown-name.ts';
import type { YamlValue } from './yaml-value.ts';

/** A value, and the line where it is to be corrected. */
export interface Placed<T> {
  readonly value: T;
  readonly line: number;
}

/** Reads a value; undefined where it has said what is wrong with it. */
type ReadYaml<T> = (value: YamlValue) => T | undefined;

/** The keys of a section, and how each is read. */
type SectionTable = Readonly<Record<string, ReadYaml<unknown>>>;

export type SectionOf<Table extends SectionTable> = {
  readonly [Name in keyof Table]?: Placed<NonNullable<ReturnType<Table[Name]>>>;
};

/** Reads the keys that the table has; any other is a mistake, as with exporter-toolkit. */
export function readSection<Table extends SectionTable>(value: YamlValue, table: Table): SectionOf<Table> {
  const section: Record<string, Placed<unknown>> = {};
  for (const [name, field] of value.entries()) {
    const read = Object.hasOwn(table, name) ? table[name] : undefined;
    if (read === undefined) field.say(unknownName('key', name, Object.keys(table)));
    // An empty key is one that is not there.
    else if (!field.isEmpty()) {
      const result = read(field);
      if (result !== undefined) section[name] = { value: result, line: field.line };
    }
  }
  // Each key was read by its own row of the table: that is what SectionOf says.
  return section as SectionOf<Table>;
}

/** An empty text is one that is not there. */
export function text(value: YamlValue): string | undefined {
  const found = value.text();
  return found === '' ? undefined : found;
}

export function truth(value: YamlValue): boolean | undefined {
  return value.truth();
}

export function list<T>(read: ReadYaml<T>): ReadYaml<readonly T[]> {
  return (value) => value.items().flatMap((item) => read(item) ?? []);
}

/** One of a few words, for what it means here. */
export function word<T>(meanings: Readonly<Record<string, T>>): ReadYaml<T> {
  return (value) => {
    const found = value.text();
    if (found === undefined) return undefined;
    if (Object.hasOwn(meanings, found)) return meanings[found];
    const words = Object.keys(meanings).map((name) => JSON.stringify(name));
    return value.say(`${JSON.stringify(found)} is none of ${words.join(', ')}`);
  };
}
