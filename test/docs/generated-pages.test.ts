import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { generatedPages } from '../../docs/src/generated-pages.ts';
import { senderRuleMeanings } from '../../docs/src/verdict-meanings.ts';

describe('generatedPages', async () => {
  test.each(Object.entries(await generatedPages()))(
    '%s is committed as it is generated: else run "npm run generate"',
    (path, text) => {
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );
});

describe('senderRuleMeanings', () => {
  test('explains every rule that finds a sender', () => {
    const source = readFileSync('src/classify/sender-rules.ts', 'utf8');
    const rules = [...source.matchAll(/rule: '([a-z0-9-]+)'/g)].map(([, rule]) => rule);
    expect(Object.keys(senderRuleMeanings).toSorted()).toEqual([...new Set(rules)].toSorted());
  });
});
