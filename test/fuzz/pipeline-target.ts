import { createArrivalClock } from '../../src/cli/replay.ts';
import { incidentPage } from '../../src/http/pages/incident-page.ts';
import { decodeIncident, encodeIncident } from '../../src/incident-log/incident-json.ts';
import type { ClassifiedIncident } from '../../src/model/incident.ts';
import { incidentDocument } from '../../src/model/incident-document.ts';
import { createPipeline, type Pipeline } from '../../src/pipeline.ts';
import { stopLabels } from '../../src/sinks/prometheus/stop-labels.ts';
import { createDbusMonitorParser } from '../../src/sources/dbus/dbus-monitor-text.ts';
import { createJournalParser } from '../../src/sources/journal/journal-json.ts';
import { createStapParser } from '../../src/sources/stap/stap-parser.ts';
import { planSpans } from '../../src/trace/plan-spans.ts';
import { recordedLines } from './seeds.ts';
import type { Target } from './targets.ts';

const linesPerPipeline = 1000;
const telemetry = {
  evidenceSeen: () => undefined,
  evidenceDiscarded: () => undefined,
  evidenceLate: () => undefined,
  callPathUnrecognised: () => undefined,
};
const host = { machineId: 'a'.repeat(32), bootId: 'b'.repeat(32), hostname: 'fuzz' };

/** Lines of three witnesses through the whole way: correlated, judged, stored, drawn as trace and page, labelled. */
export function createPipelineTarget(share: number): Target {
  const seeds = ['stap', 'dbus-monitor', 'journal'].flatMap((prefix) => recordedLines(prefix, 800));
  let way = openWay();
  return {
    name: 'pipeline, pages and labels',
    seeds,
    share,
    run(text) {
      way.accept(text);
      if (way.isLong()) {
        way.finish();
        way = openWay();
      }
    },
  };
}

function openWay() {
  const parsers = [createStapParser(), createDbusMonitorParser(), createJournalParser()];
  const arrival = createArrivalClock();
  let line = 0;
  let pipeline: Pipeline | undefined = createPipeline({
    correlator: { host: () => host, settleMs: 300, readAtUsec: 1_600_766_128_000_000, isRecording: true },
    isWanted: () => true,
    telemetry,
    deliver: (incidents) => incidents.forEach(checkIncident),
  });
  return {
    isLong: () => line >= linesPerPipeline,
    accept(text: string): void {
      line += 1;
      const kind = text.startsWith('{') ? 2 : /^(?:signal|method|error| {3,}|\t)/.test(text) ? 1 : 0;
      const observed = parsers[kind]?.accept(text, { file: 'fuzz', line }) ?? [];
      for (const observation of observed) pipeline?.observe(observation, arrival(observation));
    },
    finish(): void {
      for (const parser of parsers)
        for (const observation of parser.finish()) pipeline?.observe(observation, arrival(observation));
      pipeline?.finish(true);
      pipeline = undefined;
    },
  };
}

function checkIncident(classified: ClassifiedIncident): void {
  const stored = encodeIncident(classified);
  if (encodeIncident(decodeIncident(stored)) !== stored) throw new Error(`Stored incidents change: ${stored}`);
  JSON.stringify(incidentDocument(classified));
  const page = incidentPage(classified, planSpans(classified), { hasPage: () => false }).toString();
  if (/<script|\son\w+="/i.test(page)) throw new Error('A page with a script');
  for (const label of Object.values(stopLabels(classified)))
    if (/[\p{C}]/u.test(label) || label.length > 160) throw new Error(`A label of ${JSON.stringify(label)}`);
}
