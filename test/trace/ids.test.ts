import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSpanId, isTraceId, spanIdOf, traceIdOf } from '../../src/trace/ids.ts';

const stop = { machineId: 'm', bootId: 'b', unit: 'nginx.service', invocationId: 'i', key: '1600766128000000' };

describe('traceIdOf', () => {
  test('never changes: an id sent last year is the id computed today', () => {
    expect(traceIdOf(stop)).toBe('078a529a8b80ed432b9f987039c00330');
    expect(spanIdOf(traceIdOf(stop), 'stop')).toBe('d6f068a8b3a719e3');
  });

  test.each([
    ['machine', { machineId: 'other' }],
    ['boot', { bootId: 'other' }],
    ['unit', { unit: 'other' }],
    ['invocation', { invocationId: 'other' }],
    ['key', { key: 'other' }],
  ])('is another one for another %s', (_, change) => {
    expect(traceIdOf({ ...stop, ...change })).not.toBe(traceIdOf(stop));
  });

  test('keeps its parts apart', () => {
    expect(traceIdOf({ ...stop, machineId: 'mb', bootId: '' })).not.toBe(traceIdOf({ ...stop, machineId: 'm', bootId: 'b' }));
    const { invocationId: _, ...without } = stop;
    expect(traceIdOf(without)).not.toBe(traceIdOf({ ...stop, invocationId: '' }));
  });

  test('is a valid id whatever the parts are', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, text, text, fc.option(text, { nil: undefined }), (machineId, bootId, unit, invocationId) => {
        const traceId = traceIdOf({ machineId, bootId, unit, key: '', ...(invocationId !== undefined && { invocationId }) });
        expect(isTraceId(traceId)).toBe(true);
        expect(isSpanId(spanIdOf(traceId, unit))).toBe(true);
      }),
    );
  });
});

describe('isTraceId', () => {
  test.each(['0'.repeat(32), 'A'.repeat(32), 'a'.repeat(31), 'a'.repeat(33), ''])('refuses %j', (text) => {
    expect(isTraceId(text)).toBe(false);
  });
});

describe('isSpanId', () => {
  test.each(['0'.repeat(16), 'A'.repeat(16), 'a'.repeat(15), 'a'.repeat(17), ''])('refuses %j', (text) => {
    expect(isSpanId(text)).toBe(false);
  });
});
