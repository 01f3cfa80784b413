import type { JournalHost, SourceName } from '../model/evidence.ts';
import { orderUsec } from '../model/evidence-time.ts';
import type { Host } from '../model/incident.ts';
import { createBusctlJsonParser } from '../sources/dbus/busctl-json.ts';
import { createBusctlListParser } from '../sources/dbus/busctl-list.ts';
import { createDbusMonitorParser } from '../sources/dbus/dbus-monitor-text.ts';
import { createSystemctlShowParser } from '../sources/dbus/systemctl-show.ts';
import { mergeByTime } from '../sources/files/merge-by-time.ts';
import { readRecording } from '../sources/files/read-recording.ts';
import { createJournalParser } from '../sources/journal/journal-json.ts';
import type { LineParser } from '../sources/line-parser.ts';
import { createPstreeParser } from '../sources/pstree/pstree-text.ts';
import type { Observation } from '../sources/source.ts';
import { isDiscarded } from '../sources/source.ts';
import { createStapParser } from '../sources/stap/stap-parser.ts';
import { dropRepeated } from './drop-repeated.ts';

/** Recorded evidence of one host, by format. */
export interface RecordedFiles {
  readonly stap: readonly string[];
  readonly dbusMonitor: readonly string[];
  readonly busctlMonitor: readonly string[];
  readonly busctlList: readonly string[];
  readonly systemctlShow: readonly string[];
  readonly pstree: readonly string[];
  readonly journal: readonly string[];
}

/** A recording, its evidence in the order of time, and the host it tells of once it is read. */
export interface Replay {
  readonly observations: AsyncIterable<readonly Observation[]>;
  readonly host: () => Host;
}

interface Format {
  readonly source: SourceName;
  readonly parser: (onHost: (host: JournalHost) => void) => LineParser;
}

/** First what has no time: who is behind the names that the rest mentions, and which units stop which others. */
const formats: readonly (readonly [keyof RecordedFiles, Format])[] = [
  ['busctlList', { source: 'dbus', parser: createBusctlListParser }],
  ['systemctlShow', { source: 'dbus', parser: createSystemctlShowParser }],
  ['pstree', { source: 'pstree', parser: createPstreeParser }],
  ['stap', { source: 'stap', parser: (onHost) => createStapParser({ onHost }) }],
  ['dbusMonitor', { source: 'dbus', parser: createDbusMonitorParser }],
  ['busctlMonitor', { source: 'dbus', parser: createBusctlJsonParser }],
  ['journal', { source: 'journal', parser: createJournalParser }],
];

export function replay(files: RecordedFiles): Replay {
  let told: JournalHost = {};
  const onHost = (host: JournalHost): void => {
    told = { ...host, ...told };
  };
  const inputs = formats.flatMap(([key, { source, parser }]) =>
    files[key].map((file) => {
      const recording = readRecording({ file, source, parser: parser(onHost) });
      return source === 'journal' ? noticeHost(recording, onHost) : recording;
    }),
  );
  return {
    observations:
      files.dbusMonitor.length + files.busctlMonitor.length > 1 ? dropRepeated(mergeByTime(inputs)) : mergeByTime(inputs),
    host: () => ({ machineId: told.machineId ?? '', bootId: told.bootId ?? '', hostname: told.hostname ?? 'unknown' }),
  };
}

/** Journal entries name their machine themselves. */
async function* noticeHost(
  input: AsyncIterable<readonly Observation[]>,
  onHost: (host: JournalHost) => void,
): AsyncGenerator<readonly Observation[]> {
  for await (const observations of input) {
    for (const one of observations) if (one.kind === 'journal' && one.host !== undefined) onHost(one.host);
    yield observations;
  }
}

/** Evidence of a recording arrives when it happened; what has no time arrives with what went before. */
export function createArrivalClock(): (observation: Observation) => number {
  let nowMs = 0;
  return (observation) => {
    if (!isDiscarded(observation)) nowMs = Math.max(nowMs, (orderUsec(observation) ?? 0) / 1000);
    return nowMs;
  };
}
