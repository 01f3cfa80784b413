import { type Answer, joinBus, Message, type Peer, Variant } from './bus-peer.ts';

const manager = 'org.freedesktop.systemd1';
const root = '/org/freedesktop/systemd1';

export interface ScriptedUnit {
  readonly name: string;
  readonly loadState?: string;
  readonly activeState: string;
  readonly subState: string;
  /** Of org.freedesktop.systemd1.Unit, beyond the two states. */
  readonly unit?: Readonly<Record<string, Variant>>;
  readonly service?: Readonly<Record<string, Variant>>;
}

/** A peer on a real bus that owns systemd's name and plays a script: what a test needs of systemd and no more. */
export interface ScriptedSystemd extends Peer {
  readonly units: Map<string, ScriptedUnit>;
  /** Types of the jobs that can still be asked for. */
  readonly jobTypes: Map<number, string>;
  /** Members that were called, in order. */
  readonly called: readonly string[];
  signal(member: string, signature: string, ...body: readonly unknown[]): void;
  jobNew(id: number, unit: string): void;
  jobRemoved(id: number, unit: string, result: string): void;
  unitChanged(unit: string, properties: Readonly<Record<string, Variant>>): void;
}

export function pathOf(unit: string): string {
  return `${root}/unit/${unit.replace(/[^A-Za-z0-9]/g, (one) => `_${one.charCodeAt(0).toString(16)}`)}`;
}

export async function startScriptedSystemd(
  address: string,
  units: readonly ScriptedUnit[] = [],
  answerFirst?: Answer,
): Promise<ScriptedSystemd> {
  const byName = new Map(units.map((unit) => [unit.name, unit]));
  const jobTypes = new Map<number, string>();
  const called: string[] = [];
  const peer = await joinBus(address, (call) => {
    called.push(call.member);
    return answerFirst?.(call) ?? answer(call, byName, jobTypes);
  });
  await peer.library.requestName(manager, 0);
  const send = (...words: Parameters<typeof Message.newSignal>) => peer.library.send(Message.newSignal(...words));
  const signal: ScriptedSystemd['signal'] = (member, signature, ...body) =>
    send(root, `${manager}.Manager`, member, signature, [...body]);
  return {
    ...peer,
    units: byName,
    jobTypes,
    called,
    signal,
    jobNew: (id, unit) => signal('JobNew', 'uos', id, `${root}/job/${id}`, unit),
    jobRemoved: (id, unit, result) => signal('JobRemoved', 'uoss', id, `${root}/job/${id}`, unit, result),
    unitChanged: (unit, properties) =>
      send(pathOf(unit), 'org.freedesktop.DBus.Properties', 'PropertiesChanged', 'sa{sv}as', [`${manager}.Unit`, properties, []]),
  };
}

function answer(call: Message, units: ReadonlyMap<string, ScriptedUnit>, jobTypes: ReadonlyMap<number, string>): Message {
  const reply = (signature: string, ...body: readonly unknown[]) => Message.newMethodReturn(call, signature, [...body]);
  switch (call.member) {
    case 'Subscribe':
      return reply('');
    case 'ListUnits':
      return reply('a(ssssssouso)', [...units.values()].map(row));
    case 'StopUnit':
      return reply('o', `${root}/job/77`);
    case 'GetAll': {
      const unit = [...units.values()].find(({ name }) => pathOf(name) === call.path);
      const ofService = call.body[0] === `${manager}.Service`;
      return unit === undefined
        ? refuse(call, 'NoSuchUnit')
        : reply('a{sv}', ofService ? (unit.service ?? {}) : unitProperties(unit));
    }
    case 'Get': {
      const type = jobTypes.get(Number(call.path.split('/').at(-1)));
      return type === undefined ? refuse(call, 'NoSuchJob') : reply('v', new Variant('s', type));
    }
    default:
      return refuse(call, 'UnknownMethod');
  }
}

function refuse(call: Message, name: string): Message {
  return Message.newError(call as never, `org.freedesktop.systemd1.${name}`, 'as scripted');
}

function row({ name, loadState = 'loaded', activeState, subState }: ScriptedUnit): readonly unknown[] {
  return [name, 'a description', loadState, activeState, subState, '', pathOf(name), 0, '', '/'];
}

function unitProperties({ activeState, subState, unit }: ScriptedUnit): Readonly<Record<string, Variant>> {
  return {
    ActiveState: new Variant('s', activeState),
    SubState: new Variant('s', subState),
    Job: new Variant('(uo)', [0, '/']),
    ...unit,
  };
}
