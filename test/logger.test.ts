import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLogger, describeError, escapeUnprintable, type LogFormat, type Logger, type LogLevel } from '../src/logger.ts';

function logged(write: (log: Logger) => void, format: LogFormat = 'logfmt', level: LogLevel = 'info'): readonly string[] {
  const lines: string[] = [];
  write(createLogger({ level, format, write: (line) => lines.push(line), now: () => new Date(1_600_766_128_123) }));
  return lines;
}

describe('createLogger', () => {
  test('writes logfmt: time, level, message and data, quoted where it has to be', () => {
    const lines = logged((log) =>
      log.warn('Source failed', { source: 'stap', path: '/a b', n: 3, ok: true, none: undefined, empty: '' }),
    );
    expect(lines).toEqual([
      'time=2020-09-22T09:15:28.123Z level=warn msg="Source failed" source=stap path="/a b" n=3 ok=true empty=""\n',
    ]);
  });

  test('writes JSON', () => {
    const lines = logged((log) => log.info('Started', { port: 19558, error: undefined }), 'json');
    expect(lines).toEqual(['{"time":"2020-09-22T09:15:28.123Z","level":"info","msg":"Started","port":19558}\n']);
  });

  test('leaves out what is below its level', () => {
    const all = (log: Logger): void => {
      log.debug('a');
      log.info('b');
      log.warn('c');
      log.error('d');
    };
    expect(logged(all, 'logfmt', 'debug').length).toBe(4);
    expect(logged(all, 'logfmt', 'warn').length).toBe(2);
    expect(logged(all, 'logfmt', 'error').length).toBe(1);
  });

  test('writes an error as its message and those of its causes', () => {
    const error = new Error('Cannot read "x"', { cause: new Error('EACCES') });
    expect(logged((log) => log.error('Failed', { error }))[0]).toContain('error="Cannot read \\"x\\": EACCES"');
    expect(describeError('text')).toBe('text');
    expect(describeError(undefined)).toBe('');
    const circular = new Error('round');
    circular.cause = circular;
    expect(describeError(circular)).toBe('round: round: round: round: round');
  });

  test('does not let data replace the time, the level or the message', () => {
    const line = logged((log) => log.info('Fixed', { msg: 'forged', level: 'error', time: 'never' }), 'json')[0] ?? '';
    expect(JSON.parse(line)).toEqual({
      time: '2020-09-22T09:15:28.123Z',
      level: 'info',
      msg: 'Fixed',
      'data.msg': 'forged',
      'data.level': 'error',
      'data.time': 'never',
    });
  });

  test.each(['logfmt', 'json'] as const)(
    'writes one printable line per record in %s, whatever foreign text is in it',
    (format) => {
      const text = fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('a\nlevel=error', '\u001b[2J', '\u202e', '"\\', '\ud800', '\u0085'),
      );
      fc.assert(
        fc.property(text, text, text, (message, key, value) => {
          const [line = '', ...more] = logged((log) => log.info(message, { [key]: value }), format);
          expect(more).toEqual([]);
          expect(line.endsWith('\n')).toBe(true);
          expect(escapeUnprintable(line.slice(0, -1))).toBe(line.slice(0, -1));
          if (format === 'json') expect(JSON.parse(line)).toMatchObject({ msg: message });
        }),
      );
    },
  );
});

describe('escapeUnprintable', () => {
  test('leaves text alone and writes out what would not print', () => {
    expect(escapeUnprintable('grüße 😀 "x"')).toBe('grüße 😀 "x"');
    expect(escapeUnprintable('\u001b[31m\u202e\n\u009b')).toBe('\\u001b[31m\\u202e\\u000a\\u009b');
  });
});
