import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createScrapeViews } from '../../../src/sinks/prometheus/scrape-views.ts';

const none = () => 0;

describe('createScrapeViews', () => {
  test('a series is shown at 0 to a scraper once, then at its value', () => {
    const views = createScrapeViews(undefined);
    expect(views.open({ name: 'a' }, 0, none)).toBe(0);
    expect(views.open({ name: 'a' }, 2, none)).toBe(0);
    expect(views.open({ name: 'a' }, 3, none)).toBe(2);
    expect(views.open({ name: 'a' }, 3, none)).toBe(3);
  });

  test('what one scraper has seen is news to another', () => {
    const views = createScrapeViews(undefined);
    for (const name of ['a', 'b']) views.open({ name }, 1, none);
    expect(views.open({ name: 'a' }, 2, none)).toBe(1);
    expect(views.open({ name: 'a' }, 2, none)).toBe(2);
    expect(views.open({ name: 'b' }, 2, none)).toBe(1);
    expect(views.open({ name: 'b' }, 2, none)).toBe(2);
  });

  test('two scrapers of one name are told apart by their connections', () => {
    const views = createScrapeViews(undefined);
    const one = { name: 'same', connection: '1' };
    const other = { name: 'same', connection: '2' };
    for (const scraper of [one, other]) views.open(scraper, 1, none);
    expect(views.open(one, 2, none)).toBe(1);
    expect(views.open(other, 2, none)).toBe(1);
    expect([one, other].map((scraper) => views.open(scraper, 2, none))).toEqual([2, 2]);
  });

  test('a new connection of a known scraper goes on where it was', () => {
    const views = createScrapeViews(undefined);
    views.open({ name: 'a', connection: '1' }, 5, none);
    expect(views.open({ name: 'a', connection: '2' }, 7, none)).toBe(5);
    expect(views.open({ name: 'a', connection: '3' }, 7, none)).toBe(7);
  });

  test('a scraper never met before gets what has settled at its value', () => {
    const views = createScrapeViews(undefined);
    expect(views.open({ name: 'a' }, 10, () => 8)).toBe(8);
    expect(views.open({ name: 'a' }, 10, () => 0)).toBe(10);
  });

  test('a restart knows what was seen', () => {
    const before = createScrapeViews(undefined);
    before.open({ name: 'a', connection: '1' }, 5, none);
    before.open({ name: 'b' }, 7, none);
    const after = createScrapeViews(before.takeUnsaved());
    expect(after.open({ name: 'a', connection: '9' }, 8, none)).toBe(5);
    expect(after.open({ name: 'b' }, 8, none)).toBe(7);
  });

  test('there is something to save only where a scraper has seen something new', () => {
    const views = createScrapeViews(undefined);
    views.open({ name: 'a' }, 1, none);
    expect(views.takeUnsaved()).toBe('[["a",1]]');
    views.open({ name: 'a' }, 1, none);
    expect(views.takeUnsaved()).toBeUndefined();
    views.open({ name: 'a' }, 2, none);
    expect(views.takeUnsaved()).toBe('[["a",2]]');
  });

  test('invented scrapers do not fill the memory, and do not push out one that keeps coming', () => {
    const views = createScrapeViews(undefined);
    views.open({ name: 'real', connection: '1' }, 1, none);
    for (let index = 0; index < 10_000; index++) {
      views.open({ name: `invented ${index}`, connection: String(index) }, 1, none);
      views.open({ name: 'flood', connection: String(index) }, 1, none);
      if (index % 50 === 0) views.open({ name: 'real', connection: '1' }, 1, none);
    }
    expect(views.open({ name: 'real', connection: '1' }, 2, () => 2)).toBe(1);
    expect(views.takeUnsaved()?.length).toBeLessThan(3000);
  });

  test('what cannot be read back counts as never saved', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (saved) => createScrapeViews(saved).open({ name: 'new' }, 3, none) === 0),
    );
    const odd = createScrapeViews('[["a",-1],["b"],["c","1"],7,null,["d",2]]');
    expect(odd.open({ name: 'd' }, 3, none)).toBe(2);
    expect(odd.open({ name: 'a' }, 3, none)).toBe(0);
  });

  test('no scraper ever sees a value before its 0, nor its 0 after the value', () => {
    const step = fc.record({
      name: fc.constantFrom('a', 'b'),
      connection: fc.constantFrom('1', '2', '3'),
      births: fc.nat(2),
      restart: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let views = createScrapeViews(undefined);
        let saved: string | undefined;
        let born = 0;
        const shown = new Map<string, number>();
        for (const { name, connection, births, restart } of steps) {
          born += births;
          if (restart) views = createScrapeViews(saved);
          const atValue = views.open({ name, connection }, born, () => born);
          saved = views.takeUnsaved() ?? saved;
          const key = `${name} ${connection}`;
          expect(atValue).toBeGreaterThanOrEqual(shown.get(key) ?? 0);
          shown.set(key, atValue);
        }
      }),
    );
  });
});
