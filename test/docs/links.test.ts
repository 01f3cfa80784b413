import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { anyStopsExpr } from '../../grafana/src/dashboards/annotation.ts';
import { pagesUnder } from './documented-commands.ts';

const pages = ['README.md', 'CONTRIBUTING.md', ...pagesUnder('docs'), ...pagesUnder('deploy')];

test.each(pages)('%s links to files that are there', (page) => {
  const links = [...readFileSync(page, 'utf8').matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, link = '']) => link);
  const missing = links.filter((link) => !/^[a-z]+:/.test(link) && !existsSync(join(dirname(page), link)));
  expect(missing).toEqual([]);
});

test('docs/README.md leads to every page', () => {
  const index = readFileSync('docs/README.md', 'utf8');
  const indirect = /^docs\/(?:decisions|runbooks)\/|README/;
  for (const page of pagesUnder('docs').filter((one) => !indirect.test(one)))
    expect(index).toContain(`(${page.slice('docs/'.length)})`);
});

test('docs/grafana.md has the annotation that can be pasted', () => {
  expect(readFileSync('docs/grafana.md', 'utf8')).toContain(`\n${anyStopsExpr}\n`);
});
