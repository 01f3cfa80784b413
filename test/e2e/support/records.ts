import { ownHost } from '../../../src/own-host.ts';

const firstUsec = 1_795_434_186_000_000;
const library = '[/usr/lib/x86_64-linux-gnu/systemd/libsystemd-core-262.so]';

/** What a probe on this host prints of stops that `systemctl` asked for, a second apart: see stap/RECORD.md. */
export function recordsOfStops(units: readonly string[]): string {
  const stops = units.map((unit, index) => recordsOfStop(unit, firstUsec + index * 1_000_000, index * recordsOfOneStop + 1));
  return `${announcement()}\n${stops.flat().join('')}`;
}

/** The first line of a stream. */
export function announcement(): string {
  const { machineId, bootId, hostname } = ownHost();
  const words = ['systemd-stop-exporter records version=1 probe=stap', `machine_id=${machineId}`, `boot_id=${bootId}`];
  return [...words, `hostname=${hostname}`].join(' ');
}

/** Records of one stop: the request, the beginning, the end. */
export const recordsOfOneStop = 3;

/** The text of each record of a stop, numbered from `sequence` on. */
export function recordsOfStop(unit: string, atUsec: number, sequence: number): readonly string[] {
  return contentsOf(unit, atUsec).map(({ kind, fields, rows }, index) => {
    const number = sequence + index;
    const lines = [
      `begin ${number} ${kind} ${fields}`,
      ...rows.map((row) => ` ${row}`),
      `end ${number} ${kind} lines=${rows.length}`,
    ];
    return `${lines.join('\n')}\n`;
  });
}

interface ProbeRecord {
  readonly kind: string;
  readonly fields: string;
  readonly rows: readonly string[];
}

function contentsOf(unit: string, atUsec: number): readonly ProbeRecord[] {
  const stop = `unit=${unit} result=success main_pid=193 control_pid=0`;
  return [
    {
      kind: 'request',
      fields: `t=${atUsec} unit=${unit} action=stop mode=replace`,
      rows: ['process pid=199 comm=systemctl', 'process pid=165 comm=bash', 'process pid=1 comm=systemd'],
    },
    {
      kind: 'stop',
      fields: `t=${atUsec + 500} function=service_enter_stop old_state=running ${stop}`,
      rows: ['service_enter_stop', 'service_stop', 'job_run_and_invalidate', 'manager_dispatch_run_queue'].map(frame),
    },
    {
      kind: 'stop',
      fields: `t=${atUsec + 9000} function=service_enter_dead old_state=stop-post ${stop}`,
      rows: ['service_enter_dead', 'service_sigchld_event', 'manager_dispatch_sigchld'].map(frame),
    },
  ];
}

function frame(name: string, index: number): string {
  return `0x7ff56ba9f0${index}0 : ${name}+0x${index}4/0x1c0 ${library}`;
}
