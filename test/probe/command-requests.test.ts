import { describe, expect, test } from 'vitest';
import { requestOfConnection, requestsOfCommand } from '../../src/probe/command-requests.ts';
import type { Person } from '../../src/probe/people.ts';

function person(name: string, command: string, uid = 0): Person {
  const sender = { pid: 7, name, command, uid };
  return { sender, ancestry: [sender] };
}

describe('requestsOfCommand()', () => {
  test("is what root's systemctl is about to ask for, one for each unit", () => {
    const requests = requestsOfCommand(person('systemctl', 'systemctl stop a.service b'), 5);
    expect(requests).toMatchObject([
      { kind: 'request', atUsec: 5, action: 'stop', unit: 'a.service', sender: { pid: 7 } },
      { action: 'stop', unit: 'b.service' },
    ]);
  });

  test.each([
    ['somebody else than root: he has to go over the bus', person('systemctl', 'systemctl stop a.service', 1000)],
    ['a command that stops nothing', person('systemctl', 'systemctl status a.service')],
  ])('is nothing of %s', (_, who) => {
    expect(requestsOfCommand(who, 5)).toEqual([]);
  });
});

describe('requestOfConnection()', () => {
  test('is somebody who asks for something', () => {
    expect(requestOfConnection(person('cluster-agent', 'cluster-agent'), 5)).toMatchObject({
      action: 'other',
      sender: { name: 'cluster-agent' },
    });
  });

  test('is nothing of systemctl, whose command line tells more', () => {
    expect(requestOfConnection(person('systemctl', 'systemctl status a.service'), 5)).toBeUndefined();
  });
});
