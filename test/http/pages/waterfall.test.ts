import { describe, expect, test } from 'vitest';
import { waterfall } from '../../../src/http/pages/waterfall.ts';
import { planSpans } from '../../../src/trace/plan-spans.ts';
import type { PlannedSpan } from '../../../src/trace/planned-span.ts';
import { sampleIncident } from '../../support/sample-incident.ts';

function child(index: number, parent: number | undefined): PlannedSpan {
  const parentSpanId = parent === undefined ? {} : { parentSpanId: `span-${parent}` };
  return {
    spanId: `span-${index}`,
    ...parentSpanId,
    name: `n${index}`,
    role: 'frame',
    startUsec: index,
    endUsec: 500,
    attributes: {},
    events: [],
    links: [],
  };
}

function rowsOf(spans: readonly PlannedSpan[]): readonly string[] {
  return String(waterfall(spans, 0)).match(/<tr class="role-[\s\S]*?<\/tr>/g) ?? [];
}

describe('waterfall', () => {
  test('has a row for every span of the trace, in its order, with its name', () => {
    const spans = planSpans(sampleIncident());
    const names = rowsOf(spans).map((row) => /<th[^>]*><span>([^<]*)</.exec(row)?.[1]);
    expect(names).toEqual(spans.map(({ name }) => name));
  });

  test('nests rows as the spans are nested, as deep as the stylesheet knows', () => {
    const spans = Array.from({ length: 30 }, (_, index) => child(index, index === 0 ? undefined : index - 1));
    const depths = rowsOf(spans).map((row) => Number(/depth-(\d+)/.exec(row)?.[1]));
    expect(depths).toEqual(spans.map((_, index) => Math.min(index, 24)));
  });

  test('shows two hundred spans and says how many more there are', () => {
    const spans = Array.from({ length: 230 }, (_, index) => child(index, index === 0 ? undefined : 0));
    expect(rowsOf(spans)).toHaveLength(200);
    expect(String(waterfall(spans, 0))).toContain('30 more spans are in the trace');
  });

  test('marks each event where it happened', () => {
    const event = { name: 'SIGTERM', atUsec: 250, attributes: {} };
    const page = String(waterfall([{ ...child(0, undefined), events: [event] }], 0));
    expect(page).toContain('<circle class="event" cx="50%" cy="10" r="3"><title>SIGTERM, +250 µs</title></circle>');
  });

  test('says how long only of what was seen to end', () => {
    const took = (span: PlannedSpan) => /<td class="took">(.*?)<\/td>/.exec(rowsOf([span])[0] ?? '')?.[1];
    expect(took({ ...child(0, undefined), role: 'state', seenUsec: 450 })).toBe('450 µs');
    expect(took({ ...child(0, undefined), role: 'stop', seenUsec: 450, attributes: { 'systemd.stop.end_seen': false } })).toBe(
      'end not seen',
    );
    expect(took(child(0, undefined))).toBe('');
  });

  test('has a scale only where it was seen how long the stop took', () => {
    const headOf = (span: PlannedSpan) => /<thead>.*<\/thead>/.exec(String(waterfall([span], 0)))?.[0];
    expect(headOf({ ...child(0, undefined), seenUsec: 500 })).toContain('>200 µs</text>');
    // Drawn longer than it was: its chains need the room.
    expect(headOf({ ...child(0, undefined), seenUsec: 7 })).toContain('In order, not to scale');
    expect(headOf({ ...child(0, undefined), seenUsec: 7 })).not.toContain('<text');
  });

  test('writes every label of the axis above the middle of its line', () => {
    const page = String(waterfall([{ ...child(0, undefined), seenUsec: 500 }], 0));
    expect(page.match(/text-anchor="[a-z]+"/g)).toEqual(Array.from({ length: 3 }, () => 'text-anchor="middle"'));
  });

  test('is absent without spans', () => {
    expect(waterfall([], 0)).toBeUndefined();
  });
});
