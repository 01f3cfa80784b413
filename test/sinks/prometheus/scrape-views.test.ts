import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createScrapeViews, type ScrapeViews } from '../../../src/sinks/prometheus/scrape-views.ts';

const second = 1_000_000;
const nothing = () => 0;

/** Scrapes as `name:connection` and returns how many series were at their value. Who is called curl is a person. */
function scrape(views: ScrapeViews, who: string, born: number, atSecond: number): number {
  const [name = '', connection = ''] = who.split(':');
  return views.open({ name, connection, isServer: name !== 'curl' }, { born, settled: nothing }, atSecond * second);
}

describe('one scraper', () => {
  test('gets a series at 0 once, then at its value', () => {
    const views = createScrapeViews(undefined, 0);
    expect([0, 2, 3, 3].map((born, round) => scrape(views, 'a:1', born, round * 15))).toEqual([0, 0, 2, 3]);
  });

  test('that opens a connection for each scrape does too, as a person', () => {
    const views = createScrapeViews(undefined, 0);
    expect([0, 1, 1, 2, 2].map((born, round) => scrape(views, `curl:${round}`, born, round))).toEqual([0, 0, 1, 1, 2]);
  });

  test('that opens a connection for each scrape does too, as a server, if after some time', () => {
    const views = createScrapeViews(undefined, 0);
    const rounds = [0, 1, 1, 1].map((born, round) => scrape(views, `a:${round}`, born, round * 119));
    expect(rounds).toEqual([0, 0, 0, 1]);
  });

  test('that was away gets what was born meanwhile at 0 first', () => {
    const views = createScrapeViews(undefined, 0);
    for (const at of [0, 15]) scrape(views, 'a:1', 1, at);
    expect([100_000, 100_015].map((at) => scrape(views, 'a:2', 2, at))).toEqual([1, 2]);
  });

  test('never met before gets what has settled at its value', () => {
    const views = createScrapeViews(undefined, 0);
    expect(views.open({ name: 'a' }, { born: 10, settled: () => 8 }, 0)).toBe(8);
    expect(views.open({ name: 'a' }, { born: 10, settled: () => 0 }, 1)).toBe(10);
  });
});

describe('two scrapers', () => {
  test('of two names do not wait for each other', () => {
    const views = createScrapeViews(undefined, 0);
    for (const who of ['a:1', 'b:2']) scrape(views, who, 1, 0);
    expect([15, 30, 45].map((at) => scrape(views, 'a:1', 2, at))).toEqual([1, 2, 2]);
    expect([60, 120].map((at) => scrape(views, 'b:2', 2, at))).toEqual([1, 2]);
  });

  test('of one name get the value once both have had the 0', () => {
    const views = createScrapeViews(undefined, 0);
    for (const [who, at] of [
      ['a:1', 0],
      ['a:2', 5],
      ['a:1', 15],
      ['a:2', 65],
    ] as const)
      scrape(views, who, 0, at);
    expect([70, 85, 100, 115].map((at) => scrape(views, 'a:1', 1, at))).toEqual([0, 0, 0, 0]);
    expect(scrape(views, 'a:2', 1, 125)).toBe(0);
    expect([scrape(views, 'a:1', 1, 130), scrape(views, 'a:2', 1, 185)]).toEqual([1, 1]);
  });

  test('of one name that both have just begun wait for each other too', () => {
    const views = createScrapeViews(undefined, 0);
    for (const [who, at] of [
      ['a:1', 0],
      ['a:2', 5],
    ] as const)
      scrape(views, who, 0, at);
    expect([scrape(views, 'a:1', 1, 15), scrape(views, 'a:2', 1, 20)]).toEqual([0, 0]);
    expect([scrape(views, 'a:1', 1, 30), scrape(views, 'a:2', 1, 35)]).toEqual([1, 1]);
  });

  test('of one name do not wait for one that has gone', () => {
    const views = createScrapeViews(undefined, 0);
    for (const at of [0, 15, 30]) for (const who of ['a:1', 'a:2']) scrape(views, who, 0, at);
    expect([45, 60, 75, 90].map((at) => scrape(views, 'a:1', 1, at))).toEqual([0, 0, 0, 1]);
  });

  test('a person who came once keeps nobody waiting', () => {
    const views = createScrapeViews(undefined, 0);
    for (const [who, at] of [
      ['curl:1', 0],
      ['curl:2', 1],
      ['curl:1', 2],
    ] as const) {
      scrape(views, who, 0, at);
    }
    expect([scrape(views, 'curl:1', 1, 3), scrape(views, 'curl:3', 1, 4)]).toEqual([0, 1]);
  });
});

describe('a restart', () => {
  function restarted(views: ScrapeViews, atSecond: number): ScrapeViews {
    return createScrapeViews(views.takeUnsaved(), atSecond * second);
  }

  test('knows what was seen', () => {
    const before = createScrapeViews(undefined, 0);
    for (const at of [0, 15]) scrape(before, 'a:1', 5, at);
    scrape(before, 'b:2', 7, 20);
    const after = restarted(before, 25);
    expect([30, 45].map((at) => scrape(after, 'a:8', 8, at))).toEqual([5, 8]);
    expect(scrape(after, 'b:9', 8, 31)).toBe(7);
  });

  test('shows 0 again where not both of one name had seen it, since nobody had the value', () => {
    const before = createScrapeViews(undefined, 0);
    for (const at of [0, 15]) for (const who of ['a:1', 'a:2']) scrape(before, who, 0, at);
    expect(scrape(before, 'a:1', 1, 30)).toBe(0);
    const after = restarted(before, 31);
    expect([scrape(after, 'a:7', 1, 45), scrape(after, 'a:8', 1, 46)]).toEqual([0, 0]);
    expect([scrape(after, 'a:7', 1, 60), scrape(after, 'a:8', 1, 61)]).toEqual([1, 1]);
  });

  test('does not wait for ever for somebody who does not come back', () => {
    const before = createScrapeViews(undefined, 0);
    for (const at of [0, 15]) for (const who of ['a:1', 'a:2']) scrape(before, who, 0, at);
    const after = restarted(before, 30);
    const rounds = [45, 90, 155, 170].map((at) => scrape(after, 'a:7', 1, at));
    expect(rounds).toEqual([0, 0, 0, 1]);
  });
});

describe('what is saved', () => {
  test('changes only where somebody has seen something new, or is new', () => {
    const views = createScrapeViews(undefined, 0);
    expect(views.takeUnsaved()).toBeUndefined();
    for (const at of [0, 15]) scrape(views, 'a:1', 1, at);
    expect(views.takeUnsaved()).toBe('[["a",1,1]]');
    for (const at of [30, 45]) scrape(views, 'a:1', 1, at);
    expect(views.takeUnsaved()).toBeUndefined();
    scrape(views, 'a:1', 2, 60);
    expect(views.takeUnsaved()).toBe('[["a",2,1]]');
    scrape(views, 'curl:9', 2, 61);
    expect(views.takeUnsaved()).toBe('[["a",2,1],["curl",2,0]]');
  });

  test('stays small, and what keeps coming is not pushed out by what is invented', () => {
    const views = createScrapeViews(undefined, 0);
    scrape(views, 'real:1', 1, 0);
    for (let index = 0; index < 10_000; index++) {
      scrape(views, `invented ${index}:${index}`, 1, index);
      scrape(views, `flood:${index}`, 1, index);
      if (index % 50 === 0) scrape(views, 'real:1', 1, index);
    }
    expect(views.open({ name: 'real', connection: '1' }, { born: 2, settled: () => 2 }, 10_000 * second)).toBe(1);
    expect(views.takeUnsaved()?.length).toBeLessThan(3000);
  });

  test('counts as never saved where it cannot be read', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (saved) => scrape(createScrapeViews(saved, 0), 'new:1', 3, 0) === 0));
    const odd = createScrapeViews('[["a",-1,0],["b"],["c","1",0],7,null,["d",2,0],["e",1e300,0]]', 0);
    expect(['a', 'b', 'c', 'd', 'e'].map((who) => scrape(odd, who, 3, 0))).toEqual([0, 0, 0, 2, 0]);
  });
});

describe('whatever happens', () => {
  const step = fc.record({
    who: fc.constantFrom('a:1', 'a:2', 'b:3', 'b:4', 'c:5'),
    births: fc.nat(2),
    seconds: fc.constantFrom(-3600, 0, 1, 15, 60, 3600),
    restart: fc.boolean(),
  });

  test('nobody sees a value fall back to 0', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let views = createScrapeViews(undefined, 0);
        let saved: string | undefined;
        let [born, now] = [0, 1_000_000];
        const shown = new Map<string, number>();
        for (const { who, births, seconds, restart } of steps) {
          born += births;
          now += seconds;
          if (restart) views = createScrapeViews(saved, now * second);
          const atValue = scrape(views, who, born, now);
          saved = views.takeUnsaved() ?? saved;
          expect(atValue).toBeGreaterThanOrEqual(shown.get(who) ?? 0);
          shown.set(who, atValue);
        }
      }),
      { numRuns: 1000 },
    );
  });

  /** Scrapers that come on time: each has its own pace and place in it. */
  test('every scraper that keeps coming sees each series at 0 first, also over restarts', () => {
    const scrapers = fc.array(fc.record({ name: fc.constantFrom('a', 'b'), pace: fc.integer({ min: 5, max: 30 }) }), {
      minLength: 1,
      maxLength: 4,
    });
    const moments = fc.array(fc.integer({ min: 100, max: 400 }), { maxLength: 8 });
    fc.assert(
      fc.property(scrapers, moments, moments, (who, birthTimes, restartTimes) => {
        let views = createScrapeViews(undefined, 0);
        let saved: string | undefined;
        let restarts = 0;
        const seen = who.map(() => 0);
        for (let now = 1; now < 600; now++) {
          if (restartTimes.includes(now)) {
            views = createScrapeViews(saved, now * second);
            restarts++;
          }
          const born = birthTimes.filter((time) => time <= now).length;
          for (const [index, { name, pace }] of who.entries()) {
            if ((now + index * 7) % pace !== 0) continue;
            const atValue = scrape(views, `${name}:${index} ${restarts}`, born, now);
            saved = views.takeUnsaved() ?? saved;
            expect(atValue).toBeLessThanOrEqual(seen[index] ?? 0);
            seen[index] = born;
          }
        }
        expect(seen).toEqual(who.map(() => birthTimes.length));
      }),
      { numRuns: 300 },
    );
  });
});
