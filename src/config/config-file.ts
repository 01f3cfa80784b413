import type { FlagTable } from './flag.ts';
import { unknownName } from './unknown-name.ts';

/** Names the file, and can therefore not stand in it. */
export const configFileFlag = 'config.file';

export interface ConfigFile {
  /** By the name of the flag, as if they had been typed. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly mistakes: readonly string[];
}

/** Reads a JSON object whose keys are the names of flags: `{ "log.level": "debug", "source.stap.log": ["/a", "/b"] }`. */
export function parseConfigFile(text: string, table: FlagTable): ConfigFile {
  const values = new Map<string, readonly string[]>();
  const mistakes: string[] = [];
  const known = Object.keys(table).filter((name) => name !== configFileFlag);
  for (const [name, value] of entriesOf(text, mistakes)) {
    const texts = textsOf(value);
    if (!known.includes(name)) mistakes.push(unknownName('setting', name, known));
    else if (texts === undefined)
      mistakes.push(`${JSON.stringify(name)} is neither a text, a number, true, false nor a list of them`);
    else values.set(name, texts);
  }
  return { values, mistakes };
}

function entriesOf(text: string, mistakes: string[]): readonly (readonly [string, unknown])[] {
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content === 'object' && content !== null && !Array.isArray(content)) return Object.entries(content);
    mistakes.push('it is no JSON object');
  } catch (error) {
    mistakes.push(`it is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  return [];
}

function textsOf(value: unknown): readonly string[] | undefined {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  const texts = items.filter((item) => ['string', 'number', 'boolean'].includes(typeof item)).map(String);
  return texts.length === items.length ? texts : undefined;
}
