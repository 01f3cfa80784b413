import { closest } from './closest.ts';

/** `Unknown flag "--storage-path": did you mean "--storage.path"?` */
export function unknownName(what: string, name: string, known: readonly string[]): string {
  const near = closest(name, known);
  return `Unknown ${what} ${JSON.stringify(name)}${near === undefined ? '' : `: did you mean ${JSON.stringify(near)}?`}`;
}
