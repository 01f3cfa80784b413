import { expect, test, vi } from 'vitest';
import { createKeptText } from '../../../src/sinks/prometheus/kept-text.ts';
import type { Sample } from '../../../src/sinks/prometheus/metric-family.ts';

const [a, b]: [Sample, Sample] = [
  { suffix: '_total', labels: 'name="a"', value: 1 },
  { suffix: '_total', labels: 'name="b"', value: 1 },
];

test('writes the same samples once', () => {
  const { textOf } = createKeptText();
  const write = vi.fn(() => Buffer.from('a 1'));
  expect([textOf('x', [a, b], write), textOf('x', [a, b], write)].join()).toBe('a 1,a 1');
  expect(write).toHaveBeenCalledTimes(1);
});

test.each([
  ['one of them is another object', 'x', [a, { ...b }]],
  ['there is one more', 'x', [a, b, a]],
  ['there is one less', 'x', [a]],
  ['they are shown elsewhere', 'y', [a, b]],
])('writes anew where %s', (_, place, samples) => {
  const { textOf } = createKeptText();
  textOf('x', [a, b], () => Buffer.from('old'));
  expect(textOf(place, samples, () => Buffer.from('new')).toString()).toBe('new');
});
