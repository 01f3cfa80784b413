import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SignalSent } from '../../src/model/evidence.ts';
import type { ClassifiedIncident } from '../../src/model/incident.ts';
import { isSpanId, spanIdOf } from '../../src/trace/ids.ts';
import { planSpans } from '../../src/trace/plan-spans.ts';
import type { PlannedSpan } from '../../src/trace/planned-span.ts';
import { sampleFrames, sampleIncident, sampleRequest } from '../support/sample-incident.ts';
import { randomIncident } from './random-incident.ts';

const stopUsec = 1_600_766_128_000_000;
const endUsec = 1_600_766_129_500_000;

function root(classified: ClassifiedIncident): PlannedSpan {
  return planSpans(classified)[0] as PlannedSpan;
}

function named(spans: readonly PlannedSpan[], name: string): PlannedSpan {
  const span = spans.find((candidate) => candidate.name === name);
  if (span === undefined) throw new Error(`No span "${name}" in ${spans.map((each) => each.name).join(', ')}`);
  return span;
}

/** Each span's name below its parent's, as a reader of Jaeger sees them. */
function drawn(spans: readonly PlannedSpan[]): readonly string[] {
  const depthOf = new Map<string | undefined, number>([[undefined, -1]]);
  return spans.map(({ spanId, parentSpanId, name }) => {
    const depth = (depthOf.get(parentSpanId) ?? Number.NaN) + 1;
    depthOf.set(spanId, depth);
    return `${'  '.repeat(depth)}${name}`;
  });
}

describe('planSpans', () => {
  test('draws the recorded stop as DESIGN has it', () => {
    expect(drawn(planSpans(sampleIncident()))).toEqual([
      'stop ovs-vswitchd.service',
      '  requested by systemctl',
      '    sshd',
      '      sshd',
      '        bash',
      '          systemctl',
      '  systemd call path',
      '    main',
      '      manager_loop',
      '        sd_event_dispatch',
      '          source_dispatch',
      '            manager_dispatch_run_queue',
      '              job_run_and_invalidate',
      '                job_perform_on_unit',
      '                  service_stop',
      '                    service_enter_stop',
      '  deactivating (stop)',
    ]);
  });

  test('gives the root the real interval and the state its real duration', () => {
    const spans = planSpans(sampleIncident());
    expect(named(spans, 'stop ovs-vswitchd.service')).toMatchObject({ startUsec: stopUsec, endUsec });
    // service_enter_stop is the beginning of deactivating; D-Bus tells the sub-state 100 ms later.
    expect(named(spans, 'deactivating (stop)')).toMatchObject({ startUsec: stopUsec, endUsec });
  });

  test('draws the ancestry in microseconds at the instant of the stop, whenever its processes were born', () => {
    const born = 1_500_000_000_000_000;
    const ancestry = [
      { name: 'sshd', pid: 1, startedAtUsec: born },
      { name: 'systemctl', pid: 11733 },
    ];
    const sshd = named(planSpans(sampleIncident({ verdict: { ancestry } })), 'sshd');
    expect(sshd).toMatchObject({ startUsec: stopUsec + 1, endUsec: stopUsec + 3 });
    expect(sshd.attributes['process.creation.time']).toBe('2017-07-14T02:40:00.000000Z');
  });

  test('names each process by the semantic conventions', () => {
    expect(named(planSpans(sampleIncident()), 'systemctl').attributes).toEqual({
      'process.pid': 11733,
      'process.parent_pid': 3265,
      'process.executable.name': 'systemctl',
      'process.command_args': ['systemctl', 'stop', 'ovs-vswitchd'],
      'process.user.name': 'root',
      'systemd.process.unit': 'session-2.scope',
    });
  });

  test('shows the sender alone where nothing is known of its parents', () => {
    const spans = planSpans(sampleIncident({ verdict: { ancestry: [], callPath: [] } }));
    expect(drawn(spans)).toEqual([
      'stop ovs-vswitchd.service',
      '  requested by systemctl',
      '    systemctl',
      '  deactivating (stop)',
    ]);
  });

  test('shows no request where no sender is known', () => {
    const { incident, verdict } = sampleIncident();
    const { sender: _, ...unknown } = verdict;
    const roles = planSpans({ incident, verdict: unknown }).map(({ role }) => role);
    expect(roles).not.toContain('request');
    expect(roles).not.toContain('process');
  });

  test('begins the request when its witness saw it', () => {
    const request = { ...sampleRequest, atUsec: stopUsec + 500, sender: { name: 'systemctl', pid: 11733 } };
    const { incident, verdict } = sampleIncident();
    const spans = planSpans({ incident: { ...incident, evidence: [...incident.evidence, request] }, verdict });
    expect(named(spans, 'requested by systemctl').startUsec).toBe(stopUsec + 500);
  });

  test('marks a frame of a stripped library, and names a frame without a symbol by its place', () => {
    const module = '/usr/lib/systemd/libsystemd-core-262.so';
    const callPath = [
      { function: 'service_release_socket_fd', offset: 0x7f0c, module, reliable: false },
      { offset: 0x369eed, module, reliable: true },
    ];
    const spans = planSpans(sampleIncident({ verdict: { callPath } }));
    expect(named(spans, 'service_release_socket_fd+0x7f0c?').attributes).toMatchObject({
      'systemd.frame.reliable': false,
      'code.function.name': 'service_release_socket_fd',
      'code.file.path': module,
    });
    expect(named(spans, 'libsystemd-core-262.so+0x369eed').attributes).not.toHaveProperty('code.function.name');
  });

  test('folds the middle of a long ancestry and keeps both ends', () => {
    const ancestry = Array.from({ length: 19 }, (_, index) => ({ name: `p${index}`, pid: index }));
    const spans = planSpans(sampleIncident({ verdict: { ancestry, sender: { name: 'p18', pid: 18 } } }));
    const names = spans.filter(({ role }) => role === 'process').map(({ name }) => name);
    expect(names).toEqual(['p0', 'p1', 'p2', 'p3', '… 7 more', 'p11', 'p12', 'p13', 'p14', 'p15', 'p16', 'p17', 'p18']);
    expect(named(spans, '… 7 more').attributes['systemd.folded.names']).toEqual(['p4', 'p5', 'p6', 'p7', 'p8', 'p9', 'p10']);
  });

  test.each([
    ['signal', 'signal SIGKILL by pkill'],
    ['core-dump', 'signal SIGKILL by pkill'],
    ['exited', 'signal SIGKILL by pkill'],
    ['requested', 'requested by pkill'],
    ['cgroup-empty', 'cgroup emptied by pkill'],
    ['timeout', 'timeout enforced by pkill'],
  ] as const)('says of %s what the sender did: %s', (cause, name) => {
    const sender = { name: 'pkill', pid: 4242 };
    const kill: SignalSent = { kind: 'signal', source: 'stap', signal: 9, sender, target: { name: 'ovs-vswitchd' }, raw: '' };
    const sample = sampleIncident({ verdict: { cause, sender, ancestry: [] }, incident: { evidence: [kill] } });
    expect(planSpans(sample)[1]?.name).toBe(name);
  });

  test('does not say that systemd emptied a cgroup which it found empty', () => {
    const sender = { name: 'systemd' };
    expect(planSpans(sampleIncident({ verdict: { cause: 'cgroup-empty', sender, ancestry: [] } }))[1]?.name).toBe(
      'cgroup found empty by systemd',
    );
  });

  test.each([
    ['requested', undefined],
    ['dependency', undefined],
    ['shutdown', undefined],
    ['exited', undefined],
    ['notify-stopping', undefined],
    ['signal', 'why'],
    ['cgroup-empty', 'why'],
    ['watchdog', 'why'],
    ['unknown', 'why'],
  ] as const)('is an error only where the cause is not an orderly one: %s', (cause, message) => {
    const span = root(sampleIncident({ verdict: { cause, summary: 'why' } }));
    expect(span.errorMessage).toBe(message);
    expect(span.attributes['systemd.stop.summary']).toBe('why');
    expect(span.events[0]).toMatchObject({ name: 'verdict', attributes: { 'systemd.stop.summary': 'why' } });
  });

  test('puts what a search asks for on the root', () => {
    const details = { 'cgroup_empty.by': 'migration', cause: 'forged' };
    const sample = sampleIncident({
      verdict: { details, exit: { code: 'killed', status: 9 } },
      incident: { invocationId: 'abc' },
    });
    expect(root(sample).attributes).toMatchObject({
      'systemd.unit.name': 'ovs-vswitchd.service',
      'systemd.unit.result': 'success',
      'systemd.unit.invocation_id': 'abc',
      'systemd.stop.cause': 'requested',
      'systemd.stop.attribution': 'proven',
      'systemd.stop.rule': 'call-path',
      'systemd.stop.phase': 'running',
      'systemd.stop.sender': 'systemctl',
      'systemd.stop.cgroup_empty.by': 'migration',
      'systemd.stop.exit_status': 9,
    });
  });

  test('names the job of the stop', () => {
    const job = { source: 'dbus', raw: '', jobId: 77, unit: 'ovs-vswitchd.service', atUsec: stopUsec } as const;
    const evidence = [
      { ...job, kind: 'job-added', jobType: 'stop' } as const,
      { ...job, kind: 'job-removed', result: 'done' } as const,
    ];
    expect(root(sampleIncident({ incident: { evidence } })).attributes).toMatchObject({
      'systemd.job.id': 77,
      'systemd.job.type': 'stop',
      'systemd.job.result': 'done',
    });
  });

  test("links to the sender's trace, where its environment has a valid one", () => {
    const link = (traceparent: string) =>
      root(sampleIncident({ verdict: { sender: { name: 'ci', traceparent }, ancestry: [] } })).links;
    expect(link('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')).toEqual([
      { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', reason: 'TRACEPARENT of ci' },
    ]);
    expect(link('00-00000000000000000000000000000000-b7ad6b7169203331-01')).toEqual([]);
    expect(link('00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01')).toEqual([]);
    expect(link('ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')).toEqual([]);
    expect(link('rubbish')).toEqual([]);
  });

  test('links to the root span of the stop that pulled this one in', () => {
    const traceId = 'f'.repeat(32);
    const other = sampleIncident({ incident: { traceId, unit: 'other.service' } });
    const span = root(sampleIncident({ verdict: { cause: 'dependency', triggeredBy: { unit: 'other.service', traceId } } }));
    expect(span.links).toEqual([{ traceId, spanId: root(other).spanId, reason: 'pulled in by the stop of other.service' }]);
    expect(span.links[0]?.spanId).toBe(spanIdOf(traceId, 'stop'));
    expect(span.attributes['systemd.stop.triggered_by']).toBe('other.service');
  });

  test('tells what the witnesses saw in the order of time', () => {
    const names = root(sampleIncident()).events.map(({ name }) => name);
    expect(names).toEqual(['verdict', 'service_enter_stop()', 'deactivating (stop)', 'inactive (dead)']);
  });

  test('draws an event outside the stop at its edge and keeps the witness’s time', () => {
    const events = root(sampleIncident({ incident: { related: [sampleRequest] } })).events;
    const request = events.find(({ name }) => name === 'StopUnit by :1.99');
    const at = { atUsec: stopUsec, seenAtUsec: stopUsec - 10_000 };
    expect(request).toMatchObject({ ...at, attributes: { 'systemd.evidence.at': '2020-09-22T09:15:27.990000Z' } });
  });

  test('keeps the order of what happened before the stop', () => {
    const before = [1, 2, 3].map((ms) => ({ ...sampleRequest, method: `m${ms}`, atUsec: stopUsec - ms * 1000 }));
    const names = root(sampleIncident({ incident: { evidence: before } })).events.map(({ name }) => name);
    expect(names).toEqual(['verdict', 'm3 by :1.99', 'm2 by :1.99', 'm1 by :1.99']);
  });

  test('says of an event without a time that it has none', () => {
    const { atUsec: _, ...untimed } = sampleRequest;
    const events = root(sampleIncident({ incident: { evidence: [untimed] } })).events;
    expect(events[1]?.attributes['systemd.evidence.untimed']).toBe(true);
  });

  test('keeps beginning and end of a long story', () => {
    const evidence = Array.from({ length: 500 }, (_, index) => ({
      ...sampleRequest,
      method: `m${index}`,
      atUsec: stopUsec + index,
    }));
    const names = root(sampleIncident({ incident: { evidence } })).events.map(({ name }) => name);
    expect(names).toHaveLength(100);
    expect(names).toContain('m0 by :1.99');
    expect(names).toContain('… 402 more');
    expect(names.at(-1)).toBe('m499 by :1.99');
  });

  test('ends with the last thing seen where nobody saw the end', () => {
    const { incident, verdict } = sampleIncident();
    const { endedAtUsec: _, ...open } = incident;
    expect(root({ incident: open, verdict })).toMatchObject({ endUsec, attributes: { 'systemd.stop.end_seen': false } });
  });

  test('is at least a microsecond long where nothing is known of the stop but its time', () => {
    const { sender: _, ...unknown } = sampleIncident({ verdict: { ancestry: [], callPath: [] } }).verdict;
    const { incident } = sampleIncident({ incident: { evidence: [], endedAtUsec: stopUsec } });
    const spans = planSpans({ incident, verdict: unknown });
    expect(spans.map(({ startUsec, endUsec: end, seenUsec }) => [startUsec, end, seenUsec])).toEqual([
      [stopUsec, stopUsec + 1, 0],
    ]);
  });

  test('tells how long the stop took apart from how long it is drawn', () => {
    expect(root(sampleIncident()).seenUsec).toBe(1_500_000);
    expect(root(sampleIncident({ incident: { endedAtUsec: stopUsec + 5 } }))).toMatchObject({
      endUsec: stopUsec + 15,
      seenUsec: 5,
    });
    expect(root(sampleIncident({ incident: { timeBasis: 'after' } })).seenUsec).toBeUndefined();
  });

  test('puts the call path after the request where both have the same instant', () => {
    const spans = planSpans(sampleIncident({ verdict: { callPath: sampleFrames.slice(0, 1) } }));
    expect(named(spans, 'systemd call path').startUsec).toBe(named(spans, 'requested by systemctl').endUsec);
  });

  test('is a tree within its bounds for any incident', () => {
    fc.assert(
      fc.property(randomIncident, (classified) => {
        const spans = planSpans(classified);
        expectTree(spans);
        expect(spans.length).toBeLessThanOrEqual(60);
        expect(root(classified).startUsec).toBe(classified.incident.occurredAtUsec);
        expect(JSON.parse(JSON.stringify(spans))).toEqual(JSON.parse(JSON.stringify(planSpans(classified))));
        for (const { events, name } of spans) {
          expect(events.length).toBeLessThanOrEqual(101);
          expect(name.isWellFormed()).toBe(true);
          expect(name.length).toBeLessThanOrEqual(120);
        }
      }),
      { numRuns: 300 },
    );
  });
});

function expectTree(spans: readonly PlannedSpan[]): void {
  const seen = new Map<string, { span: PlannedSpan; depth: number }>();
  for (const [index, span] of spans.entries()) {
    expect(isSpanId(span.spanId)).toBe(true);
    expect(seen.has(span.spanId)).toBe(false);
    expect(span.endUsec - span.startUsec).toBeGreaterThanOrEqual(1);
    expect(span.seenUsec ?? 0).toBeLessThanOrEqual(span.endUsec - span.startUsec);
    const parent = span.parentSpanId === undefined ? undefined : seen.get(span.parentSpanId);
    expect(parent === undefined).toBe(index === 0);
    if (parent !== undefined) {
      expect(span.startUsec).toBeGreaterThanOrEqual(parent.span.startUsec);
      expect(span.endUsec).toBeLessThanOrEqual(parent.span.endUsec);
    }
    for (const { atUsec } of span.events) {
      expect(atUsec).toBeGreaterThanOrEqual(span.startUsec);
      expect(atUsec).toBeLessThanOrEqual(span.endUsec);
    }
    const depth = (parent?.depth ?? 0) + 1;
    expect(depth).toBeLessThanOrEqual(15);
    seen.set(span.spanId, { span, depth });
  }
}
