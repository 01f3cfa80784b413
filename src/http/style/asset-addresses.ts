import { createHash } from 'node:crypto';
import { icon } from './icon.ts';
import { stylesheet } from './stylesheet.ts';

export const styleAddress = `/assets/style.css?v=${hash(stylesheet)}`;
export const iconAddress = `/assets/icon.svg?v=${hash(icon)}`;

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
