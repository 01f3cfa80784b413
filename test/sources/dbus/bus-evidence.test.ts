import { describe, expect, test } from 'vitest';
import { createBusTranslator } from '../../../src/sources/dbus/bus-evidence.ts';
import type { BusMessage } from '../../../src/sources/dbus/bus-message.ts';
import { only } from './reading.ts';

const manager = 'org.freedesktop.systemd1.Manager';
const root = '/org/freedesktop/systemd1';
const nginx = `${root}/unit/nginx_2eservice`;

function call(member: string, body: readonly unknown[], rest: Partial<BusMessage> = {}): BusMessage {
  return {
    type: 'method-call',
    sender: ':1.7',
    destination: 'org.freedesktop.systemd1',
    path: root,
    interface: manager,
    member,
    serial: 9,
    atUsec: 5,
    body,
    ...rest,
  };
}

function changed(properties: Readonly<Record<string, unknown>>, rest: Partial<BusMessage> = {}): BusMessage {
  return {
    type: 'signal',
    sender: ':1.0',
    path: nginx,
    interface: 'org.freedesktop.DBus.Properties',
    member: 'PropertiesChanged',
    atUsec: 5,
    body: ['org.freedesktop.systemd1.Unit', new Map(Object.entries(properties)), []],
    ...rest,
  };
}

function withoutInterface({ interface: _, ...message }: BusMessage): BusMessage {
  return message;
}

const error: BusMessage = {
  type: 'error',
  sender: ':1.0',
  destination: ':1.7',
  replySerial: 9,
  errorName: 'a.b.Denied',
  body: ['no'],
};

const translate = (...messages: readonly BusMessage[]) => {
  const translator = createBusTranslator();
  return messages.flatMap((message) => translator.translate(message));
};

describe('createBusTranslator with method calls', () => {
  test.each<[string, BusMessage, object]>([
    ['StopUnit', call('StopUnit', ['nginx.service', 'replace']), { unit: 'nginx.service', action: 'stop', mode: 'replace' }],
    ['RestartUnit', call('RestartUnit', ['a.service', 'fail']), { unit: 'a.service', action: 'restart', mode: 'fail' }],
    ['isolate', call('StartUnit', ['rescue.target', 'isolate']), { unit: 'rescue.target', action: 'start', mode: 'isolate' }],
    [
      'StartUnitReplace',
      call('StartUnitReplace', ['a.service', 'b.service', 'fail']),
      { unit: 'b.service', action: 'start', mode: 'fail' },
    ],
    [
      'StartTransientUnit',
      call('StartTransientUnit', ['run-1.scope', 'fail', []]),
      { unit: 'run-1.scope', action: 'start-transient' },
    ],
    [
      'EnqueueUnitJob',
      call('EnqueueUnitJob', ['a.service', 'try-restart', 'replace']),
      { action: 'try-restart', mode: 'replace' },
    ],
    ['EnqueueUnitJob of an unknown type', call('EnqueueUnitJob', ['a.service', 'verify-active', 'replace']), { action: 'other' }],
    ['KillUnit', call('KillUnit', ['a.service', 'all', 15]), { unit: 'a.service', action: 'kill' }],
    ['QueueSignalUnit', call('QueueSignalUnit', ['a.service', 'main', 15, 0]), { unit: 'a.service', action: 'kill' }],
    [
      'Unit.Stop',
      call('Stop', ['replace'], { path: nginx, interface: `${root.slice(1).replaceAll('/', '.')}.Unit` }),
      { unit: 'nginx.service', action: 'stop', mode: 'replace' },
    ],
    [
      'Unit.Stop without interface',
      withoutInterface(call('Stop', ['fail'], { path: nginx })),
      { unit: 'nginx.service', action: 'stop', mode: 'fail' },
    ],
    [
      'Job.Cancel',
      call('Cancel', [], { path: `${root}/job/77`, interface: 'org.freedesktop.systemd1.Job' }),
      { action: 'cancel', jobId: 77 },
    ],
    ['CancelJob', call('CancelJob', [77]), { action: 'cancel', jobId: 77 }],
    ['PowerOff', call('PowerOff', []), { action: 'shutdown', method: 'PowerOff' }],
    ['Reexecute', call('Reexecute', []), { action: 'manager-reload' }],
    [
      'logind PowerOff',
      call('PowerOff', [true], {
        destination: 'org.freedesktop.login1',
        path: '/org/freedesktop/login1',
        interface: 'org.freedesktop.login1.Manager',
      }),
      { action: 'shutdown', method: 'PowerOff' },
    ],
  ])('reads %s', (_, message, expected) => {
    expect(only(translate(message))).toMatchObject({
      kind: 'request',
      source: 'dbus',
      atUsec: 5,
      busName: ':1.7',
      serial: 9,
      ...expected,
    });
  });

  test('makes one request for each unit of EnqueueUnitJobMany, and finds the job of each', () => {
    const reply: BusMessage = {
      type: 'method-return',
      sender: ':1.0',
      destination: ':1.7',
      replySerial: 9,
      body: [
        [
          [12, `${root}/job/12`, 'b.service', '/', 'stop'],
          [11, `${root}/job/11`, 'a.service', '/', 'stop'],
        ],
      ],
    };
    const requests = translate(call('EnqueueUnitJobMany', [['a.service', 'b.service'], 'stop', 'replace', 0]), reply);
    expect(requests).toMatchObject([
      { unit: 'a.service', action: 'stop', mode: 'replace' },
      { unit: 'b.service', action: 'stop', mode: 'replace' },
      { unit: 'a.service', jobId: 11 },
      { unit: 'b.service', jobId: 12 },
    ]);
  });

  test('reads the job in the reply of EnqueueUnitJob', () => {
    const reply: BusMessage = {
      type: 'method-return',
      sender: ':1.0',
      destination: ':1.7',
      replySerial: 9,
      body: [12, `${root}/job/12`, 'a.service'],
    };
    expect(translate(call('EnqueueUnitJob', ['a.service', 'stop', 'replace']), reply)[1]).toMatchObject({
      jobId: 12,
      unit: 'a.service',
    });
  });

  test.each<[string, BusMessage]>([
    ['a method that stops nothing', call('GetUnit', ['nginx.service'])],
    ['a call to another service', call('StopUnit', ['nginx.service', 'replace'], { destination: 'org.example.Other' })],
    ['another interface', call('StopUnit', ['nginx.service', 'replace'], { interface: 'org.example.Manager' })],
    ['arguments that are no unit', call('StopUnit', [7, 'replace'])],
    ['no arguments', call('StopUnit', [])],
    ['a unit name longer than systemd allows', call('StopUnit', ['x'.repeat(300), 'replace'])],
    ['Unit.Stop of no unit', call('Stop', ['replace'], { path: '/', interface: 'org.freedesktop.systemd1.Unit' })],
    ['no units at all', call('EnqueueUnitJobMany', [[], 'stop', 'replace', 0])],
  ])('makes no request of %s', (_, message) => {
    expect(translate(message)).toEqual([]);
  });

  test('shows a request again where it is refused, once', () => {
    const requests = translate(call('StopUnit', ['nginx.service', 'replace']), error, error);
    expect(requests).toHaveLength(2);
    expect(requests[1]).toMatchObject({
      ...requests[0],
      refused: 'a.b.Denied',
      raw: expect.stringContaining('error_name=a.b.Denied'),
    });
  });

  test('does not take the reply to another call, or to another caller, for its own', () => {
    const stop = call('StopUnit', ['nginx.service', 'replace']);
    expect(translate(stop, { ...error, replySerial: 10 }, { ...error, destination: ':1.8' })).toHaveLength(1);
    expect(translate(error, stop)).toHaveLength(1);
  });

  test('forgets calls that nobody answers', () => {
    const translator = createBusTranslator();
    for (let serial = 1; serial <= 5000; serial++) translator.translate(call('StopUnit', ['a.service', 'fail'], { serial }));
    expect(translator.translate({ ...error, replySerial: 1 })).toEqual([]);
    expect(translator.translate({ ...error, replySerial: 5000 })).toHaveLength(1);
  });

  test('hides secrets in the arguments', () => {
    const body = ['run-1.service', 'fail', [['Environment', ['API_TOKEN=abcdef']]]];
    expect(only(translate(call('StartTransientUnit', body))).raw).not.toContain('abcdef');
  });
});

describe('createBusTranslator with signals', () => {
  test('reads the state of a unit', () => {
    const properties = {
      ActiveState: 'failed',
      SubState: 'failed',
      Job: [0, '/'],
      StateChangeTimestamp: 7,
      ActiveExitTimestamp: 6,
      InactiveEnterTimestamp: 0,
      ConditionResult: false,
      InvocationID: Array.from({ length: 16 }, (_, index) => index * 17),
      Id: 'not looked at',
    };
    expect(only(translate(changed(properties)))).toEqual({
      kind: 'unit-state',
      source: 'dbus',
      atUsec: 5,
      unit: 'nginx.service',
      activeState: 'failed',
      subState: 'failed',
      jobId: 0,
      stateChangedAtUsec: 7,
      activeExitedAtUsec: 6,
      conditionResult: false,
      invocationId: '00112233445566778899aabbccddeeff',
      busName: ':1.0',
      raw: expect.not.stringContaining('not looked at'),
    });
  });

  test('reads the state of a service', () => {
    const properties = new Map<string, unknown>([
      ['MainPID', 7],
      ['ControlPID', 0],
      ['Result', 'signal'],
      ['ExecMainPID', 7],
      ['ExecMainCode', 2],
      ['ExecMainStatus', 9],
      ['NRestarts', 3],
      ['StatusText', 'connected with password=hunter2'],
    ]);
    const state = only(translate(changed({}, { body: ['org.freedesktop.systemd1.Service', properties, []] })));
    expect(state).toMatchObject({
      kind: 'service-state',
      unit: 'nginx.service',
      mainPid: 7,
      controlPid: 0,
      result: 'signal',
      execMainPid: 7,
      execMainCode: 2,
      execMainStatus: 9,
      restarts: 3,
      statusText: 'connected with password=***',
      busName: ':1.0',
    });
    expect(state.raw).not.toContain('hunter2');
  });

  test.each<[string, BusMessage]>([
    ['a change of nothing we read', changed({ Description: 'x' })],
    ['a change of another object', changed({ ActiveState: 'failed' }, { path: `${root}/job/7` })],
    ['a change of another interface', changed({}, { body: ['org.freedesktop.systemd1.Socket', new Map([['Result', 'x']]), []] })],
    [
      'values of the wrong type',
      changed({ ActiveState: 7, SubState: '', Job: 'x', StateChangeTimestamp: 2 ** 60, InvocationID: [1] }),
    ],
    ['a change without a body', changed({}, { body: [] })],
    ['a signal of the same name', changed({ ActiveState: 'failed' }, { interface: 'org.example.Properties' })],
    ['JobNew without a unit', { ...changed({}), interface: manager, member: 'JobNew', body: [7, '/'] }],
    ['JobRemoved without a result', { ...changed({}), interface: manager, member: 'JobRemoved', body: [7, '/', 'a.service'] }],
    ['UnitRemoved without a unit', { ...changed({}), interface: manager, member: 'UnitRemoved', body: [] }],
    ['UnitNew', { ...changed({}), interface: manager, member: 'UnitNew', body: ['a.service', '/'] }],
  ])('makes nothing of %s', (_, message) => {
    expect(translate(message)).toEqual([]);
  });

  test('reads the signals of the manager', () => {
    const signal = (member: string, body: readonly unknown[]): BusMessage => ({
      ...changed({}),
      path: root,
      interface: manager,
      member,
      body,
    });
    expect(
      translate(
        signal('JobNew', [7, `${root}/job/7`, 'a.service']),
        signal('JobRemoved', [7, `${root}/job/7`, 'a.service', 'canceled']),
        signal('UnitRemoved', ['a.service', nginx]),
      ),
    ).toMatchObject([
      { kind: 'job-added', jobId: 7, unit: 'a.service', atUsec: 5 },
      { kind: 'job-removed', jobId: 7, unit: 'a.service', result: 'canceled' },
      { kind: 'unit-removed', unit: 'a.service' },
    ]);
  });
});

describe('createBusTranslator that knows systemd', () => {
  const forged = changed({ ActiveState: 'failed' }, { sender: ':1.66' });
  const genuine = changed({ ActiveState: 'failed' });
  const ownerChanged = (newOwner: string, sender = 'org.freedesktop.DBus'): BusMessage => ({
    type: 'signal',
    sender,
    path: '/org/freedesktop/DBus',
    interface: 'org.freedesktop.DBus',
    member: 'NameOwnerChanged',
    body: ['org.freedesktop.systemd1', ':1.0', newOwner],
  });

  test('believes nobody else', () => {
    const translator = createBusTranslator({ managerName: ':1.0' });
    expect(translator.translate(forged)).toEqual([]);
    expect(translator.translate(genuine)).toHaveLength(1);
    expect(translator.translate(call('StopUnit', ['a.service', 'fail'], { destination: ':1.66' }))).toEqual([]);
    expect(translator.translate(call('StopUnit', ['a.service', 'fail'], { destination: ':1.0' }))).toHaveLength(1);
    expect(translator.translate({ ...error, sender: ':1.66' })).toEqual([]);
    expect(translator.translate(error)).toHaveLength(1);
  });

  test('follows it to another name, as the bus tells it', () => {
    const translator = createBusTranslator({ managerName: ':1.0' });
    translator.translate(ownerChanged(':1.66', ':1.66'));
    expect(translator.translate(forged)).toEqual([]);
    translator.translate(ownerChanged(''));
    translator.translate(ownerChanged(':1.66'));
    expect(translator.translate(forged)).toHaveLength(1);
    expect(translator.translate(genuine)).toEqual([]);
  });

  test('takes the bus for its voice, and logind for its own', () => {
    const translator = createBusTranslator({ managerName: ':1.0' });
    translator.translate(call('StopUnit', ['a.service', 'fail']));
    expect(translator.translate({ ...error, sender: 'org.freedesktop.DBus' })).toHaveLength(1);
    translator.translate(
      call('PowerOff', [], { destination: 'org.freedesktop.login1', interface: 'org.freedesktop.login1.Manager' }),
    );
    expect(translator.translate({ ...error, sender: ':1.2' })).toHaveLength(1);
  });
});
