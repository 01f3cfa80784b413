import type { Tracefs } from './tracefs.ts';

/** A trace of our own beside those of others, and the uprobes defined for it. */
export interface InstanceNames {
  /** Directory below `instances`. */
  readonly instance: string;
  /** That of a second one, of those events alone whose actor may be gone in a moment. */
  readonly actors: string;
  /** And of a third, of what happens to processes all day: births, names, ends. */
  readonly lives: string;
  /** Group of the uprobes: definitions are everybody's, their names say whose they are. */
  readonly group: string;
}

export function namesOf(instance: string): InstanceNames {
  const group = `sse_${instance.replace(/\W/g, '_')}`.slice(0, maxGroupLength);
  return { instance, actors: `${instance}-actors`, lives: `${instance}-lives`, group };
}

/** MAX_EVENT_NAME_LEN is 64. */
const maxGroupLength = 60;

export interface InstanceOptions {
  /** Of each processor. */
  readonly bufferKilobytes: number;
}

/** Plain lines in the order of a clock that never goes back; also for what the host's own trace is set to otherwise. */
const settings: readonly (readonly [string, string])[] = [
  ['trace_clock', 'mono'],
  ['options/overwrite', '1'],
  ['options/context-info', '1'],
  ['options/irq-info', '1'],
  ['options/record-cmd', '1'],
  ['options/record-tgid', '0'],
  ['options/stacktrace', '0'],
  ['options/userstacktrace', '0'],
  ['options/markers', '1'],
  ['options/raw', '0'],
  ['options/hex', '0'],
  ['options/bin', '0'],
  ['options/verbose', '0'],
  ['options/fields', '0'],
];

/** @throws where they are there already, and in use */
export function createInstances(tracefs: Tracefs, { instance, actors, lives }: InstanceNames, options: InstanceOptions): void {
  createInstance(tracefs, instance, options);
  createInstance(tracefs, lives, options);
  createInstance(tracefs, actors, { bufferKilobytes: actorsKilobytes });
}

/** What is lost here is read of the other one, a moment later. */
const actorsKilobytes = 64;

function createInstance(tracefs: Tracefs, instance: string, { bufferKilobytes }: InstanceOptions): void {
  const directory = `instances/${instance}`;
  tracefs.makeDirectory(directory);
  for (const [file, value] of settings) if (tracefs.has(`${directory}/${file}`)) tracefs.write(`${directory}/${file}`, value);
  tracefs.write(`${directory}/buffer_size_kb`, String(bufferKilobytes));
}

/** Of a probe that was killed too. Returns what could not be removed. */
export function removeInstances(tracefs: Tracefs, names: InstanceNames): readonly unknown[] {
  const failures: unknown[] = [];
  const attempt = (action: () => void): void => {
    try {
      action();
    } catch (error) {
      failures.push(error);
    }
  };
  for (const directory of [names.actors, names.lives, names.instance].map((name) => `instances/${name}`)) {
    if (!tracefs.has(directory)) continue;
    attempt(() => tracefs.write(`${directory}/events/enable`, '0'));
    attempt(() => tracefs.removeDirectory(directory));
  }
  attempt(() => failures.push(...removeUprobes(tracefs, names)));
  return failures;
}

/** Each by its own name, so that nobody else's are touched. */
function removeUprobes(tracefs: Tracefs, { group }: InstanceNames): readonly unknown[] {
  const failures: unknown[] = [];
  for (const event of definedUprobes(tracefs.read('uprobe_events'), group)) {
    try {
      tracefs.append('uprobe_events', `-:${group}/${event}\n`);
    } catch (error) {
      failures.push(error);
    }
  }
  return failures;
}

/** Names of a group's events in the text of `uprobe_events`. */
export function definedUprobes(text: string, group: string): readonly string[] {
  const events = text.split('\n').flatMap((line) => {
    const { owner, event } = /^[pr]\d*:(?<owner>\w+)\/(?<event>\w+) /.exec(line)?.groups ?? {};
    return owner === group && event !== undefined ? [event] : [];
  });
  return [...new Set(events)];
}
