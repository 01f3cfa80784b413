import { expect, test } from 'vitest';
import { LruMap } from '../src/lru-map.ts';

test('LruMap forgets what was longest not set', () => {
  const map = new LruMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.set('a', 3);
  map.set('c', 4);
  expect([map.get('a'), map.get('b'), map.get('c'), map.size]).toEqual([3, undefined, 4, 2]);
});
