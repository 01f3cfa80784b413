import { constants } from 'node:os';
import { describe, expect, test } from 'vitest';
import { signalName } from '../../src/model/signal-names.ts';

describe('signalName', () => {
  test.runIf(process.arch === 'x64' || process.arch === 'arm64').each(Object.entries(constants.signals))(
    'knows %s',
    (name, number) => {
      const aliases: Record<string, string> = { SIGIOT: 'SIGABRT', SIGPOLL: 'SIGIO', SIGUNUSED: 'SIGSYS' };
      expect(signalName(number)).toBe(aliases[name] ?? name);
    },
  );

  test('names real-time signals by their distance from SIGRTMIN, and others by number', () => {
    expect(signalName(34)).toBe('SIGRTMIN+0');
    expect(signalName(37)).toBe('SIGRTMIN+3');
    expect(signalName(65)).toBe('signal 65');
    expect(signalName(0)).toBe('signal 0');
    expect(signalName(-1)).toBe('signal -1');
  });
});
