import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { followManager } from '../../../src/sources/dbus/manager-presence.ts';

const ownerChanged = (name: string, owner: string, sender = 'org.freedesktop.DBus') =>
  ({ type: 'signal', sender, member: 'NameOwnerChanged', body: [name, '', owner] }) as const;

function presence() {
  const seen: string[] = [];
  const one = followManager({ maxAbsenceMs: 100, onPresent: (owner) => seen.push(owner), onAbsent: () => seen.push('absent') });
  onTestFinished(one.stop);
  return { one, seen };
}

describe('followManager()', () => {
  test('follows the owner of the name, and no other name or messenger', () => {
    const { one, seen } = presence();
    one.begin(':1.0');
    one.follow(ownerChanged('org.freedesktop.systemd1', ''));
    one.follow(ownerChanged('org.freedesktop.login1', ':1.9'));
    one.follow(ownerChanged('org.freedesktop.systemd1', ':1.9', ':1.8'));
    expect(one.isPresent).toBe(false);
    one.follow(ownerChanged('org.freedesktop.systemd1', ':1.4'));
    expect(seen).toEqual([':1.0', 'absent', ':1.4']);
    expect(one.isPresent).toBe(true);
  });

  test('does not believe an older answer, and tells nothing before the beginning', () => {
    const { one, seen } = presence();
    one.follow(ownerChanged('org.freedesktop.systemd1', ':1.4'));
    expect(seen).toEqual([]);
    one.begin(':1.0');
    expect(seen).toEqual([':1.4']);
    const { one: other, seen: seenByOther } = presence();
    other.follow(ownerChanged('org.freedesktop.systemd1', ''));
    other.begin(':1.0');
    expect(seenByOther).toEqual(['absent']);
  });

  test('is lost after too long an absence, not after a short one', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { one } = presence();
    let isLost = false;
    one.lost.catch(() => {
      isLost = true;
    });
    one.begin(undefined);
    await vi.advanceTimersByTimeAsync(99);
    one.follow(ownerChanged('org.freedesktop.systemd1', ':1.4'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(isLost).toBe(false);
    one.follow(ownerChanged('org.freedesktop.systemd1', ''));
    await vi.advanceTimersByTimeAsync(100);
    expect(isLost).toBe(true);
  });
});
