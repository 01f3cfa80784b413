import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { generatedFiles } from '../../grafana/src/generated-files.ts';

describe('generatedFiles', () => {
  test.each(Object.entries(generatedFiles()))('%s is committed as it is generated: else run "npm run generate"', (path, text) => {
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});
