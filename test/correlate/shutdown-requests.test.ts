import { expect, test } from 'vitest';
import { createBystanders } from '../../src/correlate/bystanders.ts';
import { shutdownRequests } from '../../src/correlate/shutdown-requests.ts';
import type { Evidence, StopRequest } from '../../src/model/evidence.ts';
import { request, t0 } from '../support/evidence.ts';

const systemctl = { name: 'systemctl', pid: 79 };
const ancestry = [{ name: 'systemd', pid: 1 }, systemctl];
const reboot: StopRequest = {
  kind: 'request',
  source: 'dbus',
  atUsec: t0,
  action: 'shutdown',
  method: 'Reboot',
  busName: ':1.9',
  serial: 4,
  raw: 'Reboot',
};
const target = request(10, { unit: 'reboot.target', action: 'start', busName: ':1.1', jobId: 84 });

function keptAfter(...evidence: readonly Evidence[]): readonly StopRequest[] {
  const bystanders = createBystanders();
  for (const one of evidence) bystanders.accept(one, 0);
  return shutdownRequests(bystanders);
}

test('tells who asked without names and numbers that mean something else at the next boot', () => {
  const peer = { kind: 'bus-peer', source: 'dbus', atUsec: t0, busName: ':1.9', process: systemctl, ancestry, raw: '' } as const;
  const { busName: _busName, serial: _serial, ...asked } = reboot;
  const { busName: _name, jobId: _jobId, ...started } = target;
  expect(keptAfter(reboot, peer, request(5, { sender: systemctl }), target)).toEqual([
    { ...asked, sender: systemctl, ancestry },
    started,
  ]);
});

test('leaves out who was refused, and tells of one who tried again and again no more than of the last times', () => {
  expect(keptAfter(reboot, { ...reboot, refused: 'AccessDenied' })).toEqual([]);
  const kept = keptAfter(...Array.from({ length: 100 }, (_, index) => ({ ...reboot, serial: index + 1, raw: `${index}` })));
  expect(kept.map(({ raw }) => raw)).toEqual(Array.from({ length: 32 }, (_, index) => `${index + 68}`));
});
