import fc from 'fast-check';
import { causes } from '../../src/model/cause.ts';
import type { Evidence } from '../../src/model/evidence.ts';
import type { Frame } from '../../src/model/frame.ts';
import type { ClassifiedIncident } from '../../src/model/incident.ts';
import type { Process } from '../../src/model/process.ts';
import { sampleIncident } from '../support/sample-incident.ts';

const word = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('systemctl', 'constructor', '__proto__', 'x'.repeat(5000)),
);
const usec = fc.integer({ min: 1_600_766_127_000_000, max: 1_600_766_131_000_000 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<{ value?: T }> =>
  fc.record({ value: arbitrary }, { requiredKeys: [] });
const state = fc.constantFrom(
  'deactivating',
  'inactive',
  'failed',
  'activating',
  'stop-sigterm',
  'final-sigkill',
  'auto-restart',
  'junk',
);

const process: fc.Arbitrary<Process> = fc.record(
  {
    name: word,
    pid: fc.nat(),
    command: word,
    startedAtUsec: fc.oneof(usec, fc.constantFrom(-1, 1e20, 0.5)),
    unit: word,
    traceparent: fc.oneof(word, fc.constant('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')),
  },
  { requiredKeys: ['name'] },
);

const frame: fc.Arbitrary<Frame> = fc.record(
  { function: word, offset: fc.nat(), module: word, reliable: fc.boolean() },
  { requiredKeys: ['reliable'] },
);

const witnessed = { source: fc.constantFrom('dbus', 'stap', 'journal'), raw: word } as const;
const timed = { atUsec: usec } as const;
const unit = fc.constantFrom('ovs-vswitchd.service', 'other.service');

const evidence: fc.Arbitrary<Evidence> = fc.oneof(
  fc.record(
    {
      ...witnessed,
      ...timed,
      kind: fc.constant('unit-state'),
      unit,
      activeState: state,
      subState: state,
      stateChangedAtUsec: usec,
      activeExitedAtUsec: usec,
      inactiveEnteredAtUsec: usec,
    },
    { requiredKeys: ['source', 'raw', 'kind', 'unit'] },
  ),
  fc.record(
    { ...witnessed, ...timed, kind: fc.constant('call-path'), function: word, newState: state, frames: fc.array(frame) },
    { requiredKeys: ['source', 'raw', 'kind', 'frames'] },
  ),
  fc.record(
    { ...witnessed, ...timed, kind: fc.constant('signal'), signal: fc.nat(70), sender: process, target: process },
    { requiredKeys: ['source', 'raw', 'kind', 'signal', 'sender', 'target'] },
  ),
  fc.record(
    { ...witnessed, ...timed, kind: fc.constant('request'), action: fc.constantFrom('stop', 'kill'), sender: process },
    { requiredKeys: ['source', 'raw', 'kind', 'action'] },
  ),
) as fc.Arbitrary<Evidence>;

/** Any incident the types allow: any ancestry, any frames, missing times, an end before the beginning. */
export const randomIncident: fc.Arbitrary<ClassifiedIncident> = fc
  .record({
    cause: fc.constantFrom(...causes),
    sender: maybe(process),
    ancestry: fc.array(process, { maxLength: 40 }),
    callPath: fc.array(frame, { maxLength: 60 }),
    evidence: fc.array(evidence, { maxLength: 150 }),
    endedAtUsec: maybe(usec),
    occurredAtUsec: usec,
    summary: word,
    unit: word,
    details: fc.dictionary(word, fc.oneof(word, fc.integer(), fc.boolean()), { maxKeys: 60 }),
    conflicts: fc.array(word),
  })
  .map(({ sender, endedAtUsec, occurredAtUsec, evidence: seen, unit: name, ...verdict }) => {
    const { incident, verdict: sample } = sampleIncident();
    const { endedAtUsec: _end, ...rest } = incident;
    const { sender: _sender, ...others } = sample;
    return {
      incident: {
        ...rest,
        occurredAtUsec,
        evidence: seen,
        unit: name,
        ...(endedAtUsec.value !== undefined && { endedAtUsec: endedAtUsec.value }),
      },
      verdict: { ...others, ...verdict, ...(sender.value !== undefined && { sender: sender.value }) },
    };
  });
