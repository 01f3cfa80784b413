import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A command in a page's console block, and what the page says it prints. */
export interface DocumentedCommand {
  readonly page: string;
  readonly command: string;
  readonly output: string;
}

export function pagesUnder(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(directory, name))
    .toSorted();
}

export function commandsIn(page: string): readonly DocumentedCommand[] {
  const blocks = [...readFileSync(page, 'utf8').matchAll(/^```console\n(.*?)^```$/gms)].map(([, block = '']) => block);
  return blocks.flatMap((block) =>
    block.split(/^\$ /m).flatMap((part) => {
      const [command = '', ...lines] = part.split('\n');
      return command === '' ? [] : [{ page, command, output: lines.join('\n') }];
    }),
  );
}
