/** A value, or what is wrong with the text: the end of a sentence that begins with the text. */
export type Parsed<T> = { readonly value: T } | { readonly mistake: string };

/** Reads one value as it is typed. */
export type ParseValue<T> = (text: string) => Parsed<T>;

/** One setting: a row of the tables from which reading, defaults, environment and help all come. */
export interface Flag<T> {
  readonly help: string;
  /** What stands for its value in the help; absent for a switch, which needs none. */
  readonly placeholder?: string;
  /** Whether it may be given more than once; in the environment its values are separated by commas. */
  readonly isRepeatable: boolean;
  /** What it is taken for where nobody gives it, as it would be typed. */
  readonly defaults: readonly string[];
  /** From all its values as they were typed; none where it was not given and has no default. */
  readonly read: (texts: readonly string[]) => ReadValue<T>;
}

export type ReadValue<T> = { readonly value: T } | { readonly mistakes: readonly string[] };

/** By name, without the dashes. */
export type FlagTable = Readonly<Record<string, Flag<unknown>>>;

/** What a table of flags yields. */
export type ValuesOf<Table extends FlagTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Flag<infer T> ? T : never;
};

interface Description {
  readonly placeholder: string;
  readonly help: string;
}

/** A flag with one value and a default. */
export function single<T>(
  parse: ParseValue<T>,
  { byDefault, ...description }: Description & { readonly byDefault: string },
): Flag<T> {
  const read = ([text = byDefault]: readonly string[]): ReadValue<T> => {
    const parsed = parse(text);
    return 'value' in parsed ? parsed : { mistakes: [sentence(text, parsed.mistake)] };
  };
  return { ...description, isRepeatable: false, defaults: [byDefault], read };
}

/** A flag that may be absent. */
export function optional<T>(parse: ParseValue<T>, description: Description): Flag<T | undefined> {
  const read = ([text]: readonly string[]): ReadValue<T | undefined> => {
    if (text === undefined) return { value: undefined };
    const parsed = parse(text);
    return 'value' in parsed ? parsed : { mistakes: [sentence(text, parsed.mistake)] };
  };
  return { ...description, isRepeatable: false, defaults: [], read };
}

/** A flag that may be given several times, each time with another value. */
export function repeatable<T>(
  parse: ParseValue<T>,
  { byDefault = [], ...description }: Description & { readonly byDefault?: readonly string[] },
): Flag<readonly T[]> {
  const read = (texts: readonly string[]): ReadValue<readonly T[]> => {
    const values: T[] = [];
    const mistakes: string[] = [];
    for (const [index, text] of texts.entries()) {
      const parsed = parse(text);
      if ('mistake' in parsed) mistakes.push(sentence(text, parsed.mistake));
      else if (texts.indexOf(text) < index) mistakes.push(sentence(text, 'is given twice'));
      else values.push(parsed.value);
    }
    return mistakes.length > 0 ? { mistakes } : { value: values };
  };
  return { ...description, isRepeatable: true, defaults: byDefault, read };
}

/** A flag that is on or off. */
export function toggle(help: string): Flag<boolean> {
  const read = ([text = 'false']: readonly string[]): ReadValue<boolean> => {
    if (text === 'true' || text === 'false') return { value: text === 'true' };
    return { mistakes: [sentence(text, 'is neither "true" nor "false"')] };
  };
  return { help, isRepeatable: false, defaults: [], read };
}

function sentence(text: string, mistake: string): string {
  return `${JSON.stringify(text)} ${mistake}`;
}
