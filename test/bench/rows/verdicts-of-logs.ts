import { fileURLToPath } from 'node:url';
import { shippedSettleMs } from '../../../src/config/serve-flags.ts';
import { createPipeline } from '../../../src/pipeline.ts';
import { createBusctlJsonParser } from '../../../src/sources/dbus/busctl-json.ts';
import { createDbusMonitorParser } from '../../../src/sources/dbus/dbus-monitor-text.ts';
import type { LineParser } from '../../../src/sources/line-parser.ts';
import { createStapParser } from '../../../src/sources/stap/stap-parser.ts';
import { testHost } from '../../support/evidence.ts';
import { type Finding, finding, type Row, reaching, type Scale } from '../finding.ts';
import { createToldRecording } from '../support/recorded-evidence.ts';
import { uncounted } from './verdicts.ts';

interface Log {
  readonly name: string;
  readonly recording: string;
  readonly createParser: () => LineParser;
}

const logs: readonly Log[] = [
  { name: 'a stap log', recording: 'debian-testing-systemd-262-stap-binds-to/stap.log', createParser: createStapParser },
  { name: 'a stap log of 2020', recording: 'systemd-262-stap/stap.log', createParser: createStapParser },
  { name: 'a dbus-monitor log', recording: 'systemd-262-stap/dbus-monitor.log', createParser: createDbusMonitorParser },
  { name: 'a busctl log', recording: 'systemd-262-stap/busctl-monitor.jsonl', createParser: createBusctlJsonParser },
];

export const verdictsOfLogsRow: Row = {
  name: 'verdicts-of-logs',
  needsBed: false,
  about: 'stops per second through correlate and classify, of the evidence that a log alone gives; read outside of the time',
  measure: async (scale) => logs.flatMap((log) => measureLog(log, scale)),
};

function measureLog({ name, recording, createParser }: Log, scale: Scale): readonly Finding[] {
  const path = fileURLToPath(new URL(`../../scenarios/${recording}`, import.meta.url));
  const rates: number[] = [];
  let piecesPerStop = 0;
  for (let round = -1; round < (scale === 'full' ? 9 : 3); round++) {
    let stops = 0;
    let milliseconds = 0;
    const told = createToldRecording(path, createParser());
    const pipeline = createPipeline({
      correlator: { host: () => testHost, settleMs: shippedSettleMs, readAtUsec: 0, isRecording: true },
      isWanted: () => true,
      telemetry: uncounted,
      deliver: (closed) => {
        stops += closed.length;
      },
    });
    while (stops < stopsPerRound) milliseconds += told.tell(pipeline);
    if (round >= 0) rates.push((stops / milliseconds) * 1000);
    piecesPerStop = told.pieces / stops;
  }
  return [
    reaching(
      finding(`correlate and classify: ${name}`, 'stops/s', { [`${piecesPerStop.toFixed(1)} pieces a stop`]: rates }),
      '≥ 20,000 a second',
      Math.min(...rates) >= 20_000,
    ),
  ];
}

const stopsPerRound = 2_000;
