import { describe, expect, test } from 'vitest';
import { programFilter } from '../../src/probe/program-filter.ts';

const names = ['kill', 'killall5', 'systemctl', 'invoke-rc.d'] as const;
const directories = [
  '/bin',
  '/usr/sbin',
  '/opt',
  '/',
  '.',
  '/opt/bin/tools',
  '/bin/',
  '/usr/local/bin/../sbin',
  '/binary',
  '/bin/x/bin',
];

/** What the kernel makes of a pattern (lib/glob.c), as far as ours go. */
function matches(pattern: string, text: string): boolean {
  const source = pattern.replaceAll(/[.+^${}()|\\]/g, String.raw`\$&`).replaceAll('*', '.*');
  return new RegExp(`^${source}$`, 's').test(text);
}

/** Carries the filter out: its words are JavaScript's but for `~`. */
function passes(filter: string, filename: string): boolean {
  const outcome = filter
    .replaceAll(/filename ~ "(?<pattern>[^"]*)"/g, (_, pattern: string) => String(matches(pattern, filename)))
    .replaceAll(' ', '');
  expect(outcome).toMatch(/^(?:true|false|&&|\|\||[!()])+$/);
  return new Function(`return ${outcome}`)() as boolean;
}

describe('programFilter()', () => {
  const filter = programFilter(names, '6.1.0-13-amd64');

  test.each(directories)('knows each of the programs in %s', (directory) => {
    for (const name of names) expect([name, passes(filter, `${directory}/${name}`)]).toEqual([name, true]);
  });

  test.each(['true', 'kil', 'killer', 'skill', 'systemctl2', 'sh', 'k'])('does not take %s for one of them', (name) => {
    for (const directory of directories) expect(passes(filter, `${directory}/${name}`)).toBe(false);
    expect(passes(filter, name)).toBe(false);
  });

  test('knows a program of few letters', () => {
    const short = programFilter(['kill', 'sv'], '6.1.0');
    expect(['/bin/sv', '/bin/kill', '/bin/svn'].map((file) => passes(short, file))).toEqual([true, true, false]);
  });

  test('goes by the names alone where the kernel knows no brackets', () => {
    const plain = '(filename ~ "*/kill" || filename ~ "*/halt")';
    expect(
      ['4.9.0-19-amd64', '3.19.0', '4.10.0', '5.0.0'].map((kernel) => programFilter(['kill', 'halt'], kernel) === plain),
    ).toEqual([true, true, false, false]);
  });
});
