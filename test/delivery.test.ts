import { describe, expect, test } from 'vitest';
import { createDelivery } from '../src/delivery.ts';
import type { Addition } from '../src/incident-log/incident-log.ts';
import { openIncidentLog } from '../src/incident-log/sqlite-incident-log.ts';
import { createLogger } from '../src/logger.ts';
import type { ClassifiedIncident } from '../src/model/incident.ts';
import type { Sink } from '../src/sinks/sink.ts';
import { sampleIncident } from './support/sample-incident.ts';

const labels = { name: 'a.service', type: 'service', cause: 'requested', sender: 'systemctl', sender_unit: '' } as const;

function setUp() {
  const log = openIncidentLog({ retention: { ageMs: 1e9, maxBytes: 1e9 } });
  const recorded: string[] = [];
  const sink: Sink = {
    name: 'log-line',
    record: ({ incident }) => recorded.push(incident.traceId),
    shutdown: () => Promise.resolve(),
  };
  const counts = { repeated: 0, failed: 0, waiting: 0 };
  const telemetry = {
    incidentRepeated: () => counts.repeated++,
    incidentLogFailed: () => counts.failed++,
    incidentsWaiting: (count: number) => {
      counts.waiting = count;
    },
  };
  const logger = createLogger({ level: 'error', format: 'logfmt', write: () => undefined });
  let isFull = false;
  const guarded = {
    appendAll: (additions: readonly Addition[]) => {
      if (isFull) throw new Error('disk full');
      return log.appendAll(additions);
    },
  };
  const delivery = createDelivery({ log: guarded, telemetry, labelsOf: () => labels, sinks: [sink], logger, retryMs: 5 });
  const fill = (full: boolean): void => {
    isFull = full;
  };
  return { log, delivery, recorded, counts, fill };
}

const incident = (digit: string): ClassifiedIncident => sampleIncident({ incident: { traceId: digit.repeat(32) } });

describe('createDelivery', () => {
  test('hands an incident to the sinks once, however often it comes', () => {
    const { delivery, recorded, counts } = setUp();
    delivery.deliver([incident('1')]);
    delivery.deliver([incident('1')]);
    expect(recorded).toEqual(['1'.repeat(32)]);
    expect(counts.repeated).toBe(1);
  });

  test('keeps incidents while the log cannot be written, and their order', async () => {
    const { delivery, recorded, counts, fill, log } = setUp();
    fill(true);
    for (const digit of ['1', '2', '3']) delivery.deliver([incident(digit)]);
    expect(recorded).toEqual([]);
    fill(false);
    await expect.poll(() => recorded.length).toBe(3);
    expect(recorded).toEqual(['1', '2', '3'].map((digit) => digit.repeat(32)));
    expect(counts.failed).toBeGreaterThan(0);
    expect(log.list({ limit: 10 })).toHaveLength(3);
  });

  test('tries once more when it is closed', () => {
    const { delivery, recorded, fill } = setUp();
    fill(true);
    delivery.deliver([incident('1')]);
    fill(false);
    delivery.close();
    expect(recorded).toHaveLength(1);
  });
});
