import { sampleIncident } from '../../support/sample-incident.ts';
import { openBenchExporter } from './bench-exporter.ts';
import { scratch } from './scratch.ts';

const batch = 1_000;

/** A `--storage.path` whose incident log holds this many stops of the last day, of a thousand units. */
export async function filledStorage(stops: number): Promise<string> {
  const storagePath = scratch(`filled-${stops}`);
  const exporter = openBenchExporter(storagePath);
  const nowUsec = Date.now() * 1000;
  for (let from = 0; from < stops; from += batch) {
    const size = Math.min(batch, stops - from);
    exporter.deliver(Array.from({ length: size }, (_, place) => stopOf(from + place, nowUsec)));
  }
  await exporter.close();
  return storagePath;
}

function stopOf(index: number, nowUsec: number) {
  const traceId = index.toString(16).padStart(32, '0');
  const occurredAtUsec = nowUsec - 86_400_000_000 + index * 1_000;
  const unit = `application-${index % 1000}.service`;
  return sampleIncident({ incident: { traceId, unit, occurredAtUsec, endedAtUsec: occurredAtUsec + 500 } });
}
