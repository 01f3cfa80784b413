import { describe, expect, test } from 'vitest';
import { colours } from '../../../src/http/style/colours.ts';
import { stylesheet } from '../../../src/http/style/stylesheet.ts';

const [light = '', dark = ''] = colours.split('@media');

function paletteOf(css: string): ReadonlyMap<string, string> {
  return new Map([...css.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [name, value]));
}

/** WCAG 2.2: relative luminance and contrast ratio. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dim = 0, bright = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dim + 0.05);
}

const text = ['ink', 'muted', 'link'].flatMap((ink) => ['paper', 'surface', 'sunken'].map((paper) => [ink, paper] as const));
const badges = ['asked', 'ended', 'failed', 'lost', 'unknown', 'warning'].map((name) => [name, `${name}-paper`] as const);
const bars = ['stop', 'request', 'process', 'call-path', 'frame', 'state'].map((role) => [`bar-${role}`, 'surface'] as const);

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s colours', (_, css) => {
  const palette = paletteOf(css);
  const ratio = (ink: string, paper: string) => contrast(palette.get(ink) ?? '', palette.get(paper) ?? '');

  test.each([...text, ...badges])('write %s on %s with a contrast of at least 4.5', (ink, paper) => {
    expect(ratio(ink, paper)).toBeGreaterThanOrEqual(4.5);
  });

  test.each([...bars, ['focus', 'paper'] as const])('draw %s on %s with a contrast of at least 3', (bar, paper) => {
    expect(ratio(bar, paper)).toBeGreaterThanOrEqual(3);
  });
});

describe('stylesheet', () => {
  test('loads nothing from elsewhere', () => {
    expect(stylesheet).not.toMatch(/url\(|@import|expression/);
  });

  test('uses no colour that is not defined for light and dark', () => {
    const used = new Set([...stylesheet.matchAll(/var\(--([a-z-]+)\)/g)].map(([, name]) => name));
    used.delete('step');
    for (const css of [light, dark]) expect([...used].filter((name) => !paletteOf(css).has(name ?? ''))).toEqual([]);
  });

  test('has balanced braces', () => {
    expect(stylesheet.split('{').length).toBe(stylesheet.split('}').length);
  });
});
