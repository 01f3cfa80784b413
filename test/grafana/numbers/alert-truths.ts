import type { KnownStops } from './known-stops.ts';
import type { Stop } from './stop.ts';
import { countBy, estimated, exactly, onlyAbove, reduceBy, type Truth } from './truth.ts';

const perSeries = (stops: readonly Stop[]): Truth =>
  exactly(countBy(stops, 'instance', 'name', 'cause', 'sender', 'sender_unit'));

/** What each alert must find, by its name. */
export function alertTruths({ stops, instances }: KnownStops): Readonly<Record<string, Truth>> {
  const [, blind, down] = instances;
  const withCause = (...causes: readonly string[]) => perSeries(stops.filter(({ cause }) => causes.includes(cause)));
  const unknown = stops.filter(({ sender }) => sender === 'unknown');
  return {
    SystemdStopCgroupEmpty: withCause('cgroup-empty'),
    SystemdStopKilledBySignal: withCause('signal', 'core-dump'),
    SystemdStopOutOfMemory: withCause('oom-kill'),
    SystemdStopWatchdog: exactly({}),
    SystemdStopRequested: perSeries(stops.filter(({ cause, sender }) => cause === 'requested' && sender !== 'systemd')),
    SystemdStopRestartStorm: exactly(onlyAbove(countBy(stops, 'instance', 'name'), 5)),
    SystemdStopNotAttributed: {
      values: rename(reduceBy(unknown, ['instance'], ({ length }) => length)),
      tolerance: estimated,
    },
    SystemdStopExporterBlind: exactly({ [`instance=${blind} source=stap`]: 0 }),
    // They have not waited for ten minutes.
    SystemdStopTracesNotDelivered: exactly({}),
    SystemdStopIncidentLogFails: exactly({}),
    SystemdStopExporterAbsent: exactly({ [`instance=${down}`]: 0 }),
  };
}

function rename(values: Readonly<Record<string, number>>) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${name} missing=sender`, value]));
}
