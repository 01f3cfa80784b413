import { describe, expect, test } from 'vitest';
import { incidentListAddress, parseIncidentFilter } from '../../src/http/incident-filter.ts';

describe('parseIncidentFilter', () => {
  test('takes the fields of an empty form as not asked for', () => {
    expect(parseIncidentFilter({ unit: '', cause: '', sender: '' })).toEqual({ limit: 50 });
  });

  test('reads every field', () => {
    const query = { unit: 'a.service', cause: 'signal', sender: 'kill', before: 'AB'.repeat(16), limit: '7', other: 'x' };
    expect(parseIncidentFilter(query)).toEqual({
      unit: 'a.service',
      cause: 'signal',
      sender: 'kill',
      before: 'ab'.repeat(16),
      limit: 7,
    });
  });

  test('names every mistake at once', () => {
    const query = { unit: ['a', 'b'], cause: 'boredom', before: 'x', limit: '501' };
    expect(() => parseIncidentFilter(query)).toThrow(
      /"unit" is given more than once; "cause" is not one of requested, .*; "before" .*; "limit" .* 1 to 500$/,
    );
  });

  test.each(['0', '-1', '1.5', '1e2', ' 1', '0x10'])('refuses the limit %j', (limit) => {
    expect(() => parseIncidentFilter({ limit })).toThrow('"limit"');
  });
});

describe('incidentListAddress', () => {
  test('is read back as the same filter', () => {
    const filter = { unit: 'a&b=<c>.service', cause: 'signal', sender: 'x y', before: 'ab'.repeat(16), limit: 7 };
    const query = new URL(incidentListAddress(filter), 'http://x').searchParams;
    expect(parseIncidentFilter(Object.fromEntries(query))).toEqual(filter);
  });

  test('has no query where nothing is asked for', () => {
    expect(incidentListAddress({ limit: 50 })).toBe('/incidents');
  });

  test('is ASCII whatever the unit is called', () => {
    expect(incidentListAddress({ unit: '\ud800\r\n"<' })).toBe('/incidents?unit=%EF%BF%BD%0D%0A%22%3C');
  });
});
