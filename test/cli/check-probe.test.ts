import { describe, expect, test } from 'vitest';
import { checkTracefs } from '../../src/cli/check-probe.ts';
import { type ProbeStatus, sights } from '../../src/probe/probe-status.ts';

const everything = Object.fromEntries(sights.map((sight) => [sight, true])) as ProbeStatus['sees'];

function status(more: Partial<ProbeStatus> = {}): () => Promise<ProbeStatus> {
  const systemd = { module: '/lib/libsystemd-core-252.so', version: 252, table: 'build-id' as const };
  return async () => ({ systemd, selfCheck: 'unverified', sees: everything, problems: [], ...more });
}

describe('checkTracefs()', () => {
  test('says what the probe would see', async () => {
    expect(await checkTracefs(true, status())).toEqual({
      source: 'probe',
      sees: 'all',
      text: "would see root's systemctl, why PID 1 stops a service, what pulled in a stop, who killed, whom the kernel killed for memory, who emptied a cgroup in systemd 252 (table by build-id)",
    });
  });

  test('says what it would not see, why, and what to do about it', async () => {
    const sees = { ...everything, callers: false, 'call-paths': false, dependencies: false };
    const finding = await checkTracefs(true, status({ sees, problems: ['systemd 249 is not in the table of structures'] }));
    expect(finding.sees).toBe('part');
    expect(finding.text).toMatch(/but not root's systemctl, .*: systemd 249 is not in the table/);
    expect(finding.remedy).toContain('struct-offsets.ts');
  });

  test('says so where there is no tracefs', async () => {
    const finding = await checkTracefs(true, async () => Promise.reject(new Error('No tracefs at "/sys/kernel/tracing"')));
    expect(finding).toMatchObject({
      sees: 'part',
      text: 'No tracefs at "/sys/kernel/tracing"',
      remedy: expect.stringMatching(/^mount /),
    });
  });

  test('leaves it to root', async () => {
    expect(await checkTracefs(false, status())).toMatchObject({ sees: 'part', remedy: 'sudo systemd-stop-exporter check' });
  });
});
