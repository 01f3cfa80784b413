import type { ClassifiedIncident } from '../model/incident.ts';
import { incidentDocument } from '../model/incident-document.ts';
import { createPipeline, type PipelineTelemetry } from '../pipeline.ts';
import type { Discarded } from '../sources/source.ts';
import { createArrivalClock, type RecordedFiles, replay } from './replay.ts';
import { report } from './report.ts';

export interface AnalyzeOptions {
  /** Only this unit's stops; call paths without a unit are taken for its own. */
  readonly unit?: string;
  readonly files: RecordedFiles;
  readonly format: 'text' | 'json';
  readonly settleMs: number;
  /** Gets each incident too, for `--otlp`. */
  readonly onIncident: (incident: ClassifiedIncident) => void;
}

export interface AnalyzeOutput {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

const exitCodes = { incidents: 0, none: 3, badArguments: 2, failed: 1 } as const;

/** Recorded files → verdicts, in the order in which the stops ended. Rejects where a file cannot be read. */
export async function analyze(options: AnalyzeOptions, { out, err }: AnalyzeOutput): Promise<number> {
  const recording = replay(options.files);
  const print = createPrinter(options.format, out);
  const discards = createDiscardReport(err);
  const pipeline = createPipeline({
    correlator: {
      host: recording.host,
      settleMs: options.settleMs,
      readAtUsec: Date.now() * 1000,
      isRecording: true,
      ...(options.unit === undefined ? {} : { homeUnit: options.unit }),
    },
    isWanted: (unit) => options.unit === undefined || unit === options.unit,
    telemetry: uncounted,
    onDiscarded: discards.add,
    deliver: (incidents) => {
      for (const incident of incidents) {
        print.incident(incident);
        options.onIncident(incident);
      }
    },
  });
  const arrival = createArrivalClock();
  for await (const observations of recording.observations)
    for (const observation of observations) pipeline.observe(observation, arrival(observation));
  pipeline.finish(true);
  const count = print.end();
  discards.end();
  if (count === 0) err(`No stop${options.unit === undefined ? '' : ` of ${options.unit}`} found in the evidence\n`);
  return count > 0 ? exitCodes.incidents : exitCodes.none;
}

/** Nobody scrapes a command that ends. */
const uncounted: PipelineTelemetry = {
  evidenceSeen: () => undefined,
  evidenceDiscarded: () => undefined,
  evidenceLate: () => undefined,
  callPathUnrecognised: () => undefined,
};

/** JSON is one array, written as it grows: a recording of any length needs no memory for its incidents. */
function createPrinter(
  format: AnalyzeOptions['format'],
  out: (text: string) => void,
): { incident(incident: ClassifiedIncident): void; end(): number } {
  let count = 0;
  return {
    incident(incident) {
      if (format === 'json') out(`${count === 0 ? '[\n' : ',\n'}${JSON.stringify(incidentDocument(incident), undefined, 2)}`);
      else out(`${count === 0 ? '' : '\n'}${report(incident)}\n`);
      count++;
    },
    end() {
      if (format === 'json') out(count === 0 ? '[]\n' : '\n]\n');
      return count;
    },
  };
}

const maxShownDiscards = 20;

/** Every unreadable line is counted; the first ones are shown with file and line. */
function createDiscardReport(err: (text: string) => void): { add(discarded: Discarded): void; end(): void } {
  let count = 0;
  return {
    add({ origin, reason, text, source }) {
      count++;
      const place = origin === undefined ? source : `${origin.file}:${origin.line}`;
      if (count <= maxShownDiscards) err(`${place}: ${reason}: "${text}"\n`);
    },
    end() {
      if (count > maxShownDiscards) err(`… and ${count - maxShownDiscards} more\n`);
      if (count > 0) err(`${count} ${count === 1 ? 'piece' : 'pieces'} of evidence could not be read\n`);
    },
  };
}
