import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Evidence } from '../../../src/model/evidence.ts';
import { createDbusSource, type DbusSourceOptions } from '../../../src/sources/dbus/dbus-source.ts';
import { createProcessReader } from '../../../src/sources/proc/process-reader.ts';
import { isDiscarded, type Source } from '../../../src/sources/source.ts';
import { joinBus, Message, Variant } from './bus-peer.ts';
import { hasDbusDaemon, noMonitors, startPrivateBus } from './private-bus.ts';
import { pathOf, type ScriptedUnit, startScriptedSystemd } from './scripted-systemd.ts';
import { until } from './until.ts';

const systemd = 'org.freedesktop.systemd1';
const states: boolean[] = [];

function createSource(address: string, options: Partial<DbusSourceOptions> = {}): Source {
  return createDbusSource({
    address,
    inspect: createProcessReader().inspect,
    nowUsec: () => Date.now() * 1000,
    timeoutMs: 5000,
    onUp: (up) => states.push(up),
    ...options,
  });
}

interface Run {
  readonly evidence: readonly Evidence[];
  readonly ended: Promise<unknown>;
  of<K extends Evidence['kind']>(kind: K): readonly Extract<Evidence, { readonly kind: K }>[];
  abort(): void;
}

/** Runs a source; `ended` is how: undefined, or the error. */
function run(source: Source): Run {
  states.length = 0;
  const evidence: Evidence[] = [];
  const abort = new AbortController();
  onTestFinished(() => abort.abort());
  const emit = (one: Parameters<Parameters<Source['run']>[0]>[0]) => {
    if (!isDiscarded(one)) evidence.push(one);
  };
  const ended = source.run(emit, abort.signal).then(
    () => undefined,
    (error: unknown) => error,
  );
  const of: Run['of'] = (kind) =>
    evidence.filter((one): one is Extract<Evidence, { readonly kind: typeof kind }> => one.kind === kind);
  return { evidence, ended, of, abort: () => abort.abort() };
}

async function running(source: Source): Promise<Run> {
  const one = run(source);
  await Promise.race([until(() => states.at(-1) === true), one.ended.then((error) => Promise.reject(error))]);
  return one;
}

const active: ScriptedUnit = {
  name: 'active.service',
  activeState: 'active',
  subState: 'running',
  unit: {
    StateChangeTimestamp: new Variant('t', 1_700_000_000_000_001n),
    ActiveEnterTimestamp: new Variant('t', 1_700_000_000_000_001n),
    InactiveEnterTimestamp: new Variant('t', 0n),
    InvocationID: new Variant('ay', Buffer.alloc(16, 0xab)),
    BindsTo: new Variant('as', ['anchor.service']),
    Conflicts: new Variant('as', ['shutdown.target']),
    StopWhenUnneeded: new Variant('b', true),
    WantedBy: new Variant('as', ['user.target']),
  },
  service: { MainPID: new Variant('u', 4711), NRestarts: new Variant('u', 2), Type: new Variant('s', 'notify') },
};
const failed: ScriptedUnit = { name: 'failed.service', activeState: 'failed', subState: 'failed' };

describe.skipIf(!hasDbusDaemon)('createDbusSource()', () => {
  test('tells the state of every service at the beginning', async () => {
    const { address } = await startPrivateBus();
    const missing: ScriptedUnit = { name: 'missing.service', loadState: 'not-found', activeState: 'inactive', subState: 'dead' };
    const deleted: ScriptedUnit = { name: 'deleted.service', loadState: 'not-found', activeState: 'active', subState: 'running' };
    const target: ScriptedUnit = { name: 'a.target', activeState: 'active', subState: 'active' };
    const peer = await startScriptedSystemd(address, [active, failed, missing, deleted, target]);
    const { of } = await running(createSource(address));
    expect(of('unit-state')).toEqual([
      expect.objectContaining({
        unit: 'active.service',
        initial: true,
        activeState: 'active',
        subState: 'running',
        jobId: 0,
        stateChangedAtUsec: 1_700_000_000_000_001,
        invocationId: 'ab'.repeat(16),
      }),
      expect.objectContaining({ unit: 'failed.service', initial: true, activeState: 'failed' }),
      expect.objectContaining({ unit: 'deleted.service', initial: true, activeState: 'active' }),
    ]);
    expect(of('service-state')[0]).toMatchObject({ unit: 'active.service', mainPid: 4711, restarts: 2, serviceType: 'notify' });
    expect(of('unit-relations')[0]).toMatchObject({
      unit: 'active.service',
      relations: [
        { relation: 'BindsTo', unit: 'anchor.service', when: 'stop' },
        { relation: 'Conflicts', unit: 'shutdown.target', when: 'start' },
        { relation: 'StopWhenUnneeded', unit: 'user.target', when: 'stop' },
      ],
    });
    expect(new Set(peer.called)).toEqual(new Set(['Subscribe', 'ListUnits', 'GetAll']));
  });

  test('tells who asked, for what, and which job it became', async () => {
    const { address } = await startPrivateBus();
    await startScriptedSystemd(address, [active]);
    const { of } = await running(createSource(address));
    const caller = await joinBus(address);
    await caller.call(systemd, 'StopUnit', ['active.service', 'replace']);
    await until(() => of('request').length === 2);
    const [request, answered] = of('request');
    expect(request).toMatchObject({ action: 'stop', unit: 'active.service', busName: caller.uniqueName });
    expect(answered).toMatchObject({ action: 'stop', unit: 'active.service', jobId: 77 });
    await until(() => of('bus-peer').length === 2);
    expect(of('bus-peer').at(-1)).toMatchObject({ busName: caller.uniqueName, process: { pid: process.pid } });
  });

  test('knows the callers that were there before it', async () => {
    const { address } = await startPrivateBus();
    const caller = await joinBus(address);
    await startScriptedSystemd(address);
    const { of } = await running(createSource(address));
    await caller.call(systemd, 'StopUnit', ['a.service', 'replace']);
    await until(() => of('bus-peer').some(({ busName }) => busName === caller.uniqueName));
  });

  test('tells nothing of a name that has asked for nothing, but of systemd', async () => {
    const { address } = await startPrivateBus();
    const peer = await startScriptedSystemd(address);
    const { of } = await running(createSource(address));
    await joinBus(address);
    peer.jobNew(1, 'a.service');
    await until(() => of('job-added').length === 1);
    expect(of('bus-peer').map(({ busName }) => busName)).toEqual([peer.uniqueName]);
  });

  test('knows every caller that waits for its reply, however short it lives', async () => {
    const { address } = await startPrivateBus();
    // PID 1 needs a millisecond or more for a job; here it needs as long as this machine needs to look.
    const answerLate = (call: Message): Message | undefined => {
      if (call.member !== 'RestartUnit') return undefined;
      void until(() => of('bus-peer').some(({ busName }) => busName === call.sender)).then(() =>
        peer.library.send(Message.newMethodReturn(call, 'o', ['/org/freedesktop/systemd1/job/1'])),
      );
      return Message.newSignal('/', 'a.b', 'C');
    };
    const peer = await startScriptedSystemd(address, [], answerLate);
    const { of } = await running(createSource(address));
    const words = [
      '--print-reply',
      '--type=method_call',
      `--dest=${systemd}`,
      '/org/freedesktop/systemd1',
      `${systemd}.Manager.RestartUnit`,
    ];
    const call = () => promisify(execFile)('dbus-send', [`--bus=${address}`, ...words, 'string:a.service', 'string:replace']);
    await Promise.all(Array.from({ length: 20 }, call));
    await until(() => of('request').length === 40);
    const known = of('bus-peer').filter(({ process: { name } }) => name === 'dbus-send');
    expect(known.map(({ busName }) => busName).sort()).toEqual([...new Set(of('request').map(({ busName }) => busName))].sort());
    expect(known[0]?.ancestry?.at(-2)).toMatchObject({ pid: process.pid });
  });

  test('sees who asks through a flood of names and connections', async () => {
    const { address } = await startPrivateBus();
    await startScriptedSystemd(address, [active]);
    const { evidence, of } = await running(createSource(address));
    const flooder = await joinBus(address);
    for (let round = 0; round < 20; round++) {
      const names = Array.from({ length: 200 }, (_, index) => `org.example.flood.n${round}.n${index}`);
      await Promise.all(names.map((name) => flooder.library.requestName(name, 0)));
      await Promise.all(names.map((name) => flooder.library.releaseName(name)));
      for (const visitor of await Promise.all(Array.from({ length: 10 }, () => joinBus(address)))) visitor.leave();
    }
    const caller = await joinBus(address);
    await caller.call(systemd, 'StopUnit', ['active.service', 'replace']);
    await until(() => of('bus-peer').some(({ busName }) => busName === caller.uniqueName));
    expect(new Set(of('request').map(({ busName }) => busName))).toEqual(new Set([caller.uniqueName]));
    // 8000 changes of names that ask for nothing are no evidence, and nothing is kept of them.
    expect(evidence.filter((one) => JSON.stringify(one).includes('org.example.flood'))).toEqual([]);
  }, 60_000);

  test('adds the type of a job where it can still be had, and keeps the order', async () => {
    const { address } = await startPrivateBus();
    const peer = await startScriptedSystemd(address);
    const { evidence, of } = await running(createSource(address));
    peer.jobTypes.set(5, 'stop');
    peer.jobNew(5, 'a.service');
    peer.jobNew(6, 'b.service');
    peer.unitChanged('a.service', { ActiveState: new Variant('s', 'deactivating') });
    peer.jobRemoved(5, 'a.service', 'done');
    await until(() => of('job-removed').length === 1);
    const live = evidence.filter(({ kind }) => kind !== 'bus-peer');
    expect(live.map(({ kind }) => kind)).toEqual(['job-added', 'job-added', 'unit-state', 'job-removed']);
    expect(of('job-added').map(({ jobType }) => jobType)).toEqual(['stop', undefined]);
  });

  test('does not hold evidence back where systemd does not answer', async () => {
    const { address } = await startPrivateBus();
    const silent = (call: Message): Message | undefined =>
      call.member === 'Get' ? Message.newSignal('/', 'a.b', 'C') : undefined;
    const peer = await startScriptedSystemd(address, [], silent);
    const { of } = await running(createSource(address));
    peer.jobNew(5, 'a.service');
    peer.jobRemoved(5, 'a.service', 'done');
    await until(() => of('job-removed').length === 1);
    expect(of('job-added')).toHaveLength(1);
  });

  test('reads the relations of a service that has come up, once, and again after a reload of the manager', async () => {
    const { address } = await startPrivateBus();
    const peer = await startScriptedSystemd(address);
    const { of } = await running(createSource(address));
    peer.units.set(active.name, active);
    for (let count = 0; count < 3; count += 1) peer.unitChanged(active.name, { ActiveState: new Variant('s', 'active') });
    await until(() => of('unit-state').length === 3 && of('unit-relations').length === 1);
    peer.signal('Reloading', 'b', true);
    peer.signal('UnitRemoved', 'so', active.name, pathOf(active.name));
    peer.signal('Reloading', 'b', false);
    await until(() => of('unit-relations').length === 2);
    expect(peer.called.filter((member) => member === 'GetAll')).toHaveLength(2);
  });

  test('never asks for a unit that is at rest, when systemd speaks of it', async () => {
    const { address } = await startPrivateBus();
    const peer = await startScriptedSystemd(address);
    const { of } = await running(createSource(address));
    for (const state of ['deactivating', 'inactive', 'failed'])
      peer.unitChanged(active.name, { ActiveState: new Variant('s', state) });
    peer.unitChanged('a.target', { ActiveState: new Variant('s', 'active') });
    await until(() => of('unit-state').length === 4);
    expect(peer.called).toEqual(['Subscribe', 'ListUnits']);
  });

  test('asks for all states again when systemd comes back under another name', async () => {
    const { address } = await startPrivateBus();
    const first = await startScriptedSystemd(address, [active, failed]);
    const { of } = await running(createSource(address));
    first.leave();
    await until(() => states.at(-1) === false);
    const second = await startScriptedSystemd(address, [{ ...failed, activeState: 'inactive', subState: 'dead' }]);
    await until(() => states.at(-1) === true);
    expect(second.called).toContain('Subscribe');
    // What was up and is not loaded any more has stopped meanwhile.
    expect(of('unit-state').slice(2)).toEqual([
      expect.objectContaining({ unit: 'active.service', activeState: 'inactive', initial: true }),
      expect.objectContaining({ unit: 'failed.service', activeState: 'inactive', initial: true }),
    ]);
    second.jobNew(1, 'a.service');
    await until(() => of('job-added').length === 1);
  });

  test('is at peace with a systemd that knows it already', async () => {
    const { address } = await startPrivateBus();
    const subscribed = (call: Message): Message | undefined =>
      call.member === 'Subscribe' ? Message.newError(call as never, `${systemd}.AlreadySubscribed`, 'again') : undefined;
    await startScriptedSystemd(address, [active], subscribed);
    await expect(running(createSource(address))).resolves.toBeDefined();
  });

  test('fails where systemd stays away', async () => {
    const { address } = await startPrivateBus();
    const { ended } = run(createSource(address, { maxAbsenceMs: 20 }));
    await expect(ended).resolves.toMatchObject({ message: 'systemd has not been on the bus for 20 ms' });
    expect(states).not.toContain(true);
  });

  test('fails where systemd refuses to answer', async () => {
    const { address } = await startPrivateBus();
    const refuse = (call: Message): Message =>
      Message.newError(call as never, 'org.freedesktop.DBus.Error.AccessDenied', 'not you');
    await startScriptedSystemd(address, [], refuse);
    const { ended } = run(createSource(address));
    await expect(ended).resolves.toMatchObject({ message: 'not you' });
  });

  test('fails with the bus, and after its restart tells what has stopped meanwhile', async () => {
    const bus = await startPrivateBus();
    await startScriptedSystemd(bus.address, [active]);
    const source = createSource(bus.address);
    const before = await running(source);
    await bus.stop();
    await expect(before.ended).resolves.toMatchObject({ message: `Lost the system bus at "${bus.address}"` });
    await expect(run(source).ended).resolves.toMatchObject({ message: `Cannot connect to the system bus at "${bus.address}"` });
    await bus.start();
    await startScriptedSystemd(bus.address);
    const { of } = await running(source);
    expect(of('unit-state')).toEqual([
      expect.objectContaining({ unit: 'active.service', activeState: 'inactive', initial: true }),
    ]);
  });

  test('without the right to watch it says so once, and still sees what systemd says', async () => {
    const { address } = await startPrivateBus(noMonitors);
    const peer = await startScriptedSystemd(address, [active]);
    const reasons: string[] = [];
    const source = createSource(address, { onDegraded: (reason) => reasons.push(reason ?? 'none') });
    const first = await running(source);
    first.abort();
    await first.ended;
    const { of } = await running(source);
    const caller = await joinBus(address);
    await caller.call(systemd, 'StopUnit', ['active.service', 'replace']);
    peer.jobTypes.set(77, 'stop');
    peer.jobNew(77, 'active.service');
    peer.unitChanged('active.service', { ActiveState: new Variant('s', 'inactive') });
    await until(() => of('unit-state').some(({ activeState }) => activeState === 'inactive'));
    expect(of('job-added')).toMatchObject([{ jobId: 77 }]);
    expect(of('request')).toEqual([]);
    expect(reasons).toEqual([expect.stringContaining('AccessDenied')]);
  });

  test('believes nobody but systemd', async () => {
    const { address } = await startPrivateBus(noMonitors);
    const peer = await startScriptedSystemd(address, [active]);
    const { of } = await running(createSource(address));
    const forger = await joinBus(address);
    const forged = { ActiveState: new Variant('s', 'inactive') };
    const properties = 'org.freedesktop.DBus.Properties';
    forger.library.send(
      Message.newSignal(pathOf('a.service'), properties, 'PropertiesChanged', 'sa{sv}as', [`${systemd}.Unit`, forged, []]),
    );
    await forger.call('org.freedesktop.DBus', 'GetId', [], '/org/freedesktop/DBus');
    peer.jobNew(1, 'a.service');
    await until(() => of('job-added').length === 1);
    // What is sent to one connection needs no match rule.
    const names = (await forger.call('org.freedesktop.DBus', 'ListNames', [], '/org/freedesktop/DBus'))[0] as readonly string[];
    for (const destination of names.filter((name) => name.startsWith(':'))) {
      const message = Message.newSignal(pathOf('a.service'), properties, 'PropertiesChanged', 'sa{sv}as', [
        `${systemd}.Unit`,
        forged,
        [],
      ]);
      const reloading = Message.newSignal('/org/freedesktop/systemd1', `${systemd}.Manager`, 'Reloading', 'b', [false]);
      for (const one of [message, reloading]) forger.library.send(Object.assign(one, { destination }));
    }
    await forger.call('org.freedesktop.DBus', 'GetId', [], '/org/freedesktop/DBus');
    peer.jobNew(2, 'a.service');
    await until(() => of('job-added').length === 2);
    expect(of('unit-state').map(({ unit }) => unit)).toEqual([active.name]);
    expect(of('unit-relations')).toHaveLength(1);
  });

  test('keeps a state that systemd announces while it is asked', async () => {
    const { address } = await startPrivateBus();
    const changed = (usec: bigint) => ({ StateChangeTimestamp: new Variant('t', usec) });
    const announce = (call: Message): Message | undefined => {
      if (call.member === 'ListUnits')
        peer.unitChanged(active.name, { ActiveState: new Variant('s', 'inactive'), ...changed(1_700_000_000_000_002n) });
      return undefined;
    };
    const peer = await startScriptedSystemd(address, [active], announce);
    const { of } = await running(createSource(address));
    // The announcement may come before or after the older answer, but nothing older comes after it.
    expect(of('unit-state').at(-1)).toMatchObject({ activeState: 'inactive' });
  });

  test('stops when it is told to, and is silent afterwards', async () => {
    const { address } = await startPrivateBus();
    const peer = await startScriptedSystemd(address, [active]);
    const { evidence, ended, abort, of } = await running(createSource(address));
    peer.jobNew(1, 'a.service');
    await until(() => of('job-added').length === 1);
    abort();
    await expect(ended).resolves.toBeUndefined();
    const count = evidence.length;
    peer.jobNew(2, 'a.service');
    await peer.call('org.freedesktop.DBus', 'GetId', [], '/org/freedesktop/DBus');
    expect(evidence).toHaveLength(count);
  });

  test('leaves nothing behind after 100 runs', async () => {
    const { address } = await startPrivateBus();
    await startScriptedSystemd(address, [active]);
    const observer = await joinBus(address);
    const source = createSource(address);
    const runAndStop = async () => {
      const { abort, ended } = await running(source);
      abort();
      await ended;
    };
    await runAndStop();
    const before = readdirSync('/proc/self/fd').length;
    for (let count = 0; count < 100; count += 1) await runAndStop();
    await until(() => readdirSync('/proc/self/fd').length <= before);
    const names = async () => (await observer.call('org.freedesktop.DBus', 'ListNames', [], '/org/freedesktop/DBus'))[0];
    // The bus, systemd's two names and the observer.
    await expect.poll(names).toHaveLength(4);
  });
});
