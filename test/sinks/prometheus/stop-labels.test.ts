import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../../src/model/incident.ts';
import type { Process } from '../../../src/model/process.ts';
import { stopLabels } from '../../../src/sinks/prometheus/stop-labels.ts';
import { sampleIncident } from '../../support/sample-incident.ts';

function labelsOfSender(sender: Process | undefined, endedByItself = false) {
  const { sender: _, ...rest } = sampleIncident().verdict;
  const verdict: Verdict = { ...rest, endedByItself, ...(sender !== undefined && { sender }) };
  const labels = stopLabels({ ...sampleIncident(), verdict });
  return [labels.sender, labels.sender_unit];
}

describe('stopLabels', () => {
  test('of the recorded stop', () => {
    expect(stopLabels(sampleIncident())).toEqual({
      name: 'ovs-vswitchd.service',
      type: 'service',
      cause: 'requested',
      sender: 'systemctl',
      sender_unit: 'session.scope',
    });
  });

  test('the type is that of the unit, the name that of its template', () => {
    const { name, type } = stopLabels(sampleIncident({ incident: { unit: 'getty@tty1.service' } }));
    expect([name, type]).toEqual(['getty@.service', 'service']);
  });

  test.each<[string, Process | undefined, boolean, string[]]>([
    ['nobody, for it ended by itself', undefined, true, ['none', '']],
    ['nobody known', undefined, false, ['unknown', '']],
    ['PID 1', { pid: 1, name: 'init' }, false, ['systemd', 'init.scope']],
    ['PID 1 without its pid', { name: 'systemd' }, false, ['systemd', 'init.scope']],
    ["a user's systemd", { pid: 900, name: 'systemd', unit: 'user@1000.service' }, false, ['systemd', 'user@.service']],
    ['a command whose unit is not known', { pid: 7, name: 'pkill' }, false, ['pkill', '']],
    ['a service', { pid: 7, name: 'apt', unit: 'apt-daily-upgrade.service' }, false, ['apt', 'apt-daily-upgrade.service']],
    ['a transient unit', { pid: 7, name: 'sh', unit: 'run-u12.scope' }, false, ['sh', 'run-*.scope']],
    ['a process without a name', { pid: 7, name: '\u0007' }, false, ['unknown', '']],
    ['a process that calls itself none', { pid: 7, name: 'none' }, false, ['other', '']],
    ['a process that calls itself unknown', { pid: 7, name: 'unknown' }, false, ['other', '']],
  ])('the sender is %s', (_, sender, endedByItself, expected) => {
    expect(labelsOfSender(sender, endedByItself)).toEqual(expected);
  });

  test('no pid and no argument reaches a label', () => {
    const sender = { pid: 4711, name: 'sh', command: 'sh -c secret', unit: 'session-4711.scope', user: 'root' };
    expect(labelsOfSender(sender).join()).not.toMatch(/4711|secret|root/);
  });

  test('labels are short and have nothing that does not print', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const strange = `${text}\u0000\n\u202e\ud800`;
        const incident = sampleIncident({
          incident: { unit: strange },
          verdict: { sender: { pid: 2, name: strange, unit: strange } },
        });
        for (const label of Object.values(stopLabels(incident))) {
          expect(label.length).toBeLessThanOrEqual(128);
          expect(label).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
          expect(label.isWellFormed()).toBe(true);
        }
      }),
    );
  });

  test('a name is cut between characters', () => {
    const { name } = stopLabels(sampleIncident({ incident: { unit: `${'x'.repeat(127)}𝄞.service` } }));
    expect(name).toBe('x'.repeat(127));
  });
});
