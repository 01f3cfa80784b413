import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxCommandBytes, parseCommandLine } from '../../../src/sources/proc/command-line.ts';

describe('parseCommandLine', () => {
  test.each([
    ['joins arguments by spaces', 'systemctl\0stop\0a.service\0', 'systemctl stop a.service'],
    ['keeps an empty argument', 'sh\0-c\0\0x\0', 'sh -c  x'],
    ['drops what a process title left behind', 'sshd: root@pts/0\0\0\0\0\0', 'sshd: root@pts/0'],
    ['takes a title without an end', 'nginx: master', 'nginx: master'],
    ['finds none in nothing', '', undefined],
    ['finds none in zeros', '\0\0\0', undefined],
  ])('%s', (_, text, expected) => {
    expect(parseCommandLine(Buffer.from(text))).toBe(expected);
  });

  test('leaves out an argument that was cut off', () => {
    const bytes = Buffer.alloc(maxCommandBytes, 'x');
    bytes.write('java\0-jar\0');
    expect(parseCommandLine(bytes)).toBe('java -jar …');
  });

  test('shows nothing of a single endless argument', () => {
    expect(parseCommandLine(Buffer.alloc(maxCommandBytes, 'x'))).toBe(' …');
  });

  test('takes any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(parseCommandLine(Buffer.from(bytes))?.includes('\0') ?? false).toBe(false);
      }),
    );
  });
});
