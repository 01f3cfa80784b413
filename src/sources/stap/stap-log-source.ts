import { createTailSource, type TailSourceOptions } from '../files/tail-source.ts';
import type { Source } from '../source.ts';
import { createStapParser } from './stap-parser.ts';

export type StapLogOptions = Omit<TailSourceOptions, 'name' | 'createParser'>;

/** Follows what the systemtap probe prints into a file or a FIFO; never needs to be root for it. */
export function createStapLogSource(options: StapLogOptions): Source {
  return createTailSource({ ...options, name: 'stap', createParser: () => createStapParser() });
}
