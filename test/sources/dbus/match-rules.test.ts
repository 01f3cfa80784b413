import { describe, expect, test } from 'vitest';
import { monitorRules } from '../../../src/sources/dbus/match-rules.ts';
import { stopMethods } from '../../../src/sources/dbus/stop-methods.ts';

describe('monitorRules', () => {
  test('hold every method that can stop something, once, on the objects of its service', () => {
    const calls = monitorRules.filter((rule) => rule.startsWith("type='method_call'"));
    const expected = stopMethods.map(({ interface: name, member }) => {
      const root = name.startsWith('org.freedesktop.login1') ? '/org/freedesktop/login1' : '/org/freedesktop/systemd1';
      return `type='method_call',path_namespace='${root}',member='${member}'`;
    });
    expect(new Set(calls)).toEqual(new Set(expected));
    expect(calls).toHaveLength(new Set(calls).size);
  });

  test('name whose signals and replies they want: everybody may send some', () => {
    const others = monitorRules.filter((rule) => !rule.startsWith("type='method_call'"));
    expect(others.filter((rule) => !rule.includes("sender='org.freedesktop."))).toEqual([]);
  });

  test('want no reply that can carry a file descriptor', () => {
    const returns = monitorRules.filter((rule) => rule.startsWith("type='method_return'"));
    expect(returns.filter((rule) => !/arg[01]path='\/org\/freedesktop\/systemd1\/job\/'/.test(rule))).toEqual([]);
  });
});
