import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { redactCommand, redactText, setRedaction } from '../../src/model/redact.ts';

/** Of `redact-corpus/`: real programs with invented secrets, which stand between « and ». */
function corpus(name: string): readonly string[] {
  const text = readFileSync(new URL(`redact-corpus/${name}.txt`, import.meta.url), 'utf8');
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

function secretsOf(line: string): readonly string[] {
  return [...line.matchAll(/«(?<secret>[^»]*)»/g)].map(({ groups }) => groups?.['secret'] ?? '');
}

const plain = (line: string): string => line.replace(/[«»]/g, '');
const [hidden, byPosition, shown] = [corpus('hidden'), corpus('by-position'), corpus('shown')];

afterEach(() => setRedaction({ mode: 'default', patterns: [] }));

describe('redaction of real command lines', () => {
  test.each(hidden)('hides the secrets of %s', (line) => {
    const redacted = redactCommand(plain(line));
    expect(secretsOf(line).filter((secret) => redacted.includes(secret))).toEqual([]);
    // As a process tree or a record shows it.
    const text = redactText(`  |-${plain(line)}`);
    const hexadecimal = /^[0-9a-f]{32,}$/;
    expect(secretsOf(line).filter((secret) => text.includes(secret) && !hexadecimal.test(secret))).toEqual([]);
  });

  test.each(shown)('leaves %s as it is', (line) => expect(redactCommand(line)).toBe(line));

  test.each([...hidden, ...byPosition])('hides every argument of %s where it is strict', (line) => {
    setRedaction({ mode: 'strict', patterns: [] });
    const redacted = redactCommand(plain(line));
    expect(secretsOf(line).filter((secret) => redacted.includes(secret))).toEqual([]);
    expect(redactCommand(redacted)).toBe(redacted);
    expect(redactText(plain(line))).toBe('***');
  });

  test('leaves program, options and units where it is strict', () => {
    setRedaction({ mode: 'strict', patterns: [] });
    expect(redactCommand('systemctl --no-block --signal=SIGKILL stop nginx.service now')).toBe(
      'systemctl --no-block --signal=*** *** nginx.service ***',
    );
    expect(redactCommand('PGPASSWORD=a psql -h db')).toBe('PGPASSWORD=*** *** -h ***');
  });

  test('hides what patterns name, and nothing at all where it is off', () => {
    setRedaction({ mode: 'default', patterns: [/acme-\w+/g] });
    expect(redactCommand('deploy acme-4711 --password x')).toBe('deploy *** --password ***');
    expect(redactText('a acme-1\nb acme-2')).toBe('a ***\nb ***');
    setRedaction({ mode: 'off', patterns: [] });
    expect(redactCommand('mysql -phunter2')).toBe('mysql -phunter2');
    expect(redactText('--password x')).toBe('--password x');
    expect(redactCommand('x '.repeat(2000)).length).toBeLessThanOrEqual(1024);
  });
});
